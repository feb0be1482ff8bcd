#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/random.h"
#include "stats/changepoint.h"
#include "stats/grid.h"
#include "stats/verdict.h"

const struct changepoint_options changepoint_defaults = { .alpha = 0.05,
							  .permutations = 9999,
							  .seed = 1 };

/* A segment of the series: kernels from @first to before @end. */
struct segment {
	size_t first, end;
};

/* Sums of the values from a split on, which are the same in every permutation. */
struct split {
	double expected; /* the sum that chance alone would give */
	double weight; /* 1 / the sum's standard deviation; 0: the sum cannot vary */
};

struct step_search {
	const struct changepoint_options *options;
	double *grid; /* round after round, one value per kernel, on the grid; NAN: missing */
	double *shuffled; /* the same values, permuted within each round */
	struct split *splits; /* one per kernel */
	double *sums; /* one per kernel: the sum over all rounds */
	double **there; /* one per kernel: room for gather() */
	size_t kernels, rounds;
	struct changepoint *points;
	int found;
};

struct round {
	double count, sum, squares; /* squares about the mean */
};

static struct round round_of(const double *values, struct segment segment)
{
	struct round round = { 0 };

	for (size_t k = segment.first; k < segment.end; k++) {
		if (isfinite(values[k])) {
			round.count++;
			round.sum += values[k];
		}
	}
	for (size_t k = segment.first; k < segment.end; k++) {
		if (isfinite(values[k]))
			round.squares += pow(values[k] - round.sum / round.count, 2);
	}
	return round;
}

/*
 * Adds the mean and the variance that a round gives to the sum of each split, if its values are
 * drawn without putting back.
 */
static void add_round(struct split *splits, const double *values, struct segment segment)
{
	struct round round = round_of(values, segment);
	double spread = round.count > 1 ? round.squares / (round.count - 1) : 0, after = 0;

	if (round.count == 0)
		return;
	for (size_t k = segment.end - 1; k > segment.first; k--) {
		after += isfinite(values[k]) != 0;
		splits[k].expected += after * round.sum / round.count;
		splits[k].weight += after * (round.count - after) / round.count * spread;
	}
}

static void expect(struct step_search *search, struct segment segment)
{
	for (size_t k = segment.first; k < segment.end; k++)
		search->splits[k] = (struct split){ 0 };
	for (size_t round = 0; round < search->rounds; round++)
		add_round(search->splits, search->grid + round * search->kernels, segment);
	for (size_t k = segment.first; k < segment.end; k++) {
		double variance = search->splits[k].weight;

		search->splits[k].weight = variance > 0 ? 1 / sqrt(variance) : 0;
	}
}

/* Returns how far the most conspicuous split is from what chance gives, and which split it is. */
static double most_split(struct step_search *search, const double *values, struct segment segment,
			 size_t *ret_split)
{
	double most = 0, after = 0;

	for (size_t k = segment.first; k < segment.end; k++)
		search->sums[k] = 0;
	for (size_t round = 0; round < search->rounds; round++) {
		const double *here = values + round * search->kernels;

		for (size_t k = segment.first; k < segment.end; k++)
			search->sums[k] += isfinite(here[k]) ? here[k] : 0;
	}
	for (size_t k = segment.end - 1; k > segment.first; k--) {
		double distance;

		after += search->sums[k];
		distance = fabs(after - search->splits[k].expected) * search->splits[k].weight;
		if (distance > most) {
			most = distance;
			*ret_split = k;
		}
	}
	return most;
}

/* Collects pointers to the values that one round has in a segment. Returns how many. */
static size_t gather(double *values, struct segment segment, double **ret_there)
{
	size_t count = 0;

	for (size_t k = segment.first; k < segment.end; k++) {
		if (isfinite(values[k]))
			ret_there[count++] = &values[k];
	}
	return count;
}

static void shuffle_rounds(struct step_search *search, struct segment segment,
			   struct random *random)
{
	for (size_t round = 0; round < search->rounds; round++) {
		double *values = search->shuffled + round * search->kernels;

		for (size_t i = gather(values, segment, search->there); i > 1; i--) {
			double *other = search->there[random_below(random, i)];
			double value = *other;

			*other = *search->there[i - 1];
			*search->there[i - 1] = value;
		}
	}
}

