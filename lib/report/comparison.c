#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "report/comparison.h"
#include "report/judgement.h"
#include "stats/order.h"

/* Rows being joined. */
struct joining {
	struct comparison *comparison;
	const struct comparison_options *options;
	const struct boot_cell *
		*found; /* of the cell at hand, a boot each; NULL where it lacks it */
	double *sorted; /* room for the values of one side */
};

/* Doubling, told from the count alone. */
static void *grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return realloc(array, (count ? count * 2 : 1) * size);
}

static struct side *side_of(const struct comparison *comparison, size_t number)
{
	return &comparison->sides->list[number];
}

double comparison_value(const struct comparison *comparison, const struct row *row, size_t side,
			size_t boot)
{
	return row->values[comparison->first_boot[side] + boot];
}

const char *word_name(enum word word)
{
	static const char *const names[] = { "-", "faster", "slower", "same", "unresolved" };

	return names[word];
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
	grown[comparison->nr_left_out++] = (struct left_out){ copy, why->text };
	return 0;
}

/* ---- the cell at hand ---- */

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

/* The first that was measured, else the first that is there. */
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

/* Why a side (or the part of its boots that @count_ok leaves) has no figures. */
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

/* Sides that lack the cell, or boots that do, are told whatever becomes of its rows. */
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

static void summarize_side(const struct joining *join, const struct row *row, size_t side,
			   const struct boot_metric *last)
{
	struct row_side *that = &row->sides[side];
	double *sorted = join->sorted;
	struct interval interval;

	if (!that->boots)
		return;
	that->median = summarize(sorted, that->boots).median;
	if (that->boots == 1) {
		that->spread = SPREAD_QUARTILES;
		that->lo = last->summary.lower_quartile;
		that->hi = last->summary.upper_quartile;
		return;
	}
	interval = order_median_interval(sorted, that->boots);
	that->spread = interval.known ? SPREAD_INTERVAL : SPREAD_RANGE;
	that->lo = interval.known ? interval.lo : sorted[0];
	that->hi = interval.known ? interval.hi : sorted[that->boots - 1];
}

static const struct boot_metric *measured(const struct joining *join, size_t side, size_t boot,
					  const char *metric)
{
	const struct boot_cell *cell = found_in(join, side, boot);

	return cell && cell->status == CELL_OK ? boot_cell_find(cell, metric) : NULL;
}

static void fill_side(struct joining *join, struct row *row, size_t side)
{
	struct row_side *that = &row->sides[side];
	const struct boot_metric *last = NULL;

	for (size_t i = 0; i < side_of(join->comparison, side)->nr_boots; i++) {
		const struct boot_metric *metric = measured(join, side, i, row->metric);
		double *value = &row->values[join->comparison->first_boot[side] + i];

		*value = metric ? metric->summary.median : NAN;
		if (!metric)
			continue;
		join->sorted[that->boots++] = *value;
		that->samples += metric->summary.count;
		row->too_short |= metric->too_short;
		last = metric;
	}
	summarize_side(join, row, side, last);
}

static bool is_null_control(const char *cell)
{
	return text_starts_with(cell, "null") && (!cell[4] || cell[4] == '/') &&
	       !strstr(cell, "op=syscall");
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
	return 0;
}

/* Where the metric has another unit or direction than @metric, or is lacking: told in @why. */
static void check_metric(const struct joining *join, const struct boot_metric *metric,
			 struct text *why)
{
	const struct comparison *comparison = join->comparison;

