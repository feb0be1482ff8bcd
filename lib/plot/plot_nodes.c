/* Plots tiles of nodes: the CPU's node, the memory's node, and what each pair costs. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "plot/alike.h"
#include "plot/kinds.h"
#include "plot/text.h"
#include "result/cell_name.h"

#define NODES_MOST 8
#define PANELS_MOST 8
#define TILE_PX 46
#define METRICS_MOST 8
#define ALL_NODES 1e9 /* puts memory on several nodes before node 0 */

struct numa {
	struct alike alike;
	struct figure *figure;
	struct tally tally;
	double *points;
	struct text values, values_x, values_y;
	size_t nr_values, nr_panels;
};

/* ---- which cells ---- */

static bool wants(const struct alike *alike, const struct boot_metric *metric)
{
	(void)alike;
	return !strcmp(metric->unit, "ns");
}

/* Places cells by the CPU's node, then by the memory's; memory on several nodes comes first. */
static bool place(const struct alike *alike, struct alike_cell *cell)
{
	const json_t *placement = cell->cell->placement;
	size_t several;
	double node = (double)placement_mem_node(placement, &several);

	(void)alike;
	cell->x = (double)placement_cpu_node(placement);
	cell->y = several ? (double)several - ALL_NODES : node;
	return placement;
}

static bool is_matrix(const struct alike *alike, struct alike_group group)
{
	const struct alike_cell *first = &alike->list[group.first];

	for (size_t i = group.first + 1; i < group.end; i++)
		if (alike->list[i].x != first->x || alike->list[i].y != first->y)
			return true;
	return false;
}

static const struct alike_kind by_node = { { "placement" }, METRICS_MOST, wants, place, is_matrix };

/* Tells whether the user chose a placement for any cell. */
static bool is_asked(const struct alike *alike)
{
	const struct plot_source *source = alike->source;

	for (size_t i = 0; alike->metric && i < source->nr_cells; i++)
		if (cell_is_of(source->cells[i], alike->bench) &&
		    cell_has_part(source->cells[i], "placement"))
			return true;
	return false;
}

/* ---- tiles ---- */

struct tile {
	size_t row, column;
	double value;
};

struct matrix {
	struct axis x, y; /* nodes are their ticks */
	struct tile tiles[NODES_MOST * NODES_MOST];
	size_t nr_tiles;
	double least, most;
};

static void name_nodes(const struct alike_cell *cell, char row[AXIS_LABEL], char column[AXIS_LABEL])
{
	snprintf(row, AXIS_LABEL, "CPU %.0f", cell->x);
	if (cell->y < -ALL_NODES / 2)
		snprintf(column, AXIS_LABEL, "all %.0f", cell->y + ALL_NODES);
	else
		snprintf(column, AXIS_LABEL, "mem %.0f", cell->y);
}

static size_t place_on(struct axis *axis, const char *label)
{
	for (size_t i = 0; i < axis->nr_ticks; i++)
		if (!strcmp(axis->ticks[i].label, label))
			return i;
	axis_add(axis, (double)axis->nr_ticks, label);
	return axis->nr_ticks - 1;
}

static int fill(struct numa *numa, size_t side, struct alike_group group, struct matrix *matrix)
{
	const struct plot_view view = { .metric = numa->alike.metric };

	*matrix = (struct matrix){ .least = INFINITY };
	for (size_t i = group.first; i < group.end; i++) {
		const struct alike_cell *that = &numa->alike.list[i];
		struct tile *tile = &matrix->tiles[matrix->nr_tiles];
		char row[AXIS_LABEL], column[AXIS_LABEL];
		struct estimate estimate;
		int ret = plot_estimate(plot_side(numa->alike.source, side), that->cell->name,
					&view, numa->points, &estimate);

		if (ret)
			return ret;
		name_nodes(that, row, column);
		tile->row = place_on(&matrix->y, row);
		tile->column = place_on(&matrix->x, column);
		if (tile->row >= NODES_MOST || tile->column >= NODES_MOST ||
		    !isfinite(estimate.median) ||
		    matrix->nr_tiles + 1 == sizeof(matrix->tiles) / sizeof(matrix->tiles[0]))
			continue;
		tally_add(&numa->tally, side, &estimate);
		tile->value = estimate.median;
		matrix->least = fmin(matrix->least, tile->value);
		matrix->most = fmax(matrix->most, tile->value);
		matrix->nr_tiles++;
	}
	matrix->x.min = -0.5;
	matrix->x.max = (double)matrix->x.nr_ticks - 0.5;
	matrix->y.min = (double)matrix->y.nr_ticks - 0.5; /* node 0 is at the top */
	matrix->y.max = -0.5;
	return 0;
}

static void add_value(struct numa *numa, const char *value, double x, double y)
{
	const char *comma = numa->nr_values++ ? ", " : "";

	text_add(&numa->values, "%s", comma);
	plot_quote(&numa->values, value);
	text_add(&numa->values_x, "%s%.6g", comma, x);
	text_add(&numa->values_y, "%s%.6g", comma, y);
}

