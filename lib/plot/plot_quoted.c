/* Plots figures that others published beside ours: marked as quoted, never as measured. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "plot/dots.h"
#include "plot/kinds.h"
#include "result/cell_name.h"

#define MS 1e6

struct quoted {
	const char *bench, *metric;
	/* Which of our cells are shown beside it. backing NULL: any; iommu: a prefix. */
	const char *backing, *iommu;
	const char *per; /* the parameter that the figure is proportional to; NULL: none */
	const char *what;
	double amount; /* value of that parameter */
	double before_ns, after_ns; /* 0: not published */
	const char *source;
};

#define V5 "large-folio batching v5, on 6.16"
#define V4 "large-folio batching v4, on 6.15"
#define RFC "perf-test RFC, 2025"
#define VFIO(metric, backing, what, before, after, source)                                         \
	{                                                                                          \
		"vfio-map", metric, backing, "type1", "size_bytes", what, 16.0 * GIB, (before)*MS, \
			(after)*MS, source                                                         \
	}
#define MODE(mode, ms)                                                                           \
	{                                                                                        \
		"vfio-map", "map_ns", "hugetlb-1g", mode, "size_bytes", "map hugetlb-1g, " mode, \
			256.0 * GIB, 0, (ms)*MS, RFC                                             \
	}

static const struct quoted quotes[] = {
	VFIO("map_ns", "thp", "map thp", 49, 25, V5),
	VFIO("map_ns", "thp", "map thp", 47, 28, V4),
	VFIO("unmap_ns", "thp", "unmap thp", 141, 44, V5),
	VFIO("unmap_ns", "thp", "unmap thp", 138, 49, V4),
	VFIO("map_ns", "hugetlb-2m", "map hugetlb-2m", 51, 30, V5),
	VFIO("map_ns", "hugetlb-2m", "map hugetlb-2m", 52, 33, V4),
	VFIO("unmap_ns", "hugetlb-2m", "unmap hugetlb-2m", 135, 44, V5),
	VFIO("unmap_ns", "hugetlb-2m", "unmap hugetlb-2m", 139, 49, V4),
	VFIO("map_ns", "shmem", "map shmem", 268, 249, V5),
	VFIO("map_ns", "shmem", "map shmem", 280, 294, V4),
	VFIO("unmap_ns", "shmem", "unmap shmem", 307, 289, V5),
	VFIO("unmap_ns", "shmem", "unmap shmem", 312, 296, V4),
	MODE("type1v2", 99),
	MODE("iommufd", 145),
	MODE("compat-type1", 1577),
	{ "pfnmap-fault", "dma_map_ns", NULL, NULL, "span_bytes", "DMA map of a BAR", 32.0 * GIB,
	  1000 * MS, 1 * MS, "commit 0fd06844de5d: about 1 s, then under 1 ms" },
	{ "device-init", "wall_ns", NULL, NULL, NULL, "64 VFs of one PF", 64, 6653 * MS, 123 * MS,
	  "commit e908f58b6beb" },
	{ "device-init", "wall_ns", NULL, NULL, NULL, "24 devices on buses of their own", 24,
	  1440 * MS, 0, "multi-device series" },
};

enum { BEFORE, AFTER, OURS };

struct quoting {
	const struct plot_source *source;
	const char *bench;
	struct plot_made *made;
	struct dots dots;
	struct tally tally;
	double *points;
	size_t nr_ours; /* rows that have a figure of ours */
};

static bool is_plain(const struct boot_cell *cell)
{
	return plot_number(cell, "threads") <= 1 && !params_has(cell->params, "chunk_bytes");
}

static bool has_word(const struct boot_cell *cell, const char *param, const char *word, bool prefix)
{
	const char *has = params_text(cell->params, param);

	if (!word)
		return true;
	return prefix ? text_starts_with(has, word) : !strcmp(has, word);
}

/* Returns the size of a cell that can be shown beside the quote; else 0. */
static double fit(const struct quoting *quoting, const struct quoted *quote, const char *name)
{
	const struct boot_cell *cell = plot_any_cell(quoting->source, name);

	if (!cell_is_of(name, quoting->bench) || !is_plain(cell) ||
	    !has_word(cell, "backing", quote->backing, false) ||
	    !has_word(cell, "iommu", quote->iommu, true) ||
	    !plot_any_metric(quoting->source, name, quote->metric))
		return 0;
	return quote->per ? plot_number(cell, quote->per) : 0;
}

