/*
 * Plots how long series of samples spread: the share below each value, and the far tail by
 * percentiles.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "table/naming.h"
#include "plot/kinds.h"
#include "plot/text.h"
#include "result/cell_name.h"
#include "stats/order.h"

#define LEAST_SAMPLES 200
#define CELLS_MOST 6
#define PANEL_PX 190
#define STEPS 100

/*
 * The metrics that are plotted; @control, dashed, is the same operation without the cost in
 * question.
 */
static const struct {
	const char *metric, *control;
} pairs[] = {
	{ "fault_ns", "control_ns" },
	{ "reset_fault_ns", "control_ns" },
	{ "map_call_ns", NULL },
	{ "unmap_call_ns", NULL },
};

static const struct {
	double at; /* -log10 of the share above */
	const char *label;
} percentiles[] = { { 0, "" },	     { 0.30103, "50 %" }, { 1, "90 %" },    { 2, "99 %" },
		    { 3, "99.9 %" }, { 4, "99.99 %" },	  { 5, "99.999 %" } };

struct tail {
	const struct plot_source *source;
	struct plot_made *made;
	const char *bench, *metric, *control;
	const char *cells[CELLS_MOST];
	size_t nr_cells, of;
	struct tally tally;
};

/* All samples of a side, in order of size. */
struct pile {
	double *values;
	size_t count;
};

static int by_value(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static const struct boot_metric *metric_of(const struct boot *boot, const char *cell,
					   const char *metric)
{
	const struct boot_cell *found = plot_cell(boot, cell);
	const struct boot_metric *that = found ? boot_cell_find(found, metric) : NULL;

	return that && that->samples && that->nr_samples ? that : NULL;
}

static int pile_up(const struct side *side, const char *cell, const char *metric, struct pile *pile)
{
	size_t count = 0;

	for (size_t i = 0; i < side->nr_boots; i++) {
		const struct boot_metric *that = metric_of(side->boots[i], cell, metric);

		count += that ? that->nr_samples : 0;
	}
	*pile = (struct pile){ .values = calloc(count + 1, sizeof(double)) };
	if (!pile->values)
		return -ENOMEM;
	for (size_t i = 0; i < side->nr_boots; i++) {
		const struct boot_metric *that = metric_of(side->boots[i], cell, metric);

		for (size_t j = 0; that && j < that->nr_samples; j++)
			if (that->samples[j] > 0)
				pile->values[pile->count++] = that->samples[j];
	}
	if (pile->count)
		qsort(pile->values, pile->count, sizeof(double), by_value);
	return 0;
}

/* ---- which cells ---- */

static size_t most_samples(const struct plot_source *source, const char *cell, const char *metric)
{
	size_t most = 0;

	for (size_t i = 0; i < source->sides->count; i++)
		for (size_t j = 0; j < plot_side(source, i)->nr_boots; j++) {
			const struct boot_metric *that =
				metric_of(plot_side(source, i)->boots[j], cell, metric);

			if (that && that->nr_samples > most)
				most = that->nr_samples;
		}
	return most;
}

static void choose_cells(struct tail *tail)
{
	tail->nr_cells = 0;
	tail->of = 0;
	for (size_t i = 0; i < tail->source->nr_cells; i++) {
		const char *cell = tail->source->cells[i];

		if (!cell_is_of(cell, tail->bench) ||
		    most_samples(tail->source, cell, tail->metric) < LEAST_SAMPLES)
			continue;
		if (tail->nr_cells < CELLS_MOST)
			tail->cells[tail->nr_cells++] = cell;
		tail->of++;
	}
}

static bool find_part(struct tail *tail, size_t part)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		tail->metric = pairs[i].metric;
		tail->control = pairs[i].control;
		choose_cells(tail);
		if (tail->nr_cells && !part--)
			return true;
	}
	return false;
}

/* ---- curves ---- */

