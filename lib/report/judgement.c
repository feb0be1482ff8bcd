#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/judgement.h"
#include "stats/exact.h"
#include "stats/judge.h"
#include "stats/signflip.h"

#define DELTA_PCT (100 * COMPARISON_DELTA)
#define SEED 1 /* the same files give the same verdicts */
#define ALPHA 0.05

/* What is judged together: the rows that the base and one other side both have. */
struct bench_of_judges {
	struct comparison *comparison;
	size_t side;
	struct row **rows;
	size_t nr_rows;
	struct verdict *verdicts;
};

static struct side *side_of(const struct comparison *comparison, size_t number)
{
	return &comparison->sides->list[number];
}

static double gate_limit(const struct comparison *comparison)
{
	return comparison->gated ? comparison->gate_pct / 100 : -1;
}

/* ---- over pairs of boots ---- */

static double log_ratio(double base, double new)
{
	return base > 0 && new > 0 ? log(new / base) : NAN;
}

static void fill_pairs(const struct bench_of_judges *bench, double *ratios, bool *higher)
{
	const struct comparison *comparison = bench->comparison;
	const struct pairing *pairing = &comparison->pairings[bench->side];

	for (size_t i = 0; i < bench->nr_rows; i++) {
		const struct row *row = bench->rows[i];

		higher[i] = row->higher_is_better;
		for (size_t j = 0; j < pairing->count; j++)
			*ratios++ = log_ratio(
				comparison_value(comparison, row, 0, pairing->list[j].base),
				comparison_value(comparison, row, bench->side,
						 pairing->list[j].new));
	}
}

static int judge_pairs(struct bench_of_judges *bench)
{
	size_t pairs = bench->comparison->pairings[bench->side].count;
	double *ratios = calloc(bench->nr_rows * pairs + 1, sizeof(*ratios));
	bool *higher = calloc(bench->nr_rows + 1, sizeof(*higher));
	struct judge_options options = judge_defaults;
	int ret = -ENOMEM;

	options.alpha = ALPHA;
	options.delta = COMPARISON_DELTA;
	options.gate_limit = gate_limit(bench->comparison);
	options.seed = SEED;
	if (ratios && higher) {
		fill_pairs(bench, ratios, higher);
		ret = judge_rows(ratios, bench->nr_rows, pairs, higher, &options, bench->verdicts);
	}
	free(ratios);
	free(higher);
	return ret;
}

/* ---- by an exact clock ---- */

/* Values that have a logarithm; how many. */
static size_t positive_values(const struct comparison *comparison, const struct row *row,
			      size_t side, double *values)
{
	size_t count = 0;

	for (size_t i = 0; i < side_of(comparison, side)->nr_boots; i++) {
		double value = comparison_value(comparison, row, side, i);

		if (value > 0)
			values[count++] = value;
	}
	return count;
}

static int judge_exactly(struct bench_of_judges *bench)
{
	const struct comparison *comparison = bench->comparison;
	struct exact_row *rows = calloc(bench->nr_rows + 1, sizeof(*rows));
	double *values = calloc(bench->nr_rows * comparison->nr_boots + 1, sizeof(*values));
	double *at = values;
	struct exact_options options = exact_defaults;
	int ret = -ENOMEM;

	options.alpha = ALPHA;
	options.delta = COMPARISON_DELTA;
	options.gate_limit = gate_limit(comparison);
	options.floor = comparison->fixed_layout ? EXACT_FLOOR_FIXED : EXACT_FLOOR_SAMPLED;
	for (size_t i = 0; rows && values && i < bench->nr_rows; i++) {
		const struct row *row = bench->rows[i];

		rows[i].higher_is_better = row->higher_is_better;
		rows[i].base = at;
		rows[i].base_count = positive_values(comparison, row, 0, at);
		at += rows[i].base_count;
		rows[i].new = at;
		rows[i].new_count = positive_values(comparison, row, bench->side, at);
		at += rows[i].new_count;
	}
	if (rows && values)
		ret = exact_judge(rows, bench->nr_rows, &options, bench->verdicts);
	free(rows);
	free(values);
	return ret;
}

