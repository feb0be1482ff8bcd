/*
 * Plots the front page's forest: the geometric mean of all rows of a metric, one benchmark after
 * the other.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/dots.h"
#include "plot/kinds.h"
#include "result/cell_name.h"
#include "stats/geomean.h"

#define SEED 1
#define ROWS_MOST 60

struct overview {
	const struct plot_source *source;
	struct figure *figure;
	struct dots dots;
	struct tally tally;
	double *logs; /* room for a value of each row and pair */
	const struct row *first; /* of the rows being averaged */
};

static bool is_alike(const struct row *row, const struct row *other)
{
	return cell_has_bench_of(row->cell, other->cell) && !strcmp(row->metric, other->metric);
}

static bool begins(const struct comparison *comparison, size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (is_alike(&comparison->rows[i], &comparison->rows[number]))
			return false;
	return true;
}

static double log_ratio(const struct comparison *comparison, const struct row *row, size_t side,
			const struct pair *pair)
{
	double base = comparison_value(comparison, row, 0, pair->base);
	double new = comparison_value(comparison, row, side, pair->new);

	return base > 0 && new > 0 ? log(new / base) : NAN;
}

/* Averages the rows that are like view->first. Returns 0, -ENOMEM, or 1 if there are none. */
static int mean_of(struct overview *view, size_t side, struct geomean *mean)
{
	const struct comparison *comparison = view->source->comparison;
	const struct pairing *pairing = &comparison->pairings[side];
	size_t rows = 0;
	int ret;

	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const struct row *row = &comparison->rows[i];

		if (!is_alike(view->first, row) || row->verdicts[side].word == WORD_NONE)
			continue;
		for (size_t j = 0; j < pairing->count; j++)
			view->logs[rows * pairing->count + j] =
				log_ratio(comparison, row, side, &pairing->list[j]);
		rows++;
	}
	if (!rows || !pairing->count)
		return 1;
	ret = geomean_of_rows(view->logs, rows, pairing->count, SEED, mean);
	return ret == -ENOMEM ? ret : ret || !mean->count;
}

static int add_dots(struct overview *view, struct dots_row *line)
{
	for (size_t side = 1; side < view->source->sides->count; side++) {
		struct geomean mean;
		int ret = mean_of(view, side, &mean);
		struct dot *dot = &line->dots[side - 1];

		if (ret < 0)
			return ret;
		if (ret)
			continue;
		*dot = (struct dot){ .x = mean.mean, .lo = mean.mean, .hi = mean.mean };
		dot->hollow = true;
		if (mean.interval.known) {
			dot->lo = mean.interval.lo;
			dot->hi = mean.interval.hi;
			dot->hollow = dot->lo <= 1 && dot->hi >= 1;
		}
	}
	return 0;
}

static void count_row(struct overview *view, const struct row *row)
{
	for (size_t side = 0; side < view->source->sides->count; side++) {
		const struct estimate seen = { .boots = row->sides[side].boots,
					       .samples = row->sides[side].samples };

		tally_add(&view->tally, side, &seen);
	}
	view->tally.spreads = 0;
}

static int add_row(struct overview *view, const struct row *row, const struct row *before)
{
	const struct comparison *comparison = view->source->comparison;
	struct dots_row *line = dots_add_row(&view->dots);
	size_t count = 0;

	if (!line)
		return -ENOMEM;
	view->first = row;
	for (size_t i = 0; i < comparison->nr_rows; i++) {
		if (!is_alike(row, &comparison->rows[i]))
			continue;
		count_row(view, &comparison->rows[i]);
		count++;
	}
	text_add(&line->label, "%s%s (%zu row%s)", row->metric,
		 row->higher_is_better ? ", higher is better" : "", count, count == 1 ? "" : "s");
	if (!before || !cell_has_bench_of(row->cell, before->cell))
		text_add(&line->heading, "%.*s", (int)cell_bench_length(row->cell), row->cell);
	return add_dots(view, line);
}

static int add_rows(struct overview *view)
{
	const struct comparison *comparison = view->source->comparison;
	const struct row *before = NULL;
	int ret = 0;

	for (size_t i = 0; i < comparison->nr_rows && !ret; i++) {
		if (!begins(comparison, i) || view->dots.nr_rows == ROWS_MOST)
			continue;
		ret = add_row(view, &comparison->rows[i], before);
		before = &comparison->rows[i];
	}
	return ret;
}

static void add_legend(struct overview *view)
{
	double x = 0;

	for (size_t side = 1; side < view->source->sides->count; side++) {
		const struct figure_style *style = figure_style(side);
		struct text name = { 0 };

		plot_add_side(&name, plot_side(view->source, side));
		figure_series(view->figure, style);
		figure_legend(view->figure, &x, style->colour, style->shape,
			      name.text ? name.text : "");
		view->figure->about.failed |= name.failed;
		text_release(&name);
	}
	figure_legend(view->figure, &x, FIGURE_FAINT, 6, "interval has 1 in it, or is not known");
	figure_end_legend(view->figure);
}

static int draw(struct overview *view)
{
	struct text subtitle = { 0 };
	struct axis x;
	double lo, hi;
	int ret;

	text_add(&subtitle, "Geometric mean of new / base over the rows of each metric. Base: ");
	plot_add_side(&subtitle, plot_side(view->source, 0));
	figure_begin(view->figure, "All benchmarks: new / base",
		     subtitle.text ? subtitle.text : "");
	view->figure->about.failed |= subtitle.failed;
	text_release(&subtitle);
	add_legend(view);
	ret = add_rows(view);
	if (ret)
		return ret;
	dots_range(&view->dots, &lo, &hi);
	axis_make_ratio(&x, lo, hi);
	dots_place(&view->dots, &x, "new / base (log scale)", 1 + COMPARISON_DELTA);
	plot_foot(view->figure, view->source, &view->tally,
		  "Forest plot of geometric means: new / base over all rows of each metric of each "
		  "benchmark. The shaded band is within 2 %. A mean may hide rows that went "
		  "different ways: each benchmark's page has them.",
		  "Bars: 95 % interval over boot pairs (none with fewer than 6)");
	return view->dots.failed ? -ENOMEM : 0;
}

static int start(struct overview *view)
{
	const struct comparison *comparison = view->source->comparison;
	size_t pairs = 1;

	for (size_t i = 1; i < comparison->sides->count; i++)
		if (comparison->pairings[i].count > pairs)
			pairs = comparison->pairings[i].count;
	view->logs = calloc(comparison->nr_rows * pairs + 1, sizeof(*view->logs));
	return view->logs ? tally_init(&view->tally, view->source) : -ENOMEM;
}

int plot_overview_make(const struct plot_request *request, struct plot_made *made)
{
	struct overview view = { .source = request->source, .figure = &made->figure };
	int ret;

	if (request->part || !request->source->comparison || request->source->sides->count < 2 ||
	    !request->source->comparison->nr_rows)
		return 0;
	made->applies = true;
	view.dots.figure = view.figure;
	view.dots.nr_series = request->source->sides->count - 1;
	ret = start(&view);
	if (!ret)
		ret = draw(&view);
	dots_release(&view.dots);
	tally_release(&view.tally);
	free(view.logs);
	return ret;
}