static void add_share(struct text *data, const struct pile *pile)
{
	text_add(data, "# value share\n");
	for (size_t i = 0; i <= STEPS && pile->count; i++)
		text_add(data, "%.6g %zu\n", quantile(pile->values, pile->count, (double)i / STEPS),
			 i * 100 / STEPS);
	text_add(data, "%s\n\n# quartiles\n", pile->count ? "" : "NaN NaN\n");
	for (int i = 1; i < 4 && pile->count; i++)
		text_add(data, "%.6g %d NaN NaN\n", quantile(pile->values, pile->count, i / 4.0),
			 i * 25);
	text_add(data, "%s\n\n", pile->count ? "" : "NaN NaN NaN NaN\n");
}

/* Marks a percentile, with bounds that show how it differs between boots. */
static int add_mark(const struct tail *tail, const struct side *side, const char *cell,
		    const char *metric, double at, double value)
{
	double *boots = calloc(side->nr_boots + 1, sizeof(double));
	struct interval interval;
	size_t count = 0;
	int ret = boots ? 0 : -ENOMEM;

	for (size_t i = 0; i < side->nr_boots && !ret; i++) {
		const struct side one = { .boots = &side->boots[i], .nr_boots = 1 };
		struct pile pile;

		ret = pile_up(&one, cell, metric, &pile);
		if (!ret && pile.count)
			boots[count++] = quantile(pile.values, pile.count, 1 - pow(10, -at));
		if (!ret)
			free(pile.values);
	}
	if (!ret) {
		if (count)
			qsort(boots, count, sizeof(double), by_value);
		interval = order_median_interval(boots, count);
		text_add(&tail->made->figure.data, "%.6g %.6g %.6g %.6g\n", at, value,
			 interval.known ? interval.lo
			 : count	? boots[0]
					: NAN,
			 interval.known ? interval.hi
			 : count	? boots[count - 1]
					: NAN);
	}
	free(boots);
	return ret;
}

static int add_percentiles(const struct tail *tail, const struct side *side, const char *cell,
			   const char *metric, const struct pile *pile)
{
	struct text *data = &tail->made->figure.data;
	double end = pile->count ? log10((double)pile->count) : 0;
	int ret = 0;

	text_add(data, "# -log10(share above) value\n");
	for (double at = 0; at <= end && pile->count; at += 0.05)
		text_add(data, "%.6g %.6g\n", at,
			 quantile(pile->values, pile->count, 1 - pow(10, -at)));
	text_add(data, "%s\n\n# percentiles\nNaN NaN NaN NaN\n", pile->count ? "" : "NaN NaN\n");
	/* Marks only percentiles with at least ten samples of each boot beyond them. */
	for (size_t i = 1; i < sizeof(percentiles) / sizeof(percentiles[0]) && !ret; i++)
		if (percentiles[i].at <= end - 1 - log10((double)side->nr_boots))
			ret = add_mark(tail, side, cell, metric, percentiles[i].at,
				       quantile(pile->values, pile->count,
						1 - pow(10, -percentiles[i].at)));
	text_add(data, "\n\n");
	return ret;
}

struct extent {
	double lo, hi, most; /* most: the largest number of samples in a series */
};

static void widen(struct extent *extent, const struct pile *pile)
{
	if (!pile->count)
		return;
	extent->lo = fmin(extent->lo, pile->values[0]);
	extent->hi = fmax(extent->hi, pile->values[pile->count - 1]);
	extent->most = fmax(extent->most, (double)pile->count);
}

static void add_line(struct tail *tail, const char *cell, const char *label, const char *metric,
		     const struct pile *pile)
{
	static const double at[] = { 0.5, 0.9, 0.99, 0.999 };
	struct table *table = &tail->made->table;

	if (!pile->count)
		return;
	table_row(table);
	table_cell(table, 0, "%s", cell);
	table_cell(table, 1, "%s", metric);
	table_cell(table, 2, "%s", label);
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		char text[AXIS_LABEL];

		if ((double)pile->count * (1 - at[i]) >= 1)
			table_cell(table, 3 + i, "%s",
				   axis_label(quantile(pile->values, pile->count, at[i]), "ns", 4,
					      text));
	}
	table_cell(table, 7, "%zu", pile->count);
}

