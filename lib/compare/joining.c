#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/json.h"
#include "compare/cells.h"
#include "compare/joining.h"
#include "result/cell_name.h"

/* The state of joining_pass(). */
struct joining {
	struct comparison *comparison;
	const struct comparison_options *options;
	const struct boot_cell *
		*found; /* the current cell in each boot; NULL if the boot lacks it */
	double *sorted; /* room for the values of one side */
};

static struct side *side_of(const struct comparison *comparison, size_t number)
{
	return &comparison->sides->list[number];
}

/* ---- what is left out ---- */

static int leave_out(struct comparison *comparison, const char *cell, struct text *why)
{
	struct left_out *grown =
		grow(comparison->left_out, comparison->nr_left_out, sizeof(*grown));
	char *copy = strdup(cell);

	if (grown)
		comparison->left_out = grown;
	if (!grown || !copy || why->failed || !why->text) {
		free(copy);
		text_release(why);
		return -ENOMEM;
	}
	grown[comparison->nr_left_out].cell = copy;
	grown[comparison->nr_left_out++].why = why->text;
	return 0;
}

/* ---- the current cell ---- */

static const struct boot_cell *found_in(const struct joining *join, size_t side, size_t boot)
{
	return join->found[join->comparison->first_boot[side] + boot];
}

static void find_cell(struct joining *join, const char *name)
{
	const struct comparison *comparison = join->comparison;

	for (size_t i = 0; i < comparison->sides->count; i++)
		for (size_t j = 0; j < side_of(comparison, i)->nr_boots; j++)
			join->found[comparison->first_boot[i] + j] =
				boot_find(side_of(comparison, i)->boots[j], name);
}

/* Returns the first boot's cell that was measured, else the first that exists. */
static const struct boot_cell *best_found(const struct joining *join)
{
	const struct boot_cell *best = NULL;

	for (size_t i = 0; i < join->comparison->nr_boots; i++)
		if (join->found[i] &&
		    (!best || (best->status != CELL_OK && join->found[i]->status == CELL_OK)))
			best = join->found[i];
	return best;
}

static size_t count_ok(const struct joining *join, size_t side)
{
	size_t count = 0;

	for (size_t i = 0; i < side_of(join->comparison, side)->nr_boots; i++) {
		const struct boot_cell *cell = found_in(join, side, i);

		count += cell && cell->status == CELL_OK;
	}
	return count;
}

/* Adds to @why the reason why a side has no figures, or why some of its boots have none. */
static void explain_side(const struct joining *join, size_t side, struct text *why)
{
	const struct side *that = side_of(join->comparison, side);
	size_t ok = count_ok(join, side);

	text_add(why, "%s", why->length ? "; " : "");
	if (ok)
		text_add(why, "%zu of %zu boots of ", that->nr_boots - ok, that->nr_boots);
	for (size_t i = 0; i < that->nr_boots; i++) {
		const struct boot_cell *cell = found_in(join, side, i);

		if (cell && cell->status == CELL_OK)
			continue;
		if (cell)
			text_add(why, "%s: %s: %s", that->label, cell_status_name(cell->status),
				 cell->why ? cell->why : "");
		else
			text_add(why, "%s: not measured", that->label);
		return;
	}
}

/* Notes the sides and boots that lack the cell's figures, whether or not it gets rows. */
static int note_status(struct joining *join, const char *name)
{
	struct comparison *comparison = join->comparison;
	struct text why = { 0 };
	bool partly = true;

	for (size_t i = 0; i < comparison->sides->count; i++) {
		size_t ok = count_ok(join, i);

		if (ok < side_of(comparison, i)->nr_boots)
			explain_side(join, i, &why);
		partly &= ok > 0;
	}
	if (!why.length && !why.failed)
		return 0;
	if (partly)
		text_add(&why, "; compared over the other boots");
	return leave_out(comparison, name, &why);
}

/* ---- rows ---- */

static const struct boot_metric *measured(const struct joining *join, size_t side, size_t boot,
					  const char *metric)
{
	const struct boot_cell *cell = found_in(join, side, boot);

	return cell && cell->status == CELL_OK ? boot_cell_find(cell, metric) : NULL;
}

static void fill_side(struct joining *join, struct row *row, size_t side)
{
	struct estimate *that = &row->sides[side];
	const struct boot_metric *last = NULL;
	size_t boots = 0;

	for (size_t i = 0; i < side_of(join->comparison, side)->nr_boots; i++) {
		const struct boot_metric *metric = measured(join, side, i, row->metric);
		double *value = &row->values[join->comparison->first_boot[side] + i];

		*value = metric ? metric->summary.median : NAN;
		if (!metric)
			continue;
		join->sorted[boots++] = *value;
		that->samples += metric->summary.count;
		row->too_short |= metric->too_short;
		last = metric;
	}
	if (last)
		estimate_make(that, join->sorted, boots, last->summary.lower_quartile,
			      last->summary.upper_quartile);
}

static bool is_null_control(const char *cell)
{
	return cell_is_of(cell, "null") && !cell_has_value(cell, "op", "syscall");
}

