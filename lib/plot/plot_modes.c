/*
 * Plots IOMMU modes side by side: a line per mode below each kind of memory, for mapping and
 * unmapping.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/json.h"
#include "base/units.h"
#include "iommu/modes.h"
#include "plot/alike.h"
#include "plot/dots.h"
#include "plot/kinds.h"
#include "result/cell_name.h"

#define LEAST_MODES 3
#define HOWS_MOST 2

/* The metrics that are shown of a benchmark: first with filled marks, second with hollow ones. */
static const struct shown {
	const char *bench;
	const char *metrics[HOWS_MOST], *names[HOWS_MOST];
	const char *caption;
} shown[] = {
	{ "vfio-map",
	  { "map_ns", "unmap_ns" },
	  { "map", "unmap" },
	  "time per 4 KiB of memory (log scale)" },
	{ "vfio-unpin",
	  { "unpin_ns_per_page", NULL },
	  { "unpin", NULL },
	  "time per page, small or large (log scale)" },
	{ "convert", { "convert_ns", NULL }, { "convert", NULL }, "time per piece (log scale)" },
};

/* A cell of one mode. */
struct moded {
	const char *cell, *backing;
	char *rest; /* its name without mode and backing */
	size_t mode; /* its index in the table of modes */
};

struct modes {
	const struct plot_source *source;
	const struct shown *shown;
	struct plot_made *made;
	struct moded *list; /* those of one rest and backing together, in order of modes */
	size_t count, first, end; /* from first to before end: those that are drawn */
	struct dots dots;
	struct tally tally;
	double *points;
};

/* ---- which cells ---- */

static const struct shown *find_shown(const char *bench)
{
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (!strcmp(shown[i].bench, bench))
			return &shown[i];
	return NULL;
}

/* Finds the index of a mode; false if this version does not know it. */
static bool find_mode(const char *name, size_t *ret_mode)
{
	for (size_t i = 0; name && iommu_mode_names[i]; i++) {
		if (strcmp(iommu_mode_names[i], name) != 0)
			continue;
		*ret_mode = i;
		return true;
	}
	return false;
}

/* Parts of names in which rows and dots differ. */
static const char *const parts[] = { "iommu", "backing", NULL };

