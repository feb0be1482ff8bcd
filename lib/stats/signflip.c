#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "stats/grid.h"
#include "stats/signflip.h"

/*
 * Flipping the pairs of a set lowers the sum by twice the sum of the set. So a pattern reaches the
 * observed sum when its set sums to 0 or less, and it is enough to count such sets. The pairs are
 * split into two halves; a set is one of the left half's and one of the right half's.
 */
#define HALF (SIGNFLIP_ENUMERATED / 2)

/*
 * The sums of all sets of a half. One more place at the end holds infinity, so that loops need not
 * check for the end.
 */
struct sums {
	double sorted[(1 << HALF) + 1];
	size_t count;
};

/* Adds a value: each set stays without it and is copied with it; both are merged in order. */
static void sums_add(struct sums *sums, const struct sums *before, double value)
{
	size_t without = 0, with = 0;

	sums->count = 2 * before->count;
	for (size_t i = 0; i < sums->count; i++) {
		double left = before->sorted[without], right = before->sorted[with] + value;
		bool keep = left <= right;

		sums->sorted[i] = keep ? left : right;
		without += keep;
		with += !keep;
	}
	sums->sorted[sums->count] = INFINITY;
}

/* Fills the sums of all sets of values less @middle. */
static void sums_fill(struct sums *sums, const double *grid, size_t count, double middle)
{
	struct sums other;

	*sums = (struct sums){ .sorted = { 0, INFINITY }, .count = 1 };
	for (size_t i = 0; i < count; i++) {
		sums_add(&other, sums, grid[i] - middle);
		memcpy(sums->sorted, other.sorted, (other.count + 1) * sizeof(*other.sorted));
		sums->count = other.count;
	}
}

/* Counts the sets, with the empty one, whose values less @middle sum to 0 or less. */
static size_t sets_enumerated(const double *grid, size_t count, double middle)
{
	struct sums left, right;
	size_t sets = 0, i = 0, reach;

	sums_fill(&left, grid, count / 2, middle);
	sums_fill(&right, grid + count / 2, count - count / 2, middle);
	reach = right.count;
	while (i < left.count && reach > 0) {
		bool fits = left.sorted[i] + right.sorted[reach - 1] <= 0;

		sets += fits ? reach : 0;
		i += fits;
		reach -= !fits;
	}
	return sets;
}

/* A random set: each value is in it or not. The first sample is the empty set. */
struct sample {
	double sum, size;
};

/* Sets are drawn eight values at a time, whose sums are looked up. */
#define EIGHTS (SIGNFLIP_MOST_PAIRS / 8)

struct drawer {
	struct sample eights[EIGHTS][256];
	size_t count;
	struct random random;
};

static void drawer_init(struct drawer *drawer, const double *grid, size_t count, uint64_t seed)
{
	drawer->count = (count + 7) / 8;
	drawer->random = random_seeded(seed, count);
	for (size_t i = 0; i < drawer->count; i++) {
		for (size_t set = 0; set < 256; set++) {
			struct sample *sample = &drawer->eights[i][set];

			*sample = (struct sample){ 0 };
			for (size_t bit = 0; bit < 8 && i * 8 + bit < count; bit++) {
				double in = (double)(set >> bit & 1);

				sample->sum += in * grid[i * 8 + bit];
				sample->size += in;
			}
		}
	}
}

static struct sample draw(struct drawer *drawer)
{
	struct sample drawn = { 0, 0 };
	uint64_t bits = 0;

	for (size_t i = 0; i < drawer->count; i++) {
		const struct sample *eight;

		if (i % 8 == 0)
			bits = random_next(&drawer->random);
		eight = &drawer->eights[i][bits >> (i % 8 * 8) & 255];
		drawn.sum += eight->sum;
		drawn.size += eight->size;
	}
	return drawn;
}

/* The values on their grid, and how sets of them are counted. */
struct flips {
	double grid[SIGNFLIP_MOST_PAIRS];
	size_t count;
	double patterns; /* the number of sets that sets_up_to() checks */
	struct sample *samples; /* NULL: all sets are enumerated */
};

static double flips_init(struct flips *flips, const double *values, size_t count, double sign)
{
	double scale = grid_scale(values, count, count);

	for (size_t i = 0; i < count; i++)
		flips->grid[i] = sign * grid_round(values[i], scale);
	flips->count = count;
	flips->patterns = count <= SIGNFLIP_ENUMERATED ? ldexp(1, (int)count) : SIGNFLIP_SAMPLES;
	flips->samples = NULL;
	return scale;
}

/* Counts the sets whose values less @middle sum to 0 or less. The count grows with @middle. */
static double sets_up_to(const struct flips *flips, double middle)
{
	size_t sets = 0;

	if (!flips->samples)
		return (double)sets_enumerated(flips->grid, flips->count, middle);
	for (size_t i = 0; i < SIGNFLIP_SAMPLES; i++)
		sets += flips->samples[i].sum - flips->samples[i].size * middle <= 0;
	return (double)sets;
}