static double chance_of(struct step_search *search, struct segment segment, double observed)
{
	struct random random =
		random_seeded(search->options->seed, segment.first * search->kernels + segment.end);
	size_t reached = 1, unused = 0; /* the observed order counts as one permutation */

	for (size_t i = 0; i < search->rounds * search->kernels; i++)
		search->shuffled[i] = search->grid[i];
	for (size_t i = 0; i < search->options->permutations; i++) {
		shuffle_rounds(search, segment, &random);
		reached += most_split(search, search->shuffled, segment, &unused) >= observed;
	}
	return (double)reached / ((double)search->options->permutations + 1);
}

static void search_segment(struct step_search *search, struct segment segment)
{
	size_t split = segment.first;
	double observed, p;

	if (segment.end - segment.first < 2)
		return;
	expect(search, segment);
	observed = most_split(search, search->grid, segment, &split);
	if (observed <= 0)
		return;
	p = chance_of(search, segment, observed);
	if (p > search->options->alpha)
		return;
	search_segment(search, (struct segment){ segment.first, split });
	search->points[search->found++] = (struct changepoint){ .index = split, .p = p };
	search_segment(search, (struct segment){ split, segment.end });
}

/* Copies the values to the grid, round after round. */
static void search_fill(struct step_search *search, const double *logs)
{
	size_t count = search->kernels * search->rounds;
	double scale = grid_scale(logs, count, count);

	for (size_t k = 0; k < search->kernels; k++) {
		for (size_t round = 0; round < search->rounds; round++)
			search->grid[round * search->kernels + k] =
				grid_round(logs[k * search->rounds + round], scale);
	}
}

/* Returns the mean of one round over a segment, or NAN. */
static double level_of(const double *logs, size_t rounds, size_t round, struct segment segment)
{
	double sum = 0, count = 0;

	for (size_t k = segment.first; k < segment.end; k++) {
		double value = logs[k * rounds + round];

		if (isfinite(value)) {
			sum += value;
			count++;
		}
	}
	return count > 0 ? sum / count : NAN;
}

/*
 * Returns the ratio of after to before, over the rounds that have values on both sides of the step.
 */
static double step_ratio(const double *logs, size_t rounds, struct segment before,
			 struct segment after)
{
	double sum = 0, count = 0;

	for (size_t round = 0; round < rounds; round++) {
		double step = level_of(logs, rounds, round, after) -
			      level_of(logs, rounds, round, before);

		if (isfinite(step)) {
			sum += step;
			count++;
		}
	}
	return count > 0 ? verdict_ratio(sum / count) : 1;
}

static void fill_ratios(const struct step_search *search, const double *logs)
{
	struct changepoint *points = search->points;
	int last = search->found - 1;

	for (int i = 0; i <= last; i++) {
		size_t first = i > 0 ? points[i - 1].index : 0;
		size_t end = i < last ? points[i + 1].index : search->kernels;

		points[i].ratio =
			step_ratio(logs, search->rounds, (struct segment){ first, points[i].index },
				   (struct segment){ points[i].index, end });
	}
}

int changepoint_find(const double *logs, size_t kernels, size_t rounds,
		     const struct changepoint_options *options, struct changepoint *ret_points)
{
	size_t count = kernels * rounds;
	double *values = calloc(2 * count + kernels + 1, sizeof(*values));
	struct split *splits = calloc(kernels + 1, sizeof(*splits));
	double **there = calloc(kernels + 1, sizeof(*there));
	int ret = -ENOMEM;

	if (values && splits && there) {
		struct step_search search = { .options = options,
					      .grid = values,
					      .shuffled = values + count,
					      .sums = values + 2 * count,
					      .splits = splits,
					      .there = there,
					      .kernels = kernels,
					      .rounds = rounds,
					      .points = ret_points };

		search_fill(&search, logs);
		search_segment(&search, (struct segment){ 0, kernels });
		fill_ratios(&search, logs);
		ret = search.found;
	}
	free(values);
	free(splits);
	free(there);
	return ret;
}