static int add_cell(struct modes *modes, const char *name)
{
	const struct boot_cell *cell = plot_any_cell(modes->source, name);
	const char *mode = params_text(cell->params, "iommu");
	const char *backing = params_text(cell->params, "backing");
	struct moded *grown;
	size_t number;

	if (!find_mode(mode, &number) ||
	    !plot_any_metric(modes->source, name, modes->shown->metrics[0]))
		return 0;
	grown = grow(modes->list, modes->count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	modes->list = grown;
	grown += modes->count;
	*grown = (struct moded){
		.cell = name, .backing = backing, .rest = alike_rest(name, parts), .mode = number
	};
	if (!grown->rest)
		return -ENOMEM;
	modes->count++;
	return 0;
}

static int by_rest(const void *a, const void *b)
{
	const struct moded *left = a, *right = b;
	int order = strverscmp(left->rest, right->rest);

	if (!order)
		order = strverscmp(left->backing, right->backing);
	return order ? order : (int)left->mode - (int)right->mode;
}

static int gather(struct modes *modes)
{
	int ret = 0;

	for (size_t i = 0; i < modes->source->nr_cells && !ret; i++)
		if (cell_is_of(modes->source->cells[i], modes->shown->bench))
			ret = add_cell(modes, modes->source->cells[i]);
	if (!ret && modes->count)
		qsort(modes->list, modes->count, sizeof(*modes->list), by_rest);
	return ret;
}

static size_t end_of_rest(const struct modes *modes, size_t first)
{
	size_t end = first;

	while (end < modes->count && !strcmp(modes->list[end].rest, modes->list[first].rest))
		end++;
	return end;
}

static size_t count_modes(const struct modes *modes, size_t first, size_t end)
{
	uint64_t seen = 0;

	for (size_t i = first; i < end; i++)
		seen |= 1ULL << modes->list[i].mode;
	return (size_t)__builtin_popcountll(seen);
}

/* Finds the @part-th group with enough modes; false if there is none. */
static bool find_part(struct modes *modes, size_t part)
{
	for (size_t i = 0; i < modes->count; i = modes->end) {
		modes->first = i;
		modes->end = end_of_rest(modes, i);
		if (count_modes(modes, i, modes->end) >= LEAST_MODES && !part--)
			return true;
	}
	return false;
}

/* ---- drawing ---- */

static size_t nr_metrics(const struct shown *of)
{
	return of->metrics[1] ? 2 : 1;
}

static void add_line(struct modes *modes, const struct moded *that, size_t side, size_t number,
		     const struct dot *dot)
{
	struct table *table = &modes->made->table;
	char text[UNIT_TEXT];

	table_row(table);
	table_cell(table, 0, "%s", that->backing);
	table_cell(table, 1, "%s", iommu_mode_names[that->mode]);
	table_cell(table, 2, "%s", modes->shown->names[number]);
	table_cell(table, 3, "%s", plot_side(modes->source, side)->label);
	table_cell(table, 4, "%s", time_format(dot->x, text));
}

static int add_dots(struct modes *modes, const struct moded *that, struct dots_row *line)
{
	size_t nr_shown = nr_metrics(modes->shown);

	for (size_t i = 0; i < modes->dots.nr_series; i++) {
		size_t side = i / nr_shown, number = i % nr_shown;
		const char *name = modes->shown->metrics[number];
		const struct boot_metric *metric = plot_any_metric(modes->source, that->cell, name);
		const struct plot_view view = {
			.metric = name,
			.scale = metric && metric->per_size ? SCALE_PER_PAGE : SCALE_PLAIN,
		};
		struct estimate estimate;
		int ret = plot_estimate(plot_side(modes->source, side), that->cell, &view,
					modes->points, &estimate);

		if (ret)
			return ret;
		tally_add(&modes->tally, side, &estimate);
		if (!isfinite(estimate.median))
			continue;
		line->dots[i] = (struct dot){ .x = estimate.median,
					      .lo = estimate.lo,
					      .hi = estimate.hi,
					      .hollow = number > 0 };
		add_line(modes, that, side, number, &line->dots[i]);
	}
	return 0;
}

static int add_rows(struct modes *modes)
{
	for (size_t i = modes->first; i < modes->end; i++) {
		const struct moded *that = &modes->list[i];
		struct dots_row *line = dots_add_row(&modes->dots);
		int ret;

		if (!line)
			return -ENOMEM;
		text_add(&line->label, "%s", iommu_mode_names[that->mode]);
		if (i == modes->first || strcmp(that->backing, that[-1].backing) != 0)
			text_add(&line->heading, "%s", that->backing);
		ret = add_dots(modes, that, line);
		if (ret)
			return ret;
	}
	return 0;
}

static void add_legend(struct modes *modes)
{
	struct figure *figure = &modes->made->figure;
	size_t nr_shown = nr_metrics(modes->shown);
	double x = 0;

	for (size_t i = 0; i < modes->dots.nr_series; i++) {
		const struct figure_style *style = figure_style(i / nr_shown);
		struct text name = { 0 };

		text_add(&name, "%s, ", modes->shown->names[i % nr_shown]);
		plot_add_side(&name, plot_side(modes->source, i / nr_shown));
		plot_add_series(figure, &x, style, i % nr_shown ? style->hollow : style->shape,
				&name);
	}
	figure_end_legend(figure);
}

/* Returns what all names have in common beside the benchmark: "size=64MiB". */
static const char *common_of(const struct modes *modes)
{
	const char *rest = modes->list[modes->first].rest;

	return *cell_parts(rest) ? cell_settings(rest) : "";
}

static int draw(struct modes *modes)
{
	struct figure *figure = &modes->made->figure;
	struct text title = { 0 };
	struct axis x;
	double lo, hi;
	int ret;

	text_add(&title, "%s: the kernel's interfaces side by side", modes->shown->bench);
	figure_begin(figure, title.text ? title.text : "", common_of(modes));
	figure->about.failed |= title.failed;
	text_release(&title);
	add_legend(modes);
	ret = add_rows(modes);
	if (ret)
		return ret;
	dots_range(&modes->dots, &lo, &hi);
	axis_make(&x, lo, hi, true, "ns");
	dots_place(&modes->dots, &x, modes->shown->caption, 0);
	plot_foot(figure, modes->source, &modes->tally,
		  "Dots of what each of the kernel's interfaces takes, under each kind of memory, "
		  "with all else alike.",
		  "Bars: ");
	text_add(&modes->made->suffix, "%s", common_of(modes));
	return modes->dots.failed ? -ENOMEM : 0;
}

static void add_columns(struct table *table)
{
	table_column(table, "memory", TABLE_LEFT);
	table_column(table, "iommu", TABLE_LEFT);
	table_column(table, "what", TABLE_LEFT);
	table_column(table, "kernel", TABLE_LEFT);
	table_column(table, "time", TABLE_RIGHT);
}

static void release(struct modes *modes)
{
	for (size_t i = 0; i < modes->count; i++)
		free(modes->list[i].rest);
	free(modes->list);
	free(modes->points);
	dots_release(&modes->dots);
	tally_release(&modes->tally);
}

int plot_modes_make(const struct plot_request *request, struct plot_made *made)
{
	struct modes modes = { .source = request->source,
			       .shown = find_shown(request->bench),
			       .made = made };
	int ret;

	if (!modes.shown)
		return 0;
	modes.dots.figure = &made->figure;
	modes.dots.nr_series = request->source->sides->count * nr_metrics(modes.shown);
	modes.points = calloc(request->source->most_boots + 1, sizeof(double));
	ret = modes.points ? tally_init(&modes.tally, request->source) : -ENOMEM;
	if (!ret)
		ret = gather(&modes);
	made->applies = !ret && find_part(&modes, request->part);
	if (made->applies) {
		add_columns(&made->table);
		ret = draw(&modes);
	}
	release(&modes);
	return ret;
}
