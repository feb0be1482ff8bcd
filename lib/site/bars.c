#include <math.h>
#include <stdio.h>

#include "compare/headline.h"
#include "site/bars.h"

#define RATIO_WIDTH 160
#define CURVE_WIDTH 96
#define HEIGHT 18
#define MARGIN 6
#define MARGIN_Y 3
#define LEAST_SCALE 0.05 /* a page whose rows are all alike shows no cliffs */
#define NUMBER 32

/* ---- scales ---- */

/* Returns how much slower than the base a side is, as a logarithm; NAN if that is not known. */
static double slowness(const struct row *row, size_t side)
{
	double base = row->sides[0].median, new = row->sides[side].median;

	if (!row->sides[0].boots || !row->sides[side].boots || base <= 0 || new <= 0)
		return NAN;
	return -log(headline_gain(row, new / base));
}

struct bar_scale bar_scale_of(const struct page *page, size_t side)
{
	const struct comparison *comparison = page->site->comparison;
	struct bar_scale scale = { -LEAST_SCALE, LEAST_SCALE };

	for (size_t i = 0; i < comparison->nr_rows; i++)
		for (size_t j = side ? side : 1; j < (side ? side + 1 : page_nr_sides(page)); j++) {
			double value = slowness(&comparison->rows[i], j);

			scale.most = fmax(scale.most, value);
			scale.least = fmin(scale.least, value);
		}
	return scale;
}

static double place(const struct bar_scale *scale, double value, double length)
{
	double most = fmax(scale->most, -scale->least);
	double part = fmax(-1, fmin(1, value / most));

	return length / 2 + part * (length / 2 - MARGIN);
}

/* ---- pictures ---- */

static void begin_picture(struct page *page, unsigned int width, const char *class)
{
	char wide[NUMBER], high[NUMBER], box[2 * NUMBER];

	snprintf(wide, sizeof(wide), "%u", width);
	snprintf(high, sizeof(high), "%d", HEIGHT);
	snprintf(box, sizeof(box), "0 0 %u %d", width, HEIGHT);
	html_begin(&page->html, "td", "class", "picture", NULL);
	html_begin(&page->html, "svg", "class", class, "width", wide, "height", high, "viewBox",
		   box, "aria-hidden", "true", NULL);
}

static void end_picture(struct page *page)
{
	html_end(&page->html);
	html_end(&page->html);
}

static void add_line(struct page *page, const char *class, const double from[2], const double to[2])
{
	char x1[NUMBER], y1[NUMBER], x2[NUMBER], y2[NUMBER];

	snprintf(x1, sizeof(x1), "%.1f", from[0]);
	snprintf(y1, sizeof(y1), "%.1f", from[1]);
	snprintf(x2, sizeof(x2), "%.1f", to[0]);
	snprintf(y2, sizeof(y2), "%.1f", to[1]);
	html_empty(&page->html, "line", "class", class, "x1", x1, "y1", y1, "x2", x2, "y2", y2,
		   NULL);
}

/* ---- the ratio of two kernels ---- */

/* The mark of a verdict has a shape of its own, for those who do not see its colour. */
static void add_mark(struct page *page, enum word word, double x)
{
	static const char *const shapes[] = {
		[WORD_NONE] = "",
		[WORD_FASTER] = " 9l8 -6v12z",
		[WORD_SLOWER] = " 9l-8 -6v12z",
		[WORD_SAME] = " 5.5m-3.5 0h7v7h-7z",
		[WORD_UNRESOLVED] = " 4l5 5l-5 5l-5 -5z",
	};
	double nudge = word == WORD_FASTER ? -4 : word == WORD_SLOWER ? 4 : 0;
	char path[2 * NUMBER];

	snprintf(path, sizeof(path), "M%.1f%s", x + nudge, shapes[word]);
	html_empty(&page->html, "path", "class", word_name(word), "d", path, NULL);
}

static void add_interval(struct page *page, const struct bar_scale *scale, const struct row *row,
			 size_t side)
{
	const struct interval *interval = &row->verdicts[side].verdict.interval;
	double lo, hi;

	if (!interval->known || interval->lo <= 0 || interval->hi <= 0)
		return;
	lo = -log(headline_gain(row, interval->lo));
	hi = -log(headline_gain(row, interval->hi));
	add_line(page, word_name(row->verdicts[side].word),
		 (double[]){ place(scale, lo, RATIO_WIDTH), HEIGHT / 2.0 },
		 (double[]){ place(scale, hi, RATIO_WIDTH), HEIGHT / 2.0 });
}

void bar_add_ratio(struct page *page, const struct bar_scale *scale, const struct row *row,
		   size_t side)
{
	const struct row_verdict *said = &row->verdicts[side];
	double middle = RATIO_WIDTH / 2.0, x;

	begin_picture(page, RATIO_WIDTH, "ratio");
	add_line(page, "axis", (double[]){ middle, 0 }, (double[]){ middle, HEIGHT });
	if (said->word != WORD_NONE && said->verdict.ratio > 0) {
		x = place(scale, -log(headline_gain(row, said->verdict.ratio)), RATIO_WIDTH);
		add_line(page, "reach", (double[]){ middle, HEIGHT / 2.0 },
			 (double[]){ x, HEIGHT / 2.0 });
		add_interval(page, scale, row, side);
		add_mark(page, said->word, x);
	}
	end_picture(page);
}

/* ---- a row over many kernels ---- */

static double curve_y(const struct bar_scale *scale, double value)
{
	double part = (value - scale->least) / (scale->most - scale->least);

	return HEIGHT - MARGIN_Y - part * (HEIGHT - 2 * MARGIN_Y);
}

static double curve_x(const struct page *page, size_t side)
{
	return MARGIN +
	       (double)side * (CURVE_WIDTH - 2 * MARGIN) / (double)(page_nr_sides(page) - 1);
}

static void add_points(struct page *page, const struct bar_scale *scale, const struct row *row)
{
	struct text points = { 0 };

	for (size_t side = 0; side < page_nr_sides(page); side++) {
		double value = slowness(row, side);

		if (!isnan(value))
			text_add(&points, "%s%.1f,%.1f", points.length ? " " : "",
				 curve_x(page, side), curve_y(scale, value));
	}
	page->html.text.failed |= points.failed;
	if (points.length)
		html_empty(&page->html, "polyline", "points", points.text, NULL);
	text_release(&points);
}

static void add_step(struct page *page, const struct bar_scale *scale, const struct row *row,
		     const struct changepoint *step)
{
	double value = slowness(row, step->index);
	char x[NUMBER], y[NUMBER];

	if (isnan(value))
		return;
	snprintf(x, sizeof(x), "%.1f", curve_x(page, step->index));
	snprintf(y, sizeof(y), "%.1f", curve_y(scale, value));
	html_empty(&page->html, "circle", "class",
		   headline_gain(row, step->ratio) > 1 ? "faster" : "slower", "cx", x, "cy", y, "r",
		   "3", NULL);
}

void bar_add_curve(struct page *page, const struct bar_scale *scale, const struct row *row)
{
	begin_picture(page, CURVE_WIDTH, "curve");
	add_line(page, "axis", (double[]){ 0, curve_y(scale, 0) },
		 (double[]){ CURVE_WIDTH, curve_y(scale, 0) });
	add_points(page, scale, row);
	for (size_t i = 0; i < row->nr_steps; i++)
		add_step(page, scale, row, &row->steps[i]);
	end_picture(page);
}