static double sampled_test(const struct flips *flips, uint64_t seed)
{
	struct drawer drawer;
	size_t sets = 1; /* the empty set */

	drawer_init(&drawer, flips->grid, flips->count, seed);
	for (size_t i = 1; i < SIGNFLIP_SAMPLES; i++)
		sets += draw(&drawer).sum <= 0;
	return (double)sets / flips->patterns;
}

/* Returns the p-value of the middle being above 0 (@sign 1) or below it (@sign -1). */
static double one_sided(const double *values, size_t count, double sign, uint64_t seed)
{
	struct flips flips;

	flips_init(&flips, values, count, sign);
	if (count > SIGNFLIP_ENUMERATED)
		return sampled_test(&flips, seed);
	return sets_up_to(&flips, 0) / flips.patterns;
}

double signflip_test(const double *values, size_t count, enum signflip_side side, uint64_t seed)
{
	double greater, less;

	if (side == SIGNFLIP_GREATER)
		return one_sided(values, count, 1, seed);
	less = one_sided(values, count, -1, seed);
	if (side == SIGNFLIP_LESS)
		return less;
	greater = one_sided(values, count, 1, seed);
	return fmin(2 * fmin(greater, less), 1);
}

/* The state of the search for a bound, which is above @lo, and at most @hi. */
struct bracket {
	double lo, hi;
	double sets_lo, sets_hi; /* counts at both ends: sets_lo <= rare < sets_hi */
};

/*
 * Chooses the next middle to try. The log of the number of sets is nearly a line. Two steps of
 * three interpolate on it, and aim slightly past the bound to alternate sides so that both ends
 * close in; every third step is a bisection, which prevents slow progress.
 */
static double next_probe(const struct bracket *bracket, double rare, double near, size_t step)
{
	double width = bracket->hi - bracket->lo;
	double from = log(bracket->sets_lo), to = log(bracket->sets_hi);
	double part = (log(rare + 0.5) - from) / (to - from);
	double aim = bracket->lo + part * width + (step % 3 ? near : -near) / 2;

	if (step % 3 == 2)
		aim = bracket->lo + width / 2;
	return floor(fmin(fmax(aim, bracket->lo + near / 2), bracket->hi - near / 2));
}

/*
 * Finds the least middle for which more than @rare sets sum to 0 or less, rounded outwards to 2^-16
 * of the range or to the grid. Tries 0 first, so that the interval holds 0 exactly when the test
 * does not reject it.
 */
static double lowest_middle(const struct flips *flips, double rare)
{
	struct bracket bracket = { INFINITY, 0, 1, flips->patterns / 2 };
	double near, probe = 0;

	for (size_t i = 0; i < flips->count; i++) {
		bracket.lo = fmin(bracket.lo, flips->grid[i]);
		bracket.hi += flips->grid[i];
	}
	bracket.lo -= 1;
	bracket.hi = ceil(bracket.hi / (double)flips->count);
	near = fmax(1, ldexp(bracket.hi - bracket.lo, -16));
	for (size_t step = 0; bracket.hi - bracket.lo > near; step++) {
		double sets;

		if (step || probe <= bracket.lo || probe >= bracket.hi)
			probe = next_probe(&bracket, rare, near, step);
		if (probe <= bracket.lo)
			probe = bracket.lo + 1;
		sets = sets_up_to(flips, probe);
		if (sets > rare) {
			bracket.hi = probe;
			bracket.sets_hi = sets;
		} else {
			bracket.lo = probe;
			bracket.sets_lo = sets;
		}
	}
	return bracket.lo == 0 || near == 1 ? bracket.hi : bracket.lo;
}

static int draw_samples(struct flips *flips, uint64_t seed)
{
	struct drawer drawer;

	if (flips->count <= SIGNFLIP_ENUMERATED)
		return 0;
	flips->samples = calloc(SIGNFLIP_SAMPLES, sizeof(*flips->samples));
	if (!flips->samples)
		return -ENOMEM;
	drawer_init(&drawer, flips->grid, flips->count, seed);
	for (size_t i = 1; i < SIGNFLIP_SAMPLES; i++)
		flips->samples[i] = draw(&drawer);
	return 0;
}

/* Changes the signs of the values: the lower bound is then the upper one with its sign changed. */
static void turn_over(struct flips *flips)
{
	for (size_t i = 0; i < flips->count; i++)
		flips->grid[i] = -flips->grid[i];
	for (size_t i = 0; flips->samples && i < SIGNFLIP_SAMPLES; i++)
		flips->samples[i].sum = -flips->samples[i].sum;
}

int signflip_interval(const double *values, size_t count, double confidence, uint64_t seed,
		      struct interval *ret_interval)
{
	struct interval interval = { .known = false };
	struct flips flips;
	double scale = flips_init(&flips, values, count, 1);
	double rare = floor((1 - confidence) / 2 * flips.patterns);
	int ret;

	if (rare >= 1) { /* the empty set always counts, so no share can be smaller than one set */
		ret = draw_samples(&flips, seed);
		if (ret)
			return ret;
		interval.known = true;
		interval.lo = lowest_middle(&flips, rare) / scale;
		turn_over(&flips);
		interval.hi = -lowest_middle(&flips, rare) / scale;
		free(flips.samples);
	}
	*ret_interval = interval;
	return 0;
}