	for (size_t i = 0; i < comparison->sides->count; i++) {
		const struct boot_metric *other = NULL;

		for (size_t j = 0; j < side_of(comparison, i)->nr_boots && !other; j++)
			other = measured(join, i, j, metric->name);
		if (!other && count_ok(join, i))
			text_add(why, "%s: not measured in %s", metric->name,
				 side_of(comparison, i)->label);
		else if (other && strcmp(other->unit, metric->unit) != 0)
			text_add(why, "%s: in %s, but in %s in %s", metric->name, metric->unit,
				 other->unit, side_of(comparison, i)->label);
		else if (other && other->higher_is_better != metric->higher_is_better)
			text_add(why, "%s: better is lower in one side, higher in the other",
				 metric->name);
		if (why->length)
			return;
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

/* Metrics of the side that has the most to say about @side's: those no earlier one named. */
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

static bool can_compare(const struct joining *join)
{
	bool any = false;

	for (size_t i = 1; i < join->comparison->sides->count; i++)
		any |= count_ok(join, i) > 0;
	return any && count_ok(join, 0) > 0;
}

static int join_cell(struct joining *join, const char *name)
{
	int ret = 0;

	find_cell(join, name);
	if (selection_wants(&join->options->selection, best_found(join), NULL))
		ret = note_status(join, name);
	if (!can_compare(join))
		return ret;
	for (size_t i = 0; i < join->comparison->sides->count; i++)
		for (size_t j = 0; j < side_of(join->comparison, i)->nr_boots && !ret; j++)
			ret = join_boot(join, i, j);
	return ret;
}

/* ---- cells ---- */

static int by_version(const void *a, const void *b)
{
	return strverscmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of all cells of all boots, each once, in order; the caller frees the list. */
static const char **list_cells(const struct comparison *comparison, size_t *ret_count)
{
	json_t *seen = json_object();
	const char **names = NULL;
	size_t count = 0;

	for (size_t i = 0; i < comparison->nr_boots && seen; i++) {
		size_t side = 0;
		const struct boot *boot;

		while (side + 1 < comparison->sides->count && comparison->first_boot[side + 1] <= i)
			side++;
		boot = side_of(comparison, side)->boots[i - comparison->first_boot[side]];
		for (size_t j = 0; j < boot->nr_cells; j++) {
			const char **grown;

			if (json_object_get(seen, boot->cells[j].name))
				continue;
			json_object_set_new(seen, boot->cells[j].name, json_true());
			grown = grow(names, count, sizeof(*names));
			if (!grown)
				goto out_free;
			names = grown;
			names[count++] = boot->cells[j].name;
		}
	}
	if (json_ran_out() || !seen)
		goto out_free;
	json_decref(seen);
	if (count)
		qsort(names, count, sizeof(*names), by_version);
	*ret_count = count;
	return names ? names : calloc(1, sizeof(*names));

out_free:
	json_decref(seen);
	free(names);
	return NULL;
}

static bool side_has(const struct side *side, const char *cell)
{
	for (size_t i = 0; i < side->nr_boots; i++)
		if (boot_find(side->boots[i], cell))
			return true;
	return false;
}

static const char *first_cell(const struct side *side)
{
	for (size_t i = 0; i < side->nr_boots; i++)
		if (side->boots[i]->nr_cells)
			return side->boots[i]->cells[0].name;
	return "nothing";
}

static int check_common(const struct comparison *comparison, const char *const *cells, size_t count,
			struct reason *reason)
{
	const struct side *base = side_of(comparison, 0);

	for (size_t i = 1; i < comparison->sides->count; i++) {
		const struct side *side = side_of(comparison, i);
		bool any = false;

		for (size_t j = 0; j < count && !any; j++)
			any = side_has(base, cells[j]) && side_has(side, cells[j]);
		if (!any)
			return reason_set(
				reason, -EINVAL,
				"%.100s and %.100s have no cell in common (%.80s, %.80s): run "
				"both with one config",
				base->argument, side->argument, first_cell(base), first_cell(side));
	}
	return 0;
}

static int join_all(struct joining *join, struct reason *reason)
{
	size_t count = 0;
	const char **cells = list_cells(join->comparison, &count);
	int ret = cells ? 0 : -ENOMEM;

	if (!ret)
		ret = check_common(join->comparison, cells, count, reason);
	for (size_t i = 0; i < count && !ret; i++)
		ret = join_cell(join, cells[i]);
	free(cells);
	if (!ret && !join->comparison->nr_rows && !join->comparison->nr_left_out)
		ret = reason_set(reason, -EINVAL,
				 "no row is left by --filter and --row: `dmabench show FILE` lists "
				 "cells and metrics");
	return ret;
}

static int join_rows(struct comparison *comparison, const struct comparison_options *options,
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

/* ---- the whole ---- */

static int make_pairings(struct comparison *comparison)
{
	size_t count = comparison->sides->count;
	int ret = 0;

	comparison->pairings = calloc(count + 1, sizeof(*comparison->pairings));
	comparison->first_boot = calloc(count + 1, sizeof(*comparison->first_boot));
	if (!comparison->pairings || !comparison->first_boot)
		return -ENOMEM;
	for (size_t i = 0; i < count && !ret; i++) {
		comparison->first_boot[i] = comparison->nr_boots;
		comparison->nr_boots += side_of(comparison, i)->nr_boots;
		if (i)
			ret = pairing_make(side_of(comparison, 0), side_of(comparison, i),
					   &comparison->pairings[i]);
	}
	return ret;
}

static int check_likeness(struct comparison *comparison, const struct comparison_options *options,
			  struct text *refusal)
{
	int ret = likeness_check(comparison->sides, options->allow, options->nr_allow,
				 &comparison->likeness);

	if (ret || !comparison->likeness.refused)
		return ret;
	likeness_explain(&comparison->likeness, refusal);
	return refusal->failed ? -ENOMEM : -EPERM;
}

/* The lab holds the layout still by these words, and by them alone. */
static bool has_fixed_layout(const struct boot *boot)
{
	const char *line = run_text(boot->run, "host", "command_line");

	return strstr(line, "nokaslr") && strstr(line, "norandmaps");
}

int comparison_make(struct sides *sides, const struct comparison_options *options,
		    struct comparison **ret_comparison, struct text *refusal, struct reason *reason)
{
	struct comparison *comparison = calloc(1, sizeof(*comparison));
	int ret;

	if (!comparison)
		return -ENOMEM;
	json_ran_out();
	comparison->sides = sides;
	comparison->gated = options->gated;
	comparison->gate_pct = options->gate_pct;
	comparison->icount = boot_is_icount(sides->list[0].boots[0]);
	comparison->fixed_layout = has_fixed_layout(sides->list[0].boots[0]);
	ret = selection_check(&options->selection, sides, reason);
	if (!ret)
		ret = check_likeness(comparison, options, refusal);
	if (!ret)
		ret = make_pairings(comparison);
	if (!ret)
		ret = join_rows(comparison, options, reason);
	if (!ret)
		ret = judgement_pass(comparison);
	if (ret) {
		comparison_free(comparison);
		return ret == -ENOMEM ? reason_set(reason, ret, "memory ran out") : ret;
	}
	*ret_comparison = comparison;
	return 0;
}

void comparison_free(struct comparison *comparison)
{
	if (!comparison)
		return;
	for (size_t i = 0; i < comparison->nr_rows; i++) {
		free(comparison->rows[i].sides);
		free(comparison->rows[i].values);
		free(comparison->rows[i].verdicts);
		free(comparison->rows[i].steps);
	}
	for (size_t i = 0; i < comparison->nr_left_out; i++) {
		free(comparison->left_out[i].cell);
		free(comparison->left_out[i].why);
	}
	for (size_t i = 0; comparison->pairings && i < comparison->sides->count; i++)
		pairing_release(&comparison->pairings[i]);
	free(comparison->rows);
	free(comparison->left_out);
	free(comparison->pairings);
	free(comparison->first_boot);
	likeness_release(&comparison->likeness);
	free(comparison);
}
