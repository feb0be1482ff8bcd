#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/judgement.h"
#include "stats/judge.h"
#include "stats/signflip.h"

#define DELTA_PCT (100 * COMPARISON_DELTA)
#define SMALL_BELOW_BYTES (2UL << 20) /* smaller pages may lie anywhere in memory */

/* The rows that are judged together: those that both the base and one other side have. */
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

	options.alpha = JUDGEMENT_ALPHA;
	options.delta = COMPARISON_DELTA;
	options.gate_limit = gate_limit(bench->comparison);
	options.seed = JUDGEMENT_SEED;
	if (ratios && higher) {
		fill_pairs(bench, ratios, higher);
		ret = judge_rows(ratios, bench->nr_rows, pairs, higher, &options, bench->verdicts);
	}
	free(ratios);
	free(higher);
	return ret;
}

/* ---- by an exact clock ---- */

struct exact_options judgement_exact_options(const struct comparison *comparison)
{
	struct exact_options options = exact_defaults;

	options.alpha = JUDGEMENT_ALPHA;
	options.delta = COMPARISON_DELTA;
	options.gate_limit = gate_limit(comparison);
	options.floor = comparison->fixed_layout ? EXACT_FLOOR_FIXED : EXACT_FLOOR_SAMPLED;
	return options;
}

/*
 * Tells whether a cell has small pages which may or may not be adjacent in memory, with no
 * parameter that decides it.
 */
static bool has_small_pages(const struct boot_cell *cell)
{
	const char *frames = params_text(cell->params, "frames");
	uint64_t page = verified_least_page(cell->verified);

	if (!strcmp(frames, "apart") || !strcmp(frames, "joined"))
		return false;
	return page && page < SMALL_BELOW_BYTES;
}

double judgement_floor(const struct comparison *comparison, const struct row *row)
{
	bool moves = !comparison->fixed_layout && has_small_pages(row->base_cell);

	return moves ? EXACT_FLOOR_SMALL : 0;
}

static bool has_seed_of(const struct boot *base, const struct boot *new)
{
	int64_t left, right;

	return run_seed(base->run, &left) && run_seed(new->run, &right) && left == right;
}

/*
 * Tells whether the boots of each pair have one layout: those of one series and seed do (lab run
 * --layout paired).
 */
static bool share_layouts(const struct comparison *comparison, size_t side)
{
	const struct pairing *pairing = &comparison->pairings[side];
	bool shared =
		pairing->basis == PAIRED_BY_SERIES && !pairing->base_left && !pairing->new_left;

	for (size_t i = 0; i < pairing->count && shared; i++) {
		const struct boot *base = side_of(comparison, 0)->boots[pairing->list[i].base];
		const struct boot *new = side_of(comparison, side)->boots[pairing->list[i].new];

		shared = has_seed_of(base, new);
	}
	return shared;
}

/* Collects both sides' values of the pairs in which both boots have the row. Returns how many. */
static size_t paired_values(const struct comparison *comparison, const struct row *row, size_t side,
			    double *base_values, double *new_values)
{
	const struct pairing *pairing = &comparison->pairings[side];
	size_t count = 0;

	for (size_t i = 0; i < pairing->count; i++) {
		double base = comparison_value(comparison, row, 0, pairing->list[i].base);
		double new = comparison_value(comparison, row, side, pairing->list[i].new);

		if (!(base > 0) || !(new > 0))
			continue;
		base_values[count] = base;
		new_values[count++] = new;
	}
	return count;
}

/* Fills the row for exact_judge(). @at has room for the values of the boots of both sides. */
static void fill_row(const struct comparison *comparison, const struct row *row, size_t side,
		     bool paired, double *at, struct exact_row *ret_row)
{
	*ret_row = (struct exact_row){ .base = at,
				       .higher_is_better = row->higher_is_better,
				       .floor = judgement_floor(comparison, row),
				       .paired = paired };
	if (paired) {
		ret_row->new = at + comparison->pairings[side].count;
		ret_row->base_count = ret_row->new_count = paired_values(
			comparison, row, side, at, at + comparison->pairings[side].count);
		return;
	}
	ret_row->base_count = comparison_positive_values(comparison, row, 0, at);
	ret_row->new = at + ret_row->base_count;
	ret_row->new_count =
		comparison_positive_values(comparison, row, side, at + ret_row->base_count);
}

static int judge_exactly(struct bench_of_judges *bench)
{
	const struct comparison *comparison = bench->comparison;
	struct exact_row *rows = calloc(bench->nr_rows + 1, sizeof(*rows));
	double *values = calloc(bench->nr_rows * comparison->nr_boots + 1, sizeof(*values));
	double *at = values;
	struct exact_options options = judgement_exact_options(comparison);
	bool paired = share_layouts(comparison, bench->side);
	int ret = -ENOMEM;

	for (size_t i = 0; rows && values && i < bench->nr_rows; i++) {
		const struct row *row = bench->rows[i];

		fill_row(comparison, row, bench->side, paired, at, &rows[i]);
		at += comparison->nr_boots;
	}
	if (rows && values)
		ret = exact_judge(rows, bench->nr_rows, &options, bench->verdicts);
	free(rows);
	free(values);
	return ret;
}

/* ---- verdicts ---- */

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
	const struct doubt_case about = {
		.verdict = verdict,
		.margin = COMPARISON_DELTA,
		.has_zero = row->sides[0].lo <= 0 || row->sides[side].lo <= 0,
		.icount = comparison->icount,
		.fixed_layout = comparison->fixed_layout,
		.small_pages = judgement_floor(comparison, row) > 0,
		.one_boot_each = row->sides[0].boots == 1 && row->sides[side].boots == 1,
	};

	said->word = word_for(verdict->direction, row->higher_is_better);
	if (said->word == WORD_UNRESOLVED && is_zero_throughout(comparison, row, side)) {
		said->word = WORD_SAME;
		snprintf(said->why, sizeof(said->why), "0 on both sides");
	} else if (said->word == WORD_UNRESOLVED) {
		said->doubt = doubt_explain(&about, said->why, &said->remedy);
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

int judgement_pass(struct comparison *comparison)
{
	int ret = 0;

	for (size_t side = 1; side < comparison->sides->count && !ret; side++)
		ret = judge_side(comparison, side);
	return ret;
}
