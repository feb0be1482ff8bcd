/* Tiles of nodes: where the CPU is, where the memory is, and what that costs. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "report/plot_kinds.h"
#include "report/plot_text.h"

#define NODES_MOST 8
#define PANELS_MOST 8
#define TILE_PX 46
#define METRICS_MOST 8

struct node_cell {
	const char *cell;
	char *rest;
	char row[AXIS_LABEL], column[AXIS_LABEL];
};

struct numa {
	const struct plot_source *source;
	struct figure *figure;
	const char *bench, *metric;
	struct node_cell *list;
	size_t count;
	bool asked; /* some cell was placed on purpose */
	struct tally tally;
	double *points;
	struct text values, values_x, values_y;
	size_t nr_values, nr_panels;
};

static void name_nodes(const struct boot_cell *cell, char row[AXIS_LABEL], char column[AXIS_LABEL])
{
	const json_t *nodes = json_object_get(cell->placement, "mem_nodes");
	json_int_t cpu = json_integer_value(json_object_get(cell->placement, "cpu_node"));
	json_int_t memory = json_integer_value(json_object_get(cell->placement, "mem_node"));

	snprintf(row, AXIS_LABEL, "CPU %lld", (long long)cpu);
	if (json_is_array(nodes))
		snprintf(column, AXIS_LABEL, "all %zu", json_array_size(nodes));
	else
		snprintf(column, AXIS_LABEL, "mem %lld", (long long)memory);
}

static char *cut_placement(const char *cell)
{
	const char *from = strstr(cell, "/placement=");

	return from ? strndup(cell, (size_t)(from - cell)) : strdup(cell);
}

static int by_rest(const void *a, const void *b)
{
	const struct node_cell *left = a, *right = b;
	int order = strverscmp(left->rest, right->rest);

	if (!order)
		order = strverscmp(left->row, right->row);
	if (!order)
		order = strverscmp(left->column, right->column);
	return order ? order : strcmp(left->cell, right->cell);
}

