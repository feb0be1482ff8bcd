#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "compare/judgement.h"
#include "compare/trend.h"

static const struct side *side_of(const struct comparison *comparison, size_t number)
{
	return &comparison->sides->list[number];
}

static double log_of(double value)
{
	return value > 0 ? log(value) : NAN;
}

/* ---- by change points ---- */

/*
 * Fills the values kernel after kernel; boots are in the order of the base's boots that they are
 * paired with.
 */
static void fill_series(const struct comparison *comparison, const struct row *row, double *logs)
{
	size_t rounds = side_of(comparison, 0)->nr_boots;

	for (size_t i = 0; i < comparison->sides->count * rounds; i++)
		logs[i] = NAN;
	for (size_t i = 0; i < rounds; i++)
		logs[i] = log_of(comparison_value(comparison, row, 0, i));
	for (size_t side = 1; side < comparison->sides->count; side++) {
		const struct pairing *pairing = &comparison->pairings[side];

		for (size_t i = 0; i < pairing->count; i++)
			logs[side * rounds + pairing->list[i].base] = log_of(
				comparison_value(comparison, row, side, pairing->list[i].new));
	}
}

static int find_steps(const struct comparison *comparison, struct row *row, double *logs)
{
	struct changepoint_options options = changepoint_defaults;
	int count;

	options.alpha = JUDGEMENT_ALPHA / (double)comparison->nr_judged; /* over all rows */
	options.seed = JUDGEMENT_SEED;
	if (1 / options.alpha > (double)options.permutations) /* p can then reach alpha */
		options.permutations = (size_t)(1 / options.alpha);
	fill_series(comparison, row, logs);
	count = changepoint_find(logs, comparison->sides->count, side_of(comparison, 0)->nr_boots,
				 &options, row->steps);
	if (count < 0)
		return count;
	row->nr_steps = (size_t)count;
	return 0;
}

static int find_by_changepoints(struct comparison *comparison)
{
	size_t rounds = side_of(comparison, 0)->nr_boots;
	double *logs = calloc(comparison->sides->count * rounds + 1, sizeof(*logs));
	int ret = logs ? 0 : -ENOMEM;

	for (size_t i = 0; i < comparison->nr_rows && !ret; i++)
		if (!comparison->rows[i].lone)
			ret = find_steps(comparison, &comparison->rows[i], logs);
	free(logs);
	return ret;
}

/* ---- by an exact clock ---- */

/* Neighbouring sides of all rows, which are judged together. */
struct neighbours {
	struct exact_row *rows;
	struct {
		size_t row, side; /* of the later side */
	} * places;
	size_t count;
	double *values;
	struct verdict *verdicts;
};

static int neighbours_init(struct neighbours *all, const struct comparison *comparison)
{
	size_t most = comparison->nr_rows * comparison->sides->count + 1;

	*all = (struct neighbours){
		.rows = calloc(most, sizeof(*all->rows)),
		.places = calloc(most, sizeof(*all->places)),
		.values = calloc(comparison->nr_rows * comparison->nr_boots + 1, sizeof(double)),
		.verdicts = calloc(most, sizeof(*all->verdicts)),
	};
	return all->rows && all->places && all->values && all->verdicts ? 0 : -ENOMEM;
}

static void neighbours_release(struct neighbours *all)
{
	free(all->rows);
	free(all->places);
	free(all->values);
	free(all->verdicts);
}

/* Adds each side that has the row, with the one before it that has it. */
static void add_neighbours(struct neighbours *all, const struct comparison *comparison,
			   size_t number, double *values)
{
	const struct row *row = &comparison->rows[number];
	const double *before = NULL;
	size_t nr_before = 0;

	for (size_t side = 0; side < comparison->sides->count; side++) {
		size_t count = comparison_positive_values(comparison, row, side, values);

		if (!count)
			continue;
		if (before) {
			all->places[all->count].row = number;
			all->places[all->count].side = side;
			all->rows[all->count++] =
				(struct exact_row){ .base = before,
						    .new = values,
						    .base_count = nr_before,
						    .new_count = count,
						    .higher_is_better = row->higher_is_better,
						    .floor = judgement_floor(comparison, row) };
		}
		before = values;
		nr_before = count;
		values += count;
	}
}

static void take_steps(const struct neighbours *all, struct comparison *comparison)
{
	for (size_t i = 0; i < all->count; i++) {
		struct row *row = &comparison->rows[all->places[i].row];
		const struct verdict *verdict = &all->verdicts[i];

		if (verdict->direction == DIRECTION_LOWER || verdict->direction == DIRECTION_HIGHER)
			row->steps[row->nr_steps++] =
				(struct changepoint){ all->places[i].side, verdict->p_adj,
						      verdict->ratio };
	}
}

static int find_exactly(struct comparison *comparison)
{
	struct exact_options options = judgement_exact_options(comparison);
	struct neighbours all;
	int ret = neighbours_init(&all, comparison);

	for (size_t i = 0; i < comparison->nr_rows && !ret; i++)
		if (!comparison->rows[i].lone)
			add_neighbours(&all, comparison, i, all.values + i * comparison->nr_boots);
	if (!ret)
		ret = exact_judge(all.rows, all.count, &options, all.verdicts);
	if (!ret)
		take_steps(&all, comparison);
	neighbours_release(&all);
	return ret;
}

int trend_find(struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->nr_rows; i++) {
		struct row *row = &comparison->rows[i];

		row->steps = calloc(comparison->sides->count, sizeof(*row->steps));
		if (!row->steps)
			return -ENOMEM;
	}
	return comparison->icount ? find_exactly(comparison) : find_by_changepoints(comparison);
}
