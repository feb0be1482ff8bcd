#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "stats/distribution.h"
#include "stats/exact.h"
#include "stats/power.h"

const struct exact_options exact_defaults = {
	.alpha = 0.05, .delta = 0.02, .gate_limit = -1, .floor = EXACT_FLOOR_SAMPLED
};

/* The difference of the logs of the two sides, and how sure it is. */
struct contrast {
	double mean; /* new - base */
	double error; /* standard error, by the boots' own spread */
	double sigma; /* the spread of one boot */
	double freedom; /* 0: not measured */
	double floor; /* how far the mean may be off however well the boots agree */
	size_t boots; /* boots of the side with fewer; 0: nothing to compare */
};

static double mean_log(const double *values, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += log(values[i]);
	return sum / (double)count;
}

static double squares_about(const double *values, size_t count, double mean)
{
	double squares = 0;

	for (size_t i = 0; i < count; i++)
		squares += (log(values[i]) - mean) * (log(values[i]) - mean);
	return squares;
}

/* Measures the difference of the means, with the spread pooled over both sides. */
static void measure_apart(const struct exact_row *row, struct contrast *difference)
{
	double base = mean_log(row->base, row->base_count);
	double new = mean_log(row->new, row->new_count);
	double squares = squares_about(row->base, row->base_count, base) +
			 squares_about(row->new, row->new_count, new);

	difference->mean = new - base;
	difference->freedom = (double)(row->base_count + row->new_count - 2);
	if (difference->freedom <= 0)
		return;
	difference->sigma = sqrt(squares / difference->freedom);
	difference->error =
		difference->sigma * sqrt(1 / (double)row->base_count + 1 / (double)row->new_count);
}

/* Measures the mean of the pairs' ratios; their spread comes from two boots of @sigma each. */
static void measure_pairs(const struct exact_row *row, struct contrast *difference)
{
	double squares = 0;

	difference->mean =
		mean_log(row->new, row->new_count) - mean_log(row->base, row->base_count);
	difference->freedom = (double)(row->base_count - 1);
	if (difference->freedom <= 0)
		return;
	for (size_t i = 0; i < row->base_count; i++)
		squares += pow(log(row->new[i] / row->base[i]) - difference->mean, 2);
	difference->sigma = sqrt(squares / difference->freedom / 2);
	difference->error = sqrt(squares / difference->freedom / (double)row->base_count);
}

static struct contrast difference_of(const struct exact_row *row, double floor)
{
	size_t fewer = row->base_count < row->new_count ? row->base_count : row->new_count;
	struct contrast difference = { .boots = fewer,
				       .floor = log1p(row->floor > 0 ? row->floor : floor) };

	if (!fewer)
		return difference;
	if (row->paired && row->base_count == row->new_count)
		measure_pairs(row, &difference);
	else
		measure_apart(row, &difference);
	if (difference.freedom > 0)
		difference.floor = log1p(EXACT_REPEATABILITY);
	return difference;
}

/* Returns the bound that the error of the mean exceeds on one side with chance @above. */
static double doubt(const struct contrast *difference, double above)
{
	if (difference->error <= 0)
		return difference->floor;
	return difference->floor +
	       student_quantile_above(above, difference->freedom) * difference->error;
}

/* Returns the p-value of the claim that @distance is more than the floor. */
static double chance_of(const struct contrast *difference, double distance)
{
	double excess = distance - difference->floor;

	if (difference->error <= 0)
		return excess > 0 ? 0 : 1;
	return student_above(excess / difference->error, difference->freedom);
}

static void judge_alone(const struct exact_row *row, size_t rows,
			const struct exact_options *options, struct verdict *verdict)
{
	struct contrast difference = difference_of(row, options->floor);
	double half, worse = row->higher_is_better ? -difference.mean : difference.mean;

	*verdict = (struct verdict){ .ratio = verdict_ratio(difference.mean),
				     .p = 1,
				     .gate_p = 1,
				     .pairs = difference.boots };
	if (!difference.boots)
		return;
	half = doubt(&difference, 0.025);
	verdict->interval = (struct interval){ true, verdict_ratio(difference.mean - half),
					       verdict_ratio(difference.mean + half) };
	verdict->within_delta =
		fabs(difference.mean) + doubt(&difference, options->alpha) <= log1p(options->delta);
	verdict->p = fmin(2 * chance_of(&difference, fabs(difference.mean)), 1);
	if (options->gate_limit >= 0)
		verdict->gate_p = chance_of(&difference, worse - log1p(options->gate_limit));
	if (difference.freedom > 0)
		verdict->pairs_wanted = power_boots_wanted(difference.sigma,
							   log1p(options->delta) - difference.floor,
							   0.9, options->alpha, rows);
}

struct ranked {
	double p;
	size_t index;
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;

	if (left->p != right->p)
		return left->p < right->p ? -1 : 1;
	return left->index < right->index ? -1 : 1;
}

/*
 * Applies Holm's correction: the least p is multiplied by the number of rows, the next by the
 * number of rows left, and none may be below the one before.
 */
static void holm(struct ranked *ranked, size_t count)
{
	double p = 0;

	qsort(ranked, count, sizeof(*ranked), compare_ranked);
	for (size_t i = 0; i < count; i++)
		ranked[i].p = p = fmax(p, fmin(ranked[i].p * (double)(count - i), 1));
}

/* Lists the rows that have something to compare. Returns how many. */
static size_t rank(struct ranked *ranked, const struct verdict *verdicts, size_t count, bool gate)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		if (verdicts[i].pairs)
			ranked[used++] =
				(struct ranked){ gate ? verdicts[i].gate_p : verdicts[i].p, i };
	}
	return used;
}

static void correct(struct ranked *ranked, struct verdict *verdicts, size_t count)
{
	size_t used = rank(ranked, verdicts, count, false);

	for (size_t i = 0; i < count; i++)
		verdicts[i].p_adj = 1;
	holm(ranked, used);
	for (size_t i = 0; i < used; i++)
		verdicts[ranked[i].index].p_adj = ranked[i].p;
	used = rank(ranked, verdicts, count, true);
	holm(ranked, used);
	for (size_t i = 0; i < used; i++)
		verdicts[ranked[i].index].gate_p = ranked[i].p;
}

int exact_judge(const struct exact_row *rows, size_t count, const struct exact_options *options,
		struct verdict *ret_verdicts)
{
	struct ranked *ranked = calloc(count + 1, sizeof(*ranked));

	if (!ranked)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		judge_alone(&rows[i], count, options, &ret_verdicts[i]);
	correct(ranked, ret_verdicts, count);
	free(ranked);
	for (size_t i = 0; i < count; i++)
		verdict_decide(&ret_verdicts[i], options->alpha);
	return 0;
}