/* ---- what is said ---- */

static enum word word_for(enum direction direction, bool higher_is_better)
{
	switch (direction) {
	case DIRECTION_SAME:
		return WORD_SAME;
	case DIRECTION_LOWER:
		return higher_is_better ? WORD_SLOWER : WORD_FASTER;
	case DIRECTION_HIGHER:
		return higher_is_better ? WORD_FASTER : WORD_SLOWER;
	case DIRECTION_UNRESOLVED:
		break;
	}
	return WORD_UNRESOLVED;
}

static void say_exact(const struct comparison *comparison, const struct verdict *verdict, char *why,
		      size_t room)
{
	if (verdict->pairs == 1 && !comparison->fixed_layout)
		snprintf(why, room,
			 "within the %.0f %% that the memory layout of one boot can make: "
			 "lab run --boots 3",
			 100 * EXACT_FLOOR_SAMPLED);
	else if (verdict->pairs_wanted > verdict->pairs)
		snprintf(why, room,
			 "its boots differ by layout: about %zu a side would tell %.0f %%",
			 verdict->pairs_wanted, DELTA_PCT);
	else
		snprintf(why, room, "near the margin of %.0f %%: more boots would tell", DELTA_PCT);
}

static void say_paired(const struct row *row, size_t side, const struct verdict *verdict, char *why,
		       size_t room)
{
	if (row->sides[0].boots == 1 && row->sides[side].boots == 1)
		snprintf(why, room, "one boot a side; %d pairs are the floor: lab run --boots %d",
			 SIGNFLIP_LEAST_PAIRS, SIGNFLIP_LEAST_PAIRS);
	else if (verdict->pairs < SIGNFLIP_LEAST_PAIRS)
		snprintf(why, room, "%zu boot pair%s; %d are the floor: lab run --boots %d",
			 verdict->pairs, verdict->pairs == 1 ? "" : "s", SIGNFLIP_LEAST_PAIRS,
			 SIGNFLIP_LEAST_PAIRS);
	else if (verdict->pairs_wanted > verdict->pairs)
		snprintf(why, room, "its pairs spread: about %zu would tell %.0f %%",
			 verdict->pairs_wanted, DELTA_PCT);
	else
		snprintf(why, room, "near the margin of %.0f %%: more pairs would tell", DELTA_PCT);
}

static bool is_zero_throughout(const struct comparison *comparison, const struct row *row,
			       size_t side)
{
	const size_t sides[] = { 0, side };

	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < side_of(comparison, sides[i])->nr_boots; j++) {
			double value = comparison_value(comparison, row, sides[i], j);

			if (!isnan(value) && value != 0)
				return false;
		}
	}
	return true;
}

static void say(const struct comparison *comparison, struct row *row, size_t side)
{
	struct row_verdict *said = &row->verdicts[side];
	const struct verdict *verdict = &said->verdict;
	bool has_zero = row->sides[0].lo <= 0 || row->sides[side].lo <= 0;

	said->word = word_for(verdict->direction, row->higher_is_better);
	if (said->word == WORD_UNRESOLVED && is_zero_throughout(comparison, row, side)) {
		said->word = WORD_SAME;
		snprintf(said->why, sizeof(said->why), "0 on both sides");
	} else if (said->word == WORD_UNRESOLVED && has_zero) {
		snprintf(said->why, sizeof(said->why), "no ratio can be taken of 0");
	} else if (said->word == WORD_UNRESOLVED && comparison->icount) {
		say_exact(comparison, verdict, said->why, sizeof(said->why));
	} else if (said->word == WORD_UNRESOLVED) {
		say_paired(row, side, verdict, said->why, sizeof(said->why));
	} else if (said->word != WORD_SAME && verdict->within_delta) {
		snprintf(said->why, sizeof(said->why), "by less than %.0f %%", DELTA_PCT);
	}
}

