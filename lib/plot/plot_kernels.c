/*
 * Plots a series over kernels: rows over all sides in their order, with the steps that were found.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/lines.h"
#include "plot/text.h"
#include "result/cell_name.h"

#define LEAST_SIDES 3
#define PANELS_SHOWN 8
#define LABELS_MOST 12 /* labels that fit side by side into half the width */

struct choice {
	const struct row *row;
	/*
	 * The size of its largest step; rows without steps weigh less: by how far their ends are
	 * apart.
	 */
	double weight;
};

static double weight_of(const struct row *row, size_t nr_sides)
{
	double most = 0, last = NAN, first = NAN;

	for (size_t i = 0; i < row->nr_steps; i++)
		most = fmax(most, fabs(log(row->steps[i].ratio)));
	if (most > 0)
		return 1000 + most;
	for (size_t i = 0; i < nr_sides; i++) {
		if (!row->sides[i].boots || row->sides[i].median <= 0)
			continue;
		last = row->sides[i].median;
		first = isnan(first) ? last : first;
	}
	return isnan(first) ? 0 : fmin(fabs(log(last / first)), 999);
}

static int by_weight(const void *a, const void *b)
{
	const struct choice *left = a, *right = b;

	if (left->weight != right->weight)
		return left->weight > right->weight ? -1 : 1;
	return left->row < right->row ? -1 : left->row > right->row;
}

static int by_place(const void *a, const void *b)
{
	const struct choice *left = a, *right = b;

	return left->row < right->row ? -1 : left->row > right->row;
}

static size_t choose(const struct plot_request *request, struct choice *choices)
{
	const struct comparison *comparison = request->source->comparison;
	size_t count = 0;

	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const struct row *row = &comparison->rows[i];

		if (cell_is_of(row->cell, request->bench))
			choices[count++] =
				(struct choice){ row,
						 weight_of(row, request->source->sides->count) };
	}
	qsort(choices, count, sizeof(*choices), by_weight);
	qsort(choices, count < PANELS_SHOWN ? count : PANELS_SHOWN, sizeof(*choices), by_place);
	return count;
}

static void add_steps(struct lines *lines, struct lines_panel *panel, const struct row *row)
{
	panel->steps = calloc(row->nr_steps + 1, sizeof(*panel->steps));
	if (!panel->steps) {
		lines->failed = true;
		return;
	}
	for (size_t i = 0; i < row->nr_steps; i++)
		panel->steps[panel->nr_steps++] =
			(struct lines_step){ .x = (double)row->steps[i].index - 0.5,
					     .ratio = row->steps[i].ratio };
}

static void add_panel(struct lines *lines, const struct row *row)
{
	const struct plot_view view = { .metric = row->metric };
	struct lines_panel *panel = lines_add_panel(lines);

	if (!panel)
		return;
	panel->unit = row->unit;
	text_add(&panel->title, "%s", row->metric);
	add_steps(lines, panel, row);
	for (size_t i = 0; i < lines->source->sides->count; i++) {
		const struct side *side = plot_side(lines->source, i);
		struct lines_point *point = lines_add_point(lines, panel, (double)i);
		struct text name_text = { 0 };

		if (!point)
			return;
		if (plot_estimate(side, row->cell, &view, point->boots, point->estimates))
			lines->failed = true;
		plot_add_short(&name_text, side->label, 24);
		snprintf(point->label, sizeof(point->label), "%s",
			 name_text.text && name_text.length < AXIS_LABEL ? name_text.text : "?");
		lines->failed |= name_text.failed;
		text_release(&name_text);
	}
}

static int draw(const struct plot_request *request, const struct choice *choices, size_t count,
		struct plot_made *made)
{
	struct lines lines = { .source = request->source,
			       .nr_series = 1,
			       .over_sides = true,
			       .lean = true,
			       .wide = request->source->sides->count > LABELS_MOST };
	size_t shown = count < PANELS_SHOWN ? count : PANELS_SHOWN;
	const char *cells[PANELS_SHOWN];

	for (size_t i = 0; i < shown; i++) {
		add_panel(&lines, choices[i].row);
		cells[i] = choices[i].row->cell;
	}
	text_add(&lines.title, "%s over kernels", request->bench);
	if (shown < count)
		text_add(&lines.subtitle, "The %zu of %zu rows that change most. ", shown, count);
	if (!lines.failed && lines_name_panels(&lines, cells))
		lines.failed = true;
	text_add(&lines.subtitle, "Dotted: steps that chance does not explain, and their sizes.");
	text_add(&lines.what,
		 "%zu rows of %s over %zu kernels in order, a panel a row. Dotted lines stand "
		 "where a "
		 "permutation test finds a step (p < 0.05), with its size.",
		 shown, request->bench, request->source->sides->count);
	return lines_finish(&lines, made);
}

int plot_kernels_make(const struct plot_request *request, struct plot_made *made)
{
	const struct comparison *comparison = request->source->comparison;
	struct choice *choices;
	size_t count;
	int ret = 0;

	if (request->part || !comparison || request->source->sides->count < LEAST_SIDES)
		return 0;
	choices = calloc(comparison->nr_rows + 1, sizeof(*choices));
	if (!choices)
		return -ENOMEM;
	count = choose(request, choices);
	made->applies = count > 0;
	if (count)
		ret = draw(request, choices, count, made);
	free(choices);
	return ret;
}