/* Draws a panel of a cell: the shares, or the tail if @far. */
static int add_panel(struct tail *tail, const char *cell, bool far, struct extent *extent)
{
	const char *const metrics[] = { tail->metric, tail->control };
	int ret = 0;

	for (size_t i = 0; i < tail->source->sides->count; i++)
		for (size_t j = 0; j < (tail->control ? 2 : 1) && !ret; j++) {
			const struct side *side = plot_side(tail->source, i);
			struct pile pile;

			ret = pile_up(side, cell, metrics[j], &pile);
			if (ret)
				return ret;
			widen(extent, &pile);
			if (far)
				ret = add_percentiles(tail, side, cell, metrics[j], &pile);
			else
				add_share(&tail->made->figure.data, &pile);
			if (!far)
				add_line(tail, cell, side->label, metrics[j], &pile);
			free(pile.values);
		}
	return ret;
}

/* ---- figure ---- */

static void make_share_axis(struct axis *axis)
{
	*axis = (struct axis){ .max = 100 };
	for (int share = 0; share <= 100; share += 25) {
		char label[AXIS_LABEL];

		snprintf(label, sizeof(label), "%d %%", share);
		axis_add(axis, share, label);
	}
}

static void make_far_axis(struct axis *axis, const struct extent *extent)
{
	*axis = (struct axis){ .max = log10(extent->most) + 0.1 };
	for (size_t i = 0; i < sizeof(percentiles) / sizeof(percentiles[0]); i++)
		if (percentiles[i].at <= axis->max)
			axis_add(axis, percentiles[i].at, percentiles[i].label);
}

static void place(struct tail *tail, const char *title, const struct extent *extent)
{
	struct figure *figure = &tail->made->figure;
	double half = (figure->width - 2 * FIGURE_MARGIN) / 2, top = figure->height + 34;
	struct axis values, share, far;
	struct figure_box box = { .top = top, .bottom = top + PANEL_PX };

	axis_make(&values, extent->lo, extent->hi, true, "ns");
	make_share_axis(&share);
	make_far_axis(&far, extent);
	figure_text(figure, FIGURE_MARGIN, top - 22, FIGURE_LABEL, FIGURE_LEFT, title);
	box.left = FIGURE_MARGIN + figure_ticks_px(&share);
	box.right = FIGURE_MARGIN + half - 20;
	axis_thin(&values, box.right - box.left, FIGURE_SMALL * 0.62);
	figure_panel(figure, &box, &values, &share);
	axis_make(&values, extent->lo, extent->hi, true, "ns");
	box.left = FIGURE_MARGIN + half + figure_ticks_px(&values);
	box.right = figure->width - FIGURE_MARGIN - 20;
	axis_thin(&far, box.right - box.left, FIGURE_SMALL * 0.62);
	figure_panel(figure, &box, &far, &values);
	figure->height = box.bottom + 34;
}

static void add_legend(struct tail *tail)
{
	struct figure *figure = &tail->made->figure;
	double x = 0;

	for (size_t i = 0; i < tail->source->sides->count; i++)
		for (size_t j = 0; j < (tail->control ? 2 : 1); j++) {
			const struct figure_style *style = figure_style(i);
			const struct figure_style shown = { style->colour,
							    j ? style->hollow : style->shape,
							    style->hollow, j ? 3 : 1 };
			struct text name = { 0 };

			plot_add_side(&name, plot_side(tail->source, i));
			text_add(&name, " %s", j ? tail->control : tail->metric);
			plot_add_series(figure, &x, &shown, shown.shape, &name);
		}
	figure_end_legend(figure);
}