/* ---- one side against the base ---- */

static void collect(struct bench_of_judges *bench)
{
	struct comparison *comparison = bench->comparison;

	for (size_t i = 0; i < comparison->nr_rows; i++) {
		struct row *row = &comparison->rows[i];

		if (row->sides[0].boots && row->sides[bench->side].boots)
			bench->rows[bench->nr_rows++] = row;
	}
}

static void hand_out(struct bench_of_judges *bench)
{
	struct comparison *comparison = bench->comparison;

	for (size_t i = 0; i < bench->nr_rows; i++) {
		struct row *row = bench->rows[i];
		struct row_verdict *said = &row->verdicts[bench->side];

		said->verdict = bench->verdicts[i];
		say(comparison, row, bench->side);
		comparison->nr_gate_failed += comparison->gated && said->verdict.gate_failed;
		comparison->has_null_control |= row->null_control;
		comparison->advisory |= row->null_control && !said->verdict.within_delta &&
					(said->word == WORD_FASTER || said->word == WORD_SLOWER);
	}
}

static int judge_side(struct comparison *comparison, size_t side)
{
	struct bench_of_judges bench = {
		.comparison = comparison,
		.side = side,
		.rows = calloc(comparison->nr_rows + 1, sizeof(struct row *)),
		.verdicts = calloc(comparison->nr_rows + 1, sizeof(struct verdict)),
	};
	int ret = -ENOMEM;

	if (bench.rows && bench.verdicts) {
		collect(&bench);
		ret = comparison->icount ? judge_exactly(&bench) : judge_pairs(&bench);
	}
	if (!ret)
		hand_out(&bench);
	free(bench.rows);
	free(bench.verdicts);
	return ret;
}

/* ---- over all sides ---- */

/* Kernel after kernel, and in each the boots in the order of the base's that they are paired with. */
static void fill_series(const struct comparison *comparison, const struct row *row, double *logs)
{
	size_t rounds = side_of(comparison, 0)->nr_boots;

	for (size_t i = 0; i < comparison->sides->count * rounds; i++)
		logs[i] = NAN;
	for (size_t i = 0; i < rounds; i++)
		logs[i] = log_ratio(1, comparison_value(comparison, row, 0, i));
	for (size_t side = 1; side < comparison->sides->count; side++) {
		const struct pairing *pairing = &comparison->pairings[side];

		for (size_t i = 0; i < pairing->count; i++)
			logs[side * rounds + pairing->list[i].base] = log_ratio(
				1, comparison_value(comparison, row, side, pairing->list[i].new));
	}
}

static int find_steps(const struct comparison *comparison, struct row *row, double *logs)
{
	struct changepoint_options options = changepoint_defaults;
	int count;

	options.alpha = ALPHA / (double)comparison->nr_rows; /* many rows are looked at */
	options.seed = SEED;
	row->steps = calloc(comparison->sides->count, sizeof(*row->steps));
	if (!row->steps)
		return -ENOMEM;
	fill_series(comparison, row, logs);
	count = changepoint_find(logs, comparison->sides->count, side_of(comparison, 0)->nr_boots,
				 &options, row->steps);
	if (count < 0)
		return count;
	row->nr_steps = (size_t)count;
	return 0;
}

static int find_all_steps(struct comparison *comparison)
{
	size_t rounds = side_of(comparison, 0)->nr_boots;
	double *logs = calloc(comparison->sides->count * rounds + 1, sizeof(*logs));
	int ret = logs ? 0 : -ENOMEM;

	for (size_t i = 0; i < comparison->nr_rows && !ret; i++)
		ret = find_steps(comparison, &comparison->rows[i], logs);
	free(logs);
	return ret;
}

int judgement_pass(struct comparison *comparison)
{
	int ret = 0;

	for (size_t side = 1; side < comparison->sides->count && !ret; side++)
		ret = judge_side(comparison, side);
	if (!ret && comparison->sides->count > 2)
		ret = find_all_steps(comparison);
	return ret;
}
