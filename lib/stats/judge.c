#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "stats/judge.h"
#include "stats/maxt.h"
#include "stats/power.h"
#include "stats/signflip.h"

const struct judge_options judge_defaults = {
	.alpha = 0.05, .delta = 0.02, .gate_limit = -1, .seed = 1
};

/* The values of the pairs that have the row. */
struct present {
	double values[SIGNFLIP_MOST_PAIRS];
	size_t count;
	double mean, sigma;
};

static void present_init(struct present *present, const double *row, size_t pairs)
{
	double sum = 0, squares = 0;

	present->count = 0;
	for (size_t i = 0; i < pairs; i++) {
		if (isfinite(row[i]))
			present->values[present->count++] = row[i];
	}
	for (size_t i = 0; i < present->count; i++)
		sum += present->values[i];
	present->mean = present->count ? sum / (double)present->count : 0;
	for (size_t i = 0; i < present->count; i++)
		squares += pow(present->values[i] - present->mean, 2);
	present->sigma = present->count > 1 ? sqrt(squares / (double)(present->count - 1)) : 0;
}

/* Returns the p-value of the one-sided test that the middle is above (or below) @limit. */
static double test_against(const struct present *present, double limit, enum signflip_side side,
			   uint64_t seed)
{
	double shifted[SIGNFLIP_MOST_PAIRS];

	for (size_t i = 0; i < present->count; i++)
		shifted[i] = present->values[i] - limit;
	return signflip_test(shifted, present->count, side, seed);
}

/* Tells by two one-sided tests whether the middle is above -delta and below delta. */
static bool is_within(const struct present *present, const struct judge_options *options)
{
	double delta = log1p(options->delta);

	return delta > 0 && present->count >= SIGNFLIP_LEAST_PAIRS &&
	       test_against(present, -delta, SIGNFLIP_GREATER, options->seed) <= options->alpha &&
	       test_against(present, delta, SIGNFLIP_LESS, options->seed) <= options->alpha;
}

/* Fills the part of a verdict that does not depend on other rows. */
static int judge_alone(const struct present *present, size_t rows,
		       const struct judge_options *options, struct verdict *verdict)
{
	struct interval logs;
	int ret = signflip_interval(present->values, present->count, 0.95, options->seed, &logs);

	if (ret)
		return ret;
	*verdict = (struct verdict){
		.ratio = verdict_ratio(present->mean),
		.within_delta = is_within(present, options),
		.p = signflip_test(present->values, present->count, SIGNFLIP_TWO_SIDED,
				   options->seed),
		.p_adj = 1,
		.gate_p = 1,
		.pairs = present->count,
	};
	if (logs.known)
		verdict->interval =
			(struct interval){ true, verdict_ratio(logs.lo), verdict_ratio(logs.hi) };
	if (present->count > 1)
		verdict->pairs_wanted = power_pairs_wanted(present->sigma, log1p(options->delta),
							   0.9, options->alpha, rows);
	return 0;
}

static size_t pairs_there(const double *row, size_t pairs)
{
	size_t there = 0;

	for (size_t i = 0; i < pairs; i++)
		there += isfinite(row[i]) != 0;
	return there;
}

/*
 * Copies the rows that have enough pairs to be significant, minus @limit; @turned_over rows change
 * sign, and all other rows become NAN.
 */
static void select_rows(const double *log_ratios, size_t rows, size_t pairs,
			const bool *turned_over, double limit, double *ret_selected)
{
	for (size_t i = 0; i < rows; i++) {
		bool enough = pairs_there(log_ratios + i * pairs, pairs) >= SIGNFLIP_LEAST_PAIRS;
		double sign = turned_over && turned_over[i] ? -1 : 1;

		for (size_t j = i * pairs; j < (i + 1) * pairs; j++)
			ret_selected[j] = enough ? sign * log_ratios[j] - limit : NAN;
	}
}

/* Corrects p and gate_p over all rows. */
static int judge_together(const double *log_ratios, size_t rows, size_t pairs,
			  const bool *higher_is_better, const struct judge_options *options,
			  struct verdict *verdicts)
{
	double *selected = calloc(rows * pairs, sizeof(*selected));
	double *p = calloc(rows, sizeof(*p));
	int ret = -ENOMEM;

	if (!selected || !p)
		goto out;
	select_rows(log_ratios, rows, pairs, NULL, 0, selected);
	ret = maxt_adjust(selected, rows, pairs, true, options->seed, p);
	for (size_t i = 0; !ret && i < rows; i++)
		verdicts[i].p_adj = p[i];
	if (ret || options->gate_limit < 0)
		goto out;
	select_rows(log_ratios, rows, pairs, higher_is_better, log1p(options->gate_limit),
		    selected);
	ret = maxt_adjust(selected, rows, pairs, false, options->seed, p);
	for (size_t i = 0; !ret && i < rows; i++)
		verdicts[i].gate_p = p[i];
out:
	free(selected);
	free(p);
	return ret;
}

int judge_rows(const double *log_ratios, size_t rows, size_t pairs, const bool *higher_is_better,
	       const struct judge_options *options, struct verdict *ret_verdicts)
{
	int ret = 0;

	if (pairs > SIGNFLIP_MOST_PAIRS)
		return -E2BIG;
	for (size_t i = 0; !ret && i < rows; i++) {
		struct present present;

		present_init(&present, log_ratios + i * pairs, pairs);
		ret = judge_alone(&present, rows, options, &ret_verdicts[i]);
	}
	if (!ret && rows && pairs)
		ret = judge_together(log_ratios, rows, pairs, higher_is_better, options,
				     ret_verdicts);
	for (size_t i = 0; !ret && i < rows; i++)
		verdict_decide(&ret_verdicts[i], options->alpha);
	return ret;
}
