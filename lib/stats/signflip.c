#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "stats/grid.h"
#include "stats/signflip.h"

/*
 * To flip the pairs of a set lowers the sum by twice the sum of the set. So a pattern reaches the
 * observed sum when the set that it flips sums to 0 or less, and what has to be counted is sets.
 * The pairs are split in two halves; a set is one of the left half's and one of the right half's.
 */
#define HALF (SIGNFLIP_ENUMERATED / 2)

struct sums {
	double sorted[1 << HALF];
	size_t count;
};

/* Adds a value: each set there is, with it and without. Both are sorted; merged from the end. */
static void sums_add(struct sums *sums, double value)
{
	double *sorted = sums->sorted;
	double with[1 << HALF];
	size_t count = sums->count, i = count, j = count;

	for (size_t k = 0; k < count; k++)
		with[k] = sorted[k] + value;
	for (size_t k = 2 * count; i > 0 && j > 0; k--) {
		bool keep = sorted[i - 1] >= with[j - 1];

		sorted[k - 1] = keep ? sorted[i - 1] : with[j - 1];
		i -= keep;
		j -= !keep;
	}
	memcpy(sorted, with, j * sizeof(*sorted));
	sums->count = 2 * count;
}

/* @middle is taken off each value first. */
static void sums_fill(struct sums *sums, const double *grid, size_t count, double middle)
{
	sums->sorted[0] = 0;
	sums->count = 1;
	for (size_t i = 0; i < count; i++)
		sums_add(sums, grid[i] - middle);
}

/* Sets, the empty one among them, whose values less @middle sum to 0 or less. */
static size_t sets_enumerated(const double *grid, size_t count, double middle)
{
	struct sums left, right;
	size_t sets = 0, reach;

	sums_fill(&left, grid, count / 2, middle);
	sums_fill(&right, grid + count / 2, count - count / 2, middle);
	reach = right.count;
	for (size_t i = 0; i < left.count; i++) {
		while (reach > 0 && left.sorted[i] + right.sorted[reach - 1] > 0)
			reach--;
		sets += reach;
	}
	return sets;
}

/* A random set: each value is in it or not. The first sample is the empty one. */
struct sample {
	double sum, size;
};

static struct sample sample_draw(struct random *random, const double *grid, size_t count)
{
	struct sample sample = { 0, 0 };
	uint64_t bits = 0;

	for (size_t i = 0; i < count; i++) {
		double in;

		if (i % 64 == 0)
			bits = random_next(random);
		in = (double)(bits >> (i % 64) & 1);
		sample.sum += in * grid[i];
		sample.size += in;
	}
	return sample;
}

/* The values on their grid, and how to count sets of them. */
struct flips {
	double grid[SIGNFLIP_MOST_PAIRS];
	size_t count;
	double patterns; /* all sets that sets_up_to() counts from */
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

/* Sets whose values less @middle sum to 0 or less. Grows with @middle. */
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
	struct random random = random_seeded(seed, flips->count);
	size_t sets = 1; /* the empty one */

	for (size_t i = 1; i < SIGNFLIP_SAMPLES; i++)
		sets += sample_draw(&random, flips->grid, flips->count).sum <= 0;
	return (double)sets / flips->patterns;
}

/* Is the middle above 0 (@sign 1), is it below (-1)? */
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

/*
 * The least middle of which more than @rare sets say that it may be: by bisection, to 2^-22 of the
 * range or to the grid, outwards. 0 is probed first, so that the interval holds it just when the test
 * does not reject it.
 */
static double lowest_middle(const struct flips *flips, double rare)
{
	double lo = 0, hi = 0, probe = 0, near;

	for (size_t i = 0; i < flips->count; i++) {
		lo = fmin(lo, flips->grid[i]);
		hi += flips->grid[i];
	}
	lo -= 1;
	hi = ceil(hi / (double)flips->count);
	near = fmax(1, ldexp(hi - lo, -22));
	while (hi - lo > near) {
		if (probe <= lo || probe >= hi)
			probe = floor((lo + hi) / 2);
		if (sets_up_to(flips, probe) > rare)
			hi = probe;
		else
			lo = probe;
	}
	return lo == 0 || near == 1 ? hi : lo;
}

static int draw_samples(struct flips *flips, uint64_t seed)
{
	struct random random = random_seeded(seed, flips->count);

	if (flips->count <= SIGNFLIP_ENUMERATED)
		return 0;
	flips->samples = calloc(SIGNFLIP_SAMPLES, sizeof(*flips->samples));
	if (!flips->samples)
		return -ENOMEM;
	for (size_t i = 1; i < SIGNFLIP_SAMPLES; i++)
		flips->samples[i] = sample_draw(&random, flips->grid, flips->count);
	return 0;
}

/* The upper bound is the lower one of the values with their signs changed. */
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

	if (rare >= 1) { /* the empty set is always there: one cannot be rarer than that */
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
