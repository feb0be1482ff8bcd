#include <math.h>
#include <stdlib.h>

#include "base/grow.h"
#include "plot/dots.h"
#include "plot/text.h"

#define LABEL_MOST 50
#define DOT_PX 13
#define ROW_GAP_PX 8
#define HEADING_PX (FIGURE_FONT * 2.0)
#define BEYOND 3

struct dots_row *dots_add_row(struct dots *dots)
{
	struct dots_row *grown = grow(dots->rows, dots->nr_rows, sizeof(*grown));

	if (!grown) {
		dots->failed = true;
		return NULL;
	}
	dots->rows = grown;
	grown += dots->nr_rows++;
	*grown = (struct dots_row){ .dots = calloc(dots->nr_series, sizeof(struct dot)) };
	if (!grown->dots) {
		dots->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < dots->nr_series; i++)
		grown->dots[i].x = NAN;
	return grown;
}

void dots_release(struct dots *dots)
{
	for (size_t i = 0; i < dots->nr_rows; i++) {
		text_release(&dots->rows[i].label);
		text_release(&dots->rows[i].heading);
		free(dots->rows[i].dots);
	}
	free(dots->rows);
}

void dots_range(const struct dots *dots, double *ret_lo, double *ret_hi)
{
	double least = INFINITY, most = 0, lo = INFINITY, hi = 0;

	for (size_t i = 0; i < dots->nr_rows; i++)
		for (size_t j = 0; j < dots->nr_series; j++) {
			const struct dot *dot = &dots->rows[i].dots[j];

			if (!isfinite(dot->x))
				continue;
			least = fmin(least, dot->x);
			most = fmax(most, dot->x);
			lo = fmin(lo, dot->lo);
			hi = fmax(hi, dot->hi);
		}
	*ret_lo = fmin(least, fmax(lo, least / BEYOND));
	*ret_hi = fmax(most, fmin(hi, most * BEYOND));
}

/* Counts the dots of a row before series @until; missing dots take no room. */
static size_t count_dots(const struct dots *dots, const struct dots_row *row, size_t until)
{
	size_t count = 0;

	for (size_t i = 0; i < until && i < dots->nr_series; i++)
		count += isfinite(row->dots[i].x);
	return count;
}

static double row_px(const struct dots *dots, size_t number)
{
	size_t count = count_dots(dots, &dots->rows[number], dots->nr_series);

	return (double)(count ? count : 1) * DOT_PX + ROW_GAP_PX;
}

/* Returns how far the middle of a row is below the panel's top. */
static double row_y(const struct dots *dots, size_t number)
{
	double y = 0;

	for (size_t i = 0; i <= number; i++) {
		y += dots->rows[i].heading.length ? HEADING_PX : 0;
		y += i < number ? row_px(dots, i) : row_px(dots, i) / 2;
	}
	return y;
}

static void add_series(struct dots *dots, size_t series)
{
	struct text *data = &dots->figure->data;

	text_add(data, "# x low high row hollow\nNaN NaN NaN NaN 0\n");
	for (size_t i = 0; i < dots->nr_rows; i++) {
		const struct dots_row *row = &dots->rows[i];
		const struct dot *dot = &row->dots[series];
		double middle = ((double)count_dots(dots, row, dots->nr_series) - 1) / 2;
		double shift = ((double)count_dots(dots, row, series) - middle) * DOT_PX;

		if (isfinite(dot->x))
			text_add(data, "%.6g %.6g %.6g %.6g %d\n", dot->x, dot->lo, dot->hi,
				 row_y(dots, i) + shift, dot->hollow);
	}
	text_add(data, "\n\n");
}

static void shorten(const struct text *label, struct text *shown)
{
	plot_add_short(shown, label->length ? label->text : "(the cell)", LABEL_MOST);
}

static double widest_label(const struct dots *dots)
{
	double widest = 0;

	for (size_t i = 0; i < dots->nr_rows; i++) {
		struct text shown = { 0 };

		shorten(&dots->rows[i].label, &shown);
		widest = fmax(widest, figure_measure(shown.text ? shown.text : "", FIGURE_LABEL));
		text_release(&shown);
		/* A heading is above the labels, left of the axis. */
		if (dots->rows[i].heading.length)
			widest = fmax(widest,
				      figure_measure(dots->rows[i].heading.text, FIGURE_FONT));
	}
	return fmin(widest, FIGURE_WIDTH * 0.52);
}

static void add_row(struct dots *dots, size_t number, double right)
{
	const struct dots_row *row = &dots->rows[number];
	double y = dots->figure->height + row_y(dots, number);
	struct text shown = { 0 };

	shorten(&row->label, &shown);
	figure_text(dots->figure, right, y, FIGURE_LABEL, FIGURE_RIGHT,
		    shown.text ? shown.text : "");
	dots->figure->about.failed |= shown.failed;
	text_release(&shown);
	if (row->heading.length)
		figure_text(dots->figure, FIGURE_MARGIN,
			    y - row_px(dots, number) / 2 - HEADING_PX * 0.4, FIGURE_FONT,
			    FIGURE_LEFT, row->heading.text);
}

void dots_place(struct dots *dots, const struct axis *x, const char *caption, double band)
{
	struct figure *figure = dots->figure;
	struct axis thin = *x, y = { .ticks = { { .at = 0 } }, .nr_ticks = 1 };
	struct figure_box box = { .top = figure->height,
				  .right = figure->width - FIGURE_MARGIN - 10 };
	double deep = row_y(dots, dots->nr_rows - 1) + row_px(dots, dots->nr_rows - 1) / 2;

	box.left = FIGURE_MARGIN + widest_label(dots) + 10;
	for (size_t i = 0; i < dots->nr_rows; i++)
		add_row(dots, i, box.left - 10);
	for (size_t i = 0; i < dots->nr_series; i++)
		add_series(dots, i);
	box.bottom = box.top + deep;
	y.min = deep; /* rows are counted from the top */
	axis_thin(&thin, box.right - box.left, FIGURE_SMALL * 0.62);
	figure_panel(figure, &box, &thin, &y);
	figure_set(figure, "band", band);
	figure->height = box.bottom + 44; /* below the labels of the ticks */
	figure_text(figure, box.right, figure->height, FIGURE_LABEL, FIGURE_RIGHT, caption);
	figure->height += 12;
	for (size_t i = 0; i < dots->nr_rows; i++)
		dots->failed |= dots->rows[i].label.failed || dots->rows[i].heading.failed;
}