static void write_tile(struct numa *numa, const struct matrix *matrix, const struct tile *tile,
		       const struct figure_box *box)
{
	double wide = (box->right - box->left) / (double)matrix->x.nr_ticks;
	double x = box->left + wide * ((double)tile->column + 0.5);
	double y = box->top + TILE_PX * ((double)tile->row + 0.5);
	double span = matrix->most - matrix->least;
	char text[AXIS_LABEL];

	text_add(&numa->figure->data, "%zu %zu %.6g\n", tile->column, tile->row,
		 span > 0 ? (tile->value - matrix->least) / span : 0);
	add_value(numa, axis_label(tile->value, "ns", 3, text), x, y - 8);
	snprintf(text, sizeof(text), "×%.2f", tile->value / matrix->least);
	add_value(numa, text, x, y + 8);
}

static void add_title(const struct numa *numa, size_t side, const char *rest, double left,
		      double top)
{
	struct text title = { 0 }, shown = { 0 };

	plot_add_side(&title, plot_side(numa->alike.source, side));
	figure_text(numa->figure, left, top, FIGURE_LABEL, FIGURE_LEFT,
		    title.text ? title.text : "");
	plot_add_short(&shown, cell_settings(rest), 46);
	figure_text(numa->figure, left, top + FIGURE_LABEL * 1.4, FIGURE_LABEL, FIGURE_LEFT,
		    shown.text ? shown.text : "");
	numa->figure->about.failed |= title.failed || shown.failed;
	text_release(&title);
	text_release(&shown);
}

/*
 * Draws a panel; two are side by side. @top is where the present line of panels begins, and moves
 * on.
 */
static int add_panel(struct numa *numa, size_t side, struct alike_group group, double *top)
{
	double half = (FIGURE_WIDTH - 2 * FIGURE_MARGIN) / 2.0;
	double left = FIGURE_MARGIN + (double)(numa->nr_panels % 2) * half;
	struct figure_box box = { .left = left + 52, .right = left + half - 16 };
	struct matrix matrix;
	int ret = fill(numa, side, group, &matrix);

	if (ret || !matrix.nr_tiles)
		return ret;
	if (numa->nr_panels % 2 == 0)
		*top = numa->figure->height;
	box.top = *top + 46;
	box.bottom = box.top + TILE_PX * (double)matrix.y.nr_ticks;
	box.right = fmin(box.right, box.left + 110 * (double)matrix.x.nr_ticks);
	text_add(&numa->figure->data, "# column row shade\n");
	for (size_t i = 0; i < matrix.nr_tiles; i++)
		write_tile(numa, &matrix, &matrix.tiles[i], &box);
	text_add(&numa->figure->data, "\n\n");
	add_title(numa, side, numa->alike.list[group.first].rest, left, *top + 12);
	figure_panel(numa->figure, &box, &matrix.x, &matrix.y);
	numa->figure->height = fmax(numa->figure->height, box.bottom + 26);
	if (numa->nr_panels++ % 2 == 0)
		numa->figure->height = box.bottom + 26;
	return 0;
}

static int add_panels(struct numa *numa)
{
	const struct alike *alike = &numa->alike;
	double top = numa->figure->height;
	int ret = 0;

	for (struct alike_group group = alike_first(alike); group.first < alike->count;
	     group = alike_next(alike, group))
		for (size_t side = 0; side < alike->source->sides->count && !ret; side++)
			if (is_matrix(alike, group) && numa->nr_panels < PANELS_MOST)
				ret = add_panel(numa, side, group, &top);
	return ret;
}

static int draw(struct numa *numa)
{
	struct figure *figure = numa->figure;
	struct text title = { 0 };
	int ret;

	text_add(&title, "%s: %s by memory node", numa->alike.bench, numa->alike.metric);
	figure_begin(figure, title.text ? title.text : "",
		     "Median, and how many times the least of its panel; darker is more.");
	figure->about.failed |= title.failed;
	text_release(&title);
	ret = add_panels(numa);
	if (ret)
		return ret;
	figure_set(figure, "nr_values", (double)numa->nr_values);
	figure_set_list(figure, "value", &numa->values, numa->nr_values);
	figure_set_list(figure, "value_x", &numa->values_x, numa->nr_values);
	figure_set_list(figure, "value_y", &numa->values_y, numa->nr_values);
	figure->settings.failed |=
		numa->values.failed || numa->values_x.failed || numa->values_y.failed;
	numa->tally.spreads = 0;
	plot_foot(figure, numa->alike.source, &numa->tally,
		  "Heat map: a line for the node of the CPU, a column for the node of the memory.",
		  "Medians over boots; their intervals stand in the table");
	return 0;
}

int plot_nodes_make(const struct plot_request *request, struct plot_made *made)
{
	struct numa numa = {
		.alike = { .source = request->source, .bench = request->bench, .kind = &by_node },
		.figure = &made->figure
	};
	int ret = alike_find(&numa.alike, request->part);

	if (!ret) {
		made->applies = true;
		text_add(&made->suffix, "%s", numa.alike.metric);
		numa.points = calloc(request->source->most_boots + 1, sizeof(double));
		ret = numa.points ? tally_init(&numa.tally, request->source) : -ENOMEM;
		if (!ret)
			ret = draw(&numa);
	} else if (ret == -ENOENT) {
		ret = 0;
		made->applies = !request->part && is_asked(&numa.alike);
		text_add(&made->figure.title, "%s by memory node", request->bench);
		if (made->applies)
			text_add(&made->figure.why_not,
				 "needs CPU and memory on different nodes; all placements were on "
				 "the same");
	}
	alike_release(&numa.alike);
	tally_release(&numa.tally);
	free(numa.points);
	text_release(&numa.values);
	text_release(&numa.values_x);
	text_release(&numa.values_y);
	return ret;
}