/* Returns the largest of the cells that can be shown beside the quote; NULL if there is none. */
static const char *find_ours(const struct quoting *quoting, const struct quoted *quote)
{
	const char *best = NULL;
	double most = 0;

	for (size_t i = 0; i < quoting->source->nr_cells; i++) {
		double size = fit(quoting, quote, quoting->source->cells[i]);

		if (size <= most)
			continue;
		most = size;
		best = quoting->source->cells[i];
	}
	return best;
}

static struct dot as_quoted(double value)
{
	return (struct dot){
		.x = value > 0 ? value : NAN, .lo = value, .hi = value, .hollow = true
	};
}

static void add_line(struct quoting *quoting, const char *what, const char *who, double value,
		     bool is_per, const char *source)
{
	struct table *table = &quoting->made->table;
	char text[UNIT_TEXT];

	if (!isfinite(value) || value <= 0)
		return;
	table_row(table);
	table_cell(table, 0, "%s", what);
	table_cell(table, 1, "%s", who);
	table_cell(table, 2, "%s%s", time_format(value, text), is_per ? " / GiB" : "");
	table_cell(table, 3, "%s", source);
}

static int add_ours(struct quoting *quoting, struct dots_row *line, const char *what,
		    const char *cell, const char *metric, const char *per)
{
	const struct plot_view view = { .metric = metric };
	double amount = per ? plot_number(plot_any_cell(quoting->source, cell), per) / GIB : 1;

	for (size_t i = 0; i < quoting->source->sides->count; i++) {
		struct dot *dot = &line->dots[OURS + i];
		struct estimate estimate;
		int ret = plot_estimate(plot_side(quoting->source, i), cell, &view, quoting->points,
					&estimate);

		if (ret)
			return ret;
		tally_add(&quoting->tally, i, &estimate);
		*dot = (struct dot){ .x = estimate.median / amount,
				     .lo = estimate.lo / amount,
				     .hi = estimate.hi / amount };
		add_line(quoting, what, plot_side(quoting->source, i)->label, dot->x, per != NULL,
			 cell);
	}
	quoting->nr_ours++;
	return 0;
}

/*
 * Makes the label of our figure, "here: type1v2, 1GiB": what the heading does not have of the
 * cell's name.
 */
static void name_ours(const struct quoting *quoting, const char *name, const char *per,
		      struct text *label)
{
	const struct boot_cell *cell = plot_any_cell(quoting->source, name);
	const char *mode = params_text(cell->params, "iommu");
	char size[UNIT_TEXT];

	text_add(label, "here: ");
	if (mode[0] && params_has(cell->params, "backing"))
		text_add(label, "%s, %s", mode,
			 size_format((uint64_t)plot_number(cell, per), size));
	else
		text_add(label, "%s", cell_settings(name));
}

static int add_quote(struct quoting *quoting, const struct quoted *quote, bool is_first,
		     bool is_last)
{
	struct dots_row *line = dots_add_row(&quoting->dots);
	double amount = quote->per ? quote->amount / GIB : 1;
	const char *ours = is_last && quote->per ? find_ours(quoting, quote) : NULL;

	if (!line)
		return -ENOMEM;
	text_add(&line->label, "%s", quote->source);
	if (is_first)
		text_add(&line->heading, "%s", quote->what);
	line->dots[BEFORE] = as_quoted(quote->before_ns / amount);
	line->dots[AFTER] = as_quoted(quote->after_ns / amount);
	add_line(quoting, quote->what, "quoted, before", line->dots[BEFORE].x, quote->per != NULL,
		 quote->source);
	add_line(quoting, quote->what, "quoted, after", line->dots[AFTER].x, quote->per != NULL,
		 quote->source);
	if (!ours)
		return 0;
	line = dots_add_row(&quoting->dots);
	if (!line)
		return -ENOMEM;
	name_ours(quoting, ours, quote->per, &line->label);
	return add_ours(quoting, line, quote->what, ours, quote->metric, quote->per);
}

/*
 * Adds all of our figures unscaled, for benchmarks whose figures are proportional to no parameter.
 */