static int add_cells(struct tail *tail, const struct naming *naming)
{
	int ret = 0;

	for (size_t i = 0; i < tail->nr_cells && !ret; i++) {
		struct extent extent = { .lo = INFINITY };
		struct text name = { 0 }, title = { 0 };

		ret = add_panel(tail, tail->cells[i], false, &extent);
		if (!ret)
			ret = add_panel(tail, tail->cells[i], true, &extent);
		naming_shorten(naming, tail->cells[i], &name);
		plot_add_short(&title, name.text && name.text[0] ? name.text : tail->cells[i], 90);
		if (!ret)
			place(tail, title.text ? title.text : "", &extent);
		tail->made->figure.about.failed |= name.failed || title.failed;
		text_release(&name);
		text_release(&title);
	}
	return ret;
}

static int add_tally(struct tail *tail)
{
	const struct plot_view view = { .metric = tail->metric };
	double *points = calloc(tail->source->most_boots + 1, sizeof(double));
	int ret = points ? 0 : -ENOMEM;

	for (size_t i = 0; i < tail->source->sides->count; i++)
		for (size_t j = 0; j < tail->nr_cells && !ret; j++) {
			struct estimate estimate;

			ret = plot_estimate(plot_side(tail->source, i), tail->cells[j], &view,
					    points, &estimate);
			if (estimate.spread == SPREAD_QUARTILES)
				estimate.spread = SPREAD_NONE;
			if (!ret)
				tally_add(&tail->tally, i, &estimate);
		}
	free(points);
	return ret;
}

static int draw(struct tail *tail, const struct naming *naming)
{
	static const char *const headers[] = { "cell", "metric", "kernel", "50 %",
					       "90 %", "99 %",	 "99.9 %", "n" };
	struct figure *figure = &tail->made->figure;
	struct text title = { 0 }, subtitle = { 0 };
	int ret;

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		table_column(&tail->made->table, headers[i], i < 3 ? TABLE_LEFT : TABLE_RIGHT);
	text_add(&title, "%s: how %s is spread", tail->bench, tail->metric);
	if (naming->common.length)
		text_add(&subtitle, "%s. ", naming->common.text);
	if (naming->header.length)
		text_add(&subtitle, "Titles: %s. ", naming->header.text);
	if (tail->of > tail->nr_cells)
		text_add(&subtitle, "The first %zu of %zu cells. ", tail->nr_cells, tail->of);
	text_add(&subtitle, "Left: the share of samples up to a value. Right: percentiles, "
			    "logarithmic in what is beyond.");
	figure_begin(figure, title.text ? title.text : "", subtitle.text ? subtitle.text : "");
	figure->about.failed |= title.failed || subtitle.failed;
	text_release(&title);
	text_release(&subtitle);
	add_legend(tail);
	ret = add_cells(tail, naming);
	if (!ret)
		ret = add_tally(tail);
	if (!ret)
		plot_foot(figure, tail->source, &tail->tally,
			  "Two panels a cell: the empirical distribution of all boots' samples "
			  "together, with marks at the quartiles; and its percentiles up to the "
			  "largest sample.",
			  "Bars at 50, 90, 99 and 99.9 %: ");
	return ret;
}

int plot_spread_make(const struct plot_request *request, struct plot_made *made)
{
	struct tail tail = { .source = request->source, .made = made, .bench = request->bench };
	struct naming naming;
	int ret;

	if (!find_part(&tail, request->part))
		return 0;
	made->applies = true;
	text_add(&made->suffix, "%s", tail.metric);
	ret = naming_make(tail.cells, tail.nr_cells, &naming);
	if (ret)
		return ret;
	ret = tally_init(&tail.tally, tail.source);
	if (!ret)
		ret = draw(&tail, &naming);
	tally_release(&tail.tally);
	naming_release(&naming);
	return ret;
}