static int add_cell(struct numa *numa, const char *name)
{
	const struct boot_cell *cell = plot_any_cell(numa->source, name);
	struct node_cell *grown;

	numa->asked |= strstr(name, "/placement=") != NULL;
	if (!cell->placement || !plot_any_metric(numa->source, name, numa->metric))
		return 0;
	grown = realloc(numa->list, (numa->count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	numa->list = grown;
	grown += numa->count;
	*grown = (struct node_cell){ .cell = name, .rest = cut_placement(name) };
	if (!grown->rest)
		return -ENOMEM;
	name_nodes(cell, grown->row, grown->column);
	numa->count++;
	return 0;
}

static void release_cells(struct numa *numa)
{
	for (size_t i = 0; i < numa->count; i++)
		free(numa->list[i].rest);
	free(numa->list);
	numa->list = NULL;
	numa->count = 0;
}

static size_t end_of_group(const struct numa *numa, size_t first)
{
	size_t end = first;

	while (end < numa->count && !strcmp(numa->list[end].rest, numa->list[first].rest))
		end++;
	return end;
}

static bool is_matrix(const struct numa *numa, size_t first)
{
	size_t end = end_of_group(numa, first);

	for (size_t i = first + 1; i < end; i++)
		if (strcmp(numa->list[i].row, numa->list[first].row) != 0 ||
		    strcmp(numa->list[i].column, numa->list[first].column) != 0)
			return true;
	return false;
}

static int gather(struct numa *numa, const char *metric, bool *ret_any)
{
	int ret = 0;

	release_cells(numa);
	numa->metric = metric;
	*ret_any = false;
	for (size_t i = 0; i < numa->source->nr_cells && !ret; i++)
		if (plot_is_of(numa->source->cells[i], numa->bench))
			ret = add_cell(numa, numa->source->cells[i]);
	if (numa->count)
		qsort(numa->list, numa->count, sizeof(*numa->list), by_rest);
	for (size_t i = 0; i < numa->count; i = end_of_group(numa, i))
		*ret_any |= is_matrix(numa, i);
	return ret;
}

static size_t list_metrics(const struct numa *numa, const char **names)
{
	size_t count = 0;

	for (size_t i = 0; i < numa->source->nr_cells; i++) {
		const struct boot_cell *cell = plot_any_cell(numa->source, numa->source->cells[i]);

		if (!plot_is_of(numa->source->cells[i], numa->bench))
			continue;
		for (size_t j = 0; j < cell->nr_metrics && count < METRICS_MOST; j++) {
			size_t at = 0;

			while (at < count && strcmp(names[at], cell->metrics[j].name) != 0)
				at++;
			if (at == count && !strcmp(cell->metrics[j].unit, "ns"))
				names[count++] = cell->metrics[j].name;
		}
	}
	return count;
}

static int find_part(struct numa *numa, size_t part)
{
	const char *names[METRICS_MOST];
	size_t count = list_metrics(numa, names);

	for (size_t i = 0; i < count; i++) {
		bool any;
		int ret = gather(numa, names[i], &any);

		if (ret)
			return ret;
		if (any && !part--)
			return 0;
	}
	return -ENOENT;
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

static size_t place_on(struct axis *axis, const char *label)
{
	for (size_t i = 0; i < axis->nr_ticks; i++)
		if (!strcmp(axis->ticks[i].label, label))
			return i;
	axis_add(axis, (double)axis->nr_ticks, label);
	return axis->nr_ticks - 1;
}

static int fill(struct numa *numa, size_t side, size_t first, struct matrix *matrix)
{
	const struct plot_view view = { .metric = numa->metric };

	*matrix = (struct matrix){ .least = INFINITY };
	for (size_t i = first; i < end_of_group(numa, first); i++) {
		const struct node_cell *cell = &numa->list[i];
		struct tile *tile = &matrix->tiles[matrix->nr_tiles];
		struct estimate estimate;
		int ret = plot_estimate(plot_side(numa->source, side), cell->cell, &view,
					numa->points, &estimate);

		if (ret)
			return ret;
		tile->row = place_on(&matrix->y, cell->row);
		tile->column = place_on(&matrix->x, cell->column);
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

	plot_add_side(&title, plot_side(numa->source, side));
	figure_text(numa->figure, left, top, FIGURE_LABEL, FIGURE_LEFT,
		    title.text ? title.text : "");
	plot_add_short(&shown, strchr(rest, '/') ? strchr(rest, '/') + 1 : rest, 46);
	figure_text(numa->figure, left, top + FIGURE_LABEL * 1.4, FIGURE_LABEL, FIGURE_LEFT,
		    shown.text ? shown.text : "");
	numa->figure->about.failed |= title.failed || shown.failed;
	text_release(&title);
	text_release(&shown);
}

/* Two panels side by side; @top is where this line of them begins, and moves on. */
static int add_panel(struct numa *numa, size_t side, size_t first, double *top)
{
	double half = (FIGURE_WIDTH - 2 * FIGURE_MARGIN) / 2.0;
	double left = FIGURE_MARGIN + (double)(numa->nr_panels % 2) * half;
	struct figure_box box = { .left = left + 52, .right = left + half - 16 };
	struct matrix matrix;
	int ret = fill(numa, side, first, &matrix);

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
	add_title(numa, side, numa->list[first].rest, left, *top + 12);
	figure_panel(numa->figure, &box, &matrix.x, &matrix.y);
	numa->figure->height = fmax(numa->figure->height, box.bottom + 26);
	if (numa->nr_panels++ % 2 == 0)
		numa->figure->height = box.bottom + 26;
	return 0;
}

static int add_panels(struct numa *numa)
{
	double top = numa->figure->height;
	int ret = 0;

	for (size_t i = 0; i < numa->count; i = end_of_group(numa, i))
		for (size_t side = 0; side < numa->source->sides->count && !ret; side++)
			if (is_matrix(numa, i) && numa->nr_panels < PANELS_MOST)
				ret = add_panel(numa, side, i, &top);
	return ret;
}

static int draw(struct numa *numa)
{
	struct figure *figure = numa->figure;
	struct text title = { 0 };
	int ret;

	text_add(&title, "%s: %s by memory node", numa->bench, numa->metric);
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
	plot_foot(figure, numa->source, &numa->tally,
		  "Heat map: a line for the node of the CPU, a column for the node of the memory.",
		  "Medians over boots; their intervals stand in the table");
	return 0;
}

int plot_numa_make(const struct plot_request *request, struct plot_made *made)
{
	struct numa numa = { .source = request->source,
			     .bench = request->bench,
			     .figure = &made->figure };
	int ret = find_part(&numa, request->part);

	if (!ret) {
		made->applies = true;
		text_add(&made->suffix, "%s", numa.metric);
		numa.points = calloc(request->source->most_boots + 1, sizeof(double));
		ret = numa.points ? tally_init(&numa.tally, request->source) : -ENOMEM;
		if (!ret)
			ret = draw(&numa);
	} else if (ret == -ENOENT) {
		ret = 0;
		made->applies = !request->part && numa.asked;
		text_add(&made->figure.title, "%s by memory node", request->bench);
		if (made->applies)
			text_add(&made->figure.why_not,
				 "needs CPU and memory on different nodes; all placements were on "
				 "the same");
	}
	release_cells(&numa);
	tally_release(&numa.tally);
	free(numa.points);
	text_release(&numa.values);
	text_release(&numa.values_x);
	text_release(&numa.values_y);
	return ret;
}