static int add_whole(struct quoting *quoting, const struct quoted *quote)
{
	int ret = 0;

	for (size_t i = 0; i < quoting->source->nr_cells && !ret; i++) {
		const char *cell = quoting->source->cells[i];
		struct dots_row *line;

		if (!cell_is_of(cell, quoting->bench) ||
		    !plot_any_metric(quoting->source, cell, quote->metric))
			continue;
		line = dots_add_row(&quoting->dots);
		if (!line)
			return -ENOMEM;
		if (!quoting->nr_ours)
			text_add(&line->heading, "here");
		text_add(&line->label, "%s", cell_settings(cell));
		ret = add_ours(quoting, line, "here", cell, quote->metric, NULL);
	}
	return ret;
}

static int add_all(struct quoting *quoting)
{
	static const size_t count = sizeof(quotes) / sizeof(quotes[0]);
	const struct quoted *before = NULL;
	int ret = 0;

	for (size_t i = 0; i < count && !ret; i++) {
		const struct quoted *quote = &quotes[i];
		bool is_last = i + 1 == count || strcmp(quote[1].what, quote->what) != 0;

		if (strcmp(quote->bench, quoting->bench) != 0)
			continue;
		if (quote->per && !find_ours(quoting, quote))
			continue;
		ret = add_quote(quoting, quote, !before || strcmp(before->what, quote->what) != 0,
				is_last);
		before = quote;
	}
	return !ret && before && !before->per ? add_whole(quoting, before) : ret;
}

static void add_legend(struct quoting *quoting)
{
	static const struct figure_style quoted[] = { { FIGURE_FAINT, 13, 12, 1 },
						      { FIGURE_FAINT, 9, 8, 1 } };
	static const char *const names[] = { "quoted: before", "quoted: after" };
	struct figure *figure = &quoting->made->figure;
	double x = 0;

	for (size_t i = 0; i < 2; i++) {
		figure_series(figure, &quoted[i]);
		figure_legend(figure, &x, quoted[i].colour, quoted[i].hollow, names[i]);
	}
	for (size_t i = 0; i < quoting->source->sides->count; i++) {
		const struct figure_style *style = figure_style(i);
		struct text name = { 0 };

		text_add(&name, "here: ");
		plot_add_side(&name, plot_side(quoting->source, i));
		plot_add_series(figure, &x, style, style->shape, &name);
	}
	figure_end_legend(figure);
}

static const char *caption(const struct quoting *quoting)
{
	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++)
		if (!strcmp(quotes[i].bench, quoting->bench))
			return quotes[i].per ? "time per GiB (log scale)" : "time (log scale)";
	return "";
}

static int draw(struct quoting *quoting)
{
	struct figure *figure = &quoting->made->figure;
	struct text title = { 0 };
	struct axis x;
	double lo, hi;

	text_add(&title, "%s: published figures beside these", quoting->bench);
	figure_begin(figure, title.text ? title.text : "",
		     "Hollow marks are quoted from others' mails, measured on their machines: how "
		     "they compare with each other means something, with ours little.");
	figure->about.failed |= title.failed;
	text_release(&title);
	add_legend(quoting);
	dots_range(&quoting->dots, &lo, &hi);
	axis_make(&x, lo, hi, true, "ns");
	dots_place(&quoting->dots, &x, caption(quoting), 0);
	plot_foot(figure, quoting->source, &quoting->tally,
		  "Dots of published figures, quoted with their source in the row's name and not "
		  "measured here, beside the medians of these results.",
		  "Bars of what was measured here: ");
	return quoting->dots.failed ? -ENOMEM : 0;
}

static void add_columns(struct table *table)
{
	table_column(table, "what", TABLE_LEFT);
	table_column(table, "who", TABLE_LEFT);
	table_column(table, "time", TABLE_RIGHT);
	table_column(table, "source or cell", TABLE_LEFT);
}

int plot_quoted_make(const struct plot_request *request, struct plot_made *made)
{
	struct quoting quoting = { .source = request->source,
				   .bench = request->bench,
				   .made = made };
	int ret;

	if (request->part)
		return 0;
	quoting.dots.figure = &made->figure;
	quoting.dots.nr_series = OURS + request->source->sides->count;
	quoting.points = calloc(request->source->most_boots + 1, sizeof(double));
	ret = quoting.points ? tally_init(&quoting.tally, request->source) : -ENOMEM;
	add_columns(&made->table);
	if (!ret)
		ret = add_all(&quoting);
	made->applies = !ret && quoting.nr_ours;
	if (made->applies)
		ret = draw(&quoting);
	dots_release(&quoting.dots);
	tally_release(&quoting.tally);
	free(quoting.points);
	return ret;
}