static int add_row(struct joining *join, const char *cell, const struct boot_metric *metric)
{
	struct comparison *comparison = join->comparison;
	struct row *row = grow(comparison->rows, comparison->nr_rows, sizeof(*row));

	if (!row)
		return -ENOMEM;
	comparison->rows = row;
	row += comparison->nr_rows++;
	*row = (struct row){ .cell = cell,
			     .metric = metric->name,
			     .unit = metric->unit,
			     .base_cell = best_found(join),
			     .higher_is_better = metric->higher_is_better,
			     .per_size = metric->per_size,
			     .null_control = is_null_control(cell) };
	row->sides = calloc(comparison->sides->count, sizeof(*row->sides));
	row->values = calloc(comparison->nr_boots, sizeof(*row->values));
	row->verdicts = calloc(comparison->sides->count, sizeof(*row->verdicts));
	if (!row->sides || !row->values || !row->verdicts)
		return -ENOMEM;
	for (size_t i = 0; i < comparison->sides->count; i++)
		fill_side(join, row, i);
	row->lone = true;
	for (size_t i = 1; i < comparison->sides->count; i++)
		row->lone &= !row->sides[0].boots || !row->sides[i].boots;
	comparison->nr_judged += !row->lone;
	return 0;
}

/*
 * Returns the first metric of a side's boots that has another unit or direction than @metric; NULL
 * if all agree.
 */
static const struct boot_metric *odd_one(const struct joining *join, size_t side,
					 const struct boot_metric *metric)
{
	for (size_t i = 0; i < side_of(join->comparison, side)->nr_boots; i++) {
		const struct boot_metric *other = measured(join, side, i, metric->name);

		if (other && (strcmp(other->unit, metric->unit) != 0 ||
			      other->higher_is_better != metric->higher_is_better))
			return other;
	}
	return NULL;
}

static bool has_metric(const struct joining *join, size_t side, const char *metric)
{
	for (size_t i = 0; i < side_of(join->comparison, side)->nr_boots; i++)
		if (measured(join, side, i, metric))
			return true;
	return false;
}

/* Writes into @why that a side lacks the metric, or has it with another unit or direction. */
static void check_metric(const struct joining *join, const struct boot_metric *metric,
			 struct text *why)
{
	const struct comparison *comparison = join->comparison;

	for (size_t i = 0; i < comparison->sides->count && !why->length; i++) {
		const struct boot_metric *odd = odd_one(join, i, metric);
		const char *label = side_of(comparison, i)->label;

		if (count_ok(join, i) && !has_metric(join, i, metric->name))
			text_add(why, "%s: not measured in %s", metric->name, label);
		else if (odd && strcmp(odd->unit, metric->unit) != 0)
			text_add(why, "%s: in %s, but in %s in %s", metric->name, metric->unit,
				 odd->unit, label);
		else if (odd)
			text_add(why, "%s: lower is better in one boot, higher in another of %s",
				 metric->name, label);
	}
}

static int join_metric(struct joining *join, const char *cell, const struct boot_metric *metric)
{
	struct text why = { 0 };

	if (!selection_wants(&join->options->selection, best_found(join), metric->name))
		return 0;
	check_metric(join, metric, &why);
	if (why.length || why.failed)
		return leave_out(join->comparison, cell, &why);
	return add_row(join, cell, metric);
}

/* Tells whether an earlier boot has the metric, so that its row is made already. */
static bool is_named_before(const struct joining *join, size_t side, size_t boot,
			    const char *metric)
{
	for (size_t i = 0; i <= side; i++) {
		size_t end = i == side ? boot : side_of(join->comparison, i)->nr_boots;

		for (size_t j = 0; j < end; j++)
			if (measured(join, i, j, metric))
				return true;
	}
	return false;
}

static int join_boot(struct joining *join, size_t side, size_t boot)
{
	const struct boot_cell *cell = found_in(join, side, boot);
	int ret = 0;

	if (!cell || cell->status != CELL_OK)
		return 0;
	for (size_t i = 0; i < cell->nr_metrics && !ret; i++)
		if (!is_named_before(join, side, boot, cell->metrics[i].name))
			ret = join_metric(join, cell->name, &cell->metrics[i]);
	return ret;
}

static bool wants_rows(const struct joining *join)
{
	bool any = join->options->lone_rows;

	for (size_t i = 1; i < join->comparison->sides->count; i++)
		any |= count_ok(join, i) > 0;
	return any && (join->options->lone_rows || count_ok(join, 0) > 0);
}

static int join_cell(struct joining *join, const char *name)
{
	int ret = 0;

	find_cell(join, name);
	if (selection_wants(&join->options->selection, best_found(join), NULL))
		ret = note_status(join, name);
	if (!wants_rows(join))
		return ret;
	for (size_t i = 0; i < join->comparison->sides->count; i++)
		for (size_t j = 0; j < side_of(join->comparison, i)->nr_boots && !ret; j++)
			ret = join_boot(join, i, j);
	return ret;
}

/* ---- all cells ---- */

static int join_all(struct joining *join, struct reason *reason)
{
	size_t count = 0;
	const char **cells = cells_list(join->comparison, &count);
	int ret = cells ? 0 : -ENOMEM;

	if (!ret)
		ret = cells_check_common(join->comparison, cells, count, reason);
	for (size_t i = 0; i < count && !ret; i++)
		ret = join_cell(join, cells[i]);
	free(cells);
	if (!ret && !join->comparison->nr_rows && !join->comparison->nr_left_out)
		ret = reason_set(reason, -EINVAL,
				 "no row is left by --filter and --row: `dmabench show FILE` lists "
				 "cells and metrics");
	return ret;
}

int joining_pass(struct comparison *comparison, const struct comparison_options *options,
		 struct reason *reason)
{
	struct joining join = {
		.comparison = comparison,
		.options = options,
		.found = calloc(comparison->nr_boots + 1, sizeof(struct boot_cell *)),
		.sorted = calloc(comparison->nr_boots + 1, sizeof(double)),
	};
	int ret = join.found && join.sorted ? join_all(&join, reason) : -ENOMEM;

	free(join.found);
	free(join.sorted);
	return ret;
}
