#include <math.h>
#include <string.h>

#include "plot/figure.h"
#include "plot/text.h"

#define LINE 1.45 /* distance of lines, in heights of text */

static const struct {
	const char *name;
	bool is_text; /* text is quoted, labels of ticks as formats */
} lists[LISTS] = {
	[LIST_TEXT] = { "words", true },
	[LIST_TEXT_X] = { "words_x", false },
	[LIST_TEXT_Y] = { "words_y", false },
	[LIST_TEXT_SIZE] = { "words_size", false },
	[LIST_TEXT_ALIGN] = { "words_align", false },
	[LIST_MARK_X] = { "mark_x", false },
	[LIST_MARK_Y] = { "mark_y", false },
	[LIST_MARK_COLOUR] = { "mark_colour", false },
	[LIST_MARK_SHAPE] = { "mark_shape", false },
	[LIST_LEFT] = { "left_px", false },
	[LIST_TOP] = { "top_px", false },
	[LIST_RIGHT] = { "right_px", false },
	[LIST_BOTTOM] = { "bottom_px", false },
	[LIST_X_MIN] = { "x_min", false },
	[LIST_X_MAX] = { "x_max", false },
	[LIST_X_LOG] = { "x_log", false },
	[LIST_X_FIRST] = { "x_first", false },
	[LIST_X_LAST] = { "x_last", false },
	[LIST_Y_MIN] = { "y_min", false },
	[LIST_Y_MAX] = { "y_max", false },
	[LIST_Y_LOG] = { "y_log", false },
	[LIST_Y_FIRST] = { "y_first", false },
	[LIST_Y_LAST] = { "y_last", false },
	[LIST_TICK] = { "tick", false },
	[LIST_TICK_LABEL] = { "tick_label", true },
	[LIST_SERIES_COLOUR] = { "series_colour", false },
	[LIST_SERIES_SHAPE] = { "series_shape", false },
	[LIST_SERIES_DASH] = { "series_dash", false },
};

/*
 * Colours that also people who see few colours can tell apart, on white and on black (svg.c
 * lightens them).
 */
static const struct figure_style styles[] = {
	{ 0x0072b2, 7, 6, 1 },	 { 0xd55e00, 5, 4, 1 },	  { 0x008868, 9, 8, 1 },
	{ 0xaa4488, 13, 12, 1 }, { 0x947000, 11, 10, 1 }, { 0x6e6e6e, 15, 14, 1 },
};

const struct figure_style *figure_style(size_t number)
{
	return &styles[number % (sizeof(styles) / sizeof(styles[0]))];
}

static void list_begin(struct figure_array *array)
{
	text_add(&array->items, "%s", array->count++ ? ", " : "");
}

void figure_list(struct figure *figure, enum figure_list list, double value)
{
	list_begin(&figure->lists[list]);
	text_add(&figure->lists[list].items, "%.9g", value);
}

static void list_text(struct figure *figure, enum figure_list list, const char *text)
{
	list_begin(&figure->lists[list]);
	if (list == LIST_TICK_LABEL)
		plot_quote_tick(&figure->lists[list].items, text);
	else
		plot_quote(&figure->lists[list].items, text);
}

double figure_measure(const char *text, double size)
{
	return (double)plot_count(text) * size * 0.62;
}

double figure_ticks_px(const struct axis *axis)
{
	double most = 0;

	for (size_t i = 0; i < axis->nr_ticks; i++)
		most = fmax(most, figure_measure(axis->ticks[i].label, FIGURE_SMALL));
	return most + 10;
}

void figure_text(struct figure *figure, double x, double y, double size, enum figure_align align,
		 const char *text)
{
	list_text(figure, LIST_TEXT, text);
	figure_list(figure, LIST_TEXT_X, x);
	figure_list(figure, LIST_TEXT_Y, y);
	figure_list(figure, LIST_TEXT_SIZE, size);
	figure_list(figure, LIST_TEXT_ALIGN, align);
}

void figure_mark(struct figure *figure, double x, double y, unsigned int colour, int shape)
{
	figure_list(figure, LIST_MARK_X, x);
	figure_list(figure, LIST_MARK_Y, y);
	figure_list(figure, LIST_MARK_COLOUR, colour);
	figure_list(figure, LIST_MARK_SHAPE, shape);
}

void figure_lines(struct figure *figure, double size, const char *text)
{
	size_t most = (size_t)((figure->width - 2 * FIGURE_MARGIN) / figure_measure("m", size));

	while (*text) {
		struct text line = { 0 };
		size_t length = plot_line(text, most);

		text_add_bytes(&line, text, length);
		figure->height += size * LINE;
		figure_text(figure, FIGURE_MARGIN, figure->height - size * LINE / 2, size,
			    FIGURE_LEFT, line.text ? line.text : "");
		figure->settings.failed |= line.failed;
		text_release(&line);
		text += length;
		text += *text == ' ';
	}
}

void figure_begin(struct figure *figure, const char *title, const char *subtitle)
{
	figure->width = FIGURE_WIDTH;
	figure->height = FIGURE_MARGIN / 2.0;
	plot_add_plain(&figure->title, title);
	figure_lines(figure, FIGURE_TITLE, title);
	figure_lines(figure, FIGURE_FONT, subtitle);
}

void figure_legend(struct figure *figure, double *x, unsigned int colour, int shape,
		   const char *text)
{
	double wide = figure_measure(text, FIGURE_FONT) + 34;

	if (*x == 0 || *x + wide > figure->width) {
		*x = FIGURE_MARGIN + 6;
		figure->height += FIGURE_FONT * LINE + 2;
	}
	figure_mark(figure, *x, figure->height - FIGURE_FONT * LINE / 2, colour, shape);
	figure_text(figure, *x + 10, figure->height - FIGURE_FONT * LINE / 2, FIGURE_FONT,
		    FIGURE_LEFT, text);
	*x += wide;
}

void figure_end_legend(struct figure *figure)
{
	figure->height += 6;
}

static void add_ticks(struct figure *figure, const struct axis *axis, enum figure_list first,
		      enum figure_list last)
{
	figure_list(figure, first, (double)figure->lists[LIST_TICK].count + 1);
	for (size_t i = 0; i < axis->nr_ticks; i++) {
		figure_list(figure, LIST_TICK, axis->ticks[i].at);
		list_text(figure, LIST_TICK_LABEL, axis->ticks[i].label);
	}
	figure_list(figure, last, (double)figure->lists[LIST_TICK].count);
}

void figure_panel(struct figure *figure, const struct figure_box *box, const struct axis *x,
		  const struct axis *y)
{
	figure_list(figure, LIST_LEFT, box->left);
	figure_list(figure, LIST_TOP, box->top);
	figure_list(figure, LIST_RIGHT, box->right);
	figure_list(figure, LIST_BOTTOM, box->bottom);
	figure_list(figure, LIST_X_MIN, x->min);
	figure_list(figure, LIST_X_MAX, x->max);
	figure_list(figure, LIST_X_LOG, x->log);
	add_ticks(figure, x, LIST_X_FIRST, LIST_X_LAST);
	figure_list(figure, LIST_Y_MIN, y->min);
	figure_list(figure, LIST_Y_MAX, y->max);
	figure_list(figure, LIST_Y_LOG, y->log);
	add_ticks(figure, y, LIST_Y_FIRST, LIST_Y_LAST);
	figure->height = fmax(figure->height, box->bottom);
}

void figure_series(struct figure *figure, const struct figure_style *style)
{
	figure_list(figure, LIST_SERIES_COLOUR, style->colour);
	figure_list(figure, LIST_SERIES_SHAPE, style->shape);
	figure_list(figure, LIST_SERIES_DASH, style->dash);
}

void figure_set(struct figure *figure, const char *name, double value)
{
	text_add(&figure->settings, "%s = %.6g\n", name, value);
}

/* Writes an array. gnuplot has no empty arrays: those get one 0. */
static void write_array(struct text *script, const char *name, const char *items, size_t count)
{
	text_add(script, "array %s[%zu] = [%s]\n", name, count ? count : 1, count ? items : "0");
}

void figure_set_list(struct figure *figure, const char *name, const struct text *items,
		     size_t count)
{
	write_array(&figure->settings, name, items->text ? items->text : "", count);
}

bool figure_failed(const struct figure *figure)
{
	bool failed = figure->name.failed || figure->title.failed || figure->about.failed ||
		      figure->settings.failed || figure->data.failed || figure->why_not.failed;

	for (size_t i = 0; i < LISTS; i++)
		failed |= figure->lists[i].items.failed;
	return failed;
}

void figure_write(const struct figure *figure, struct text *script)
{
	static const struct {
		const char *name;
		enum figure_list list;
	} counts[] = {
		{ "nr_texts", LIST_TEXT },
		{ "nr_marks", LIST_MARK_X },
		{ "nr_panels", LIST_LEFT },
		{ "nr_series", LIST_SERIES_SHAPE },
	};

	text_add(script, "name = '%s'\nwidth = %.0f\nheight = %.0f\n", figure->name.text,
		 figure->width, ceil(figure->height));
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		text_add(script, "%s = %zu\n", counts[i].name, figure->lists[counts[i].list].count);
	for (size_t i = 0; i < LISTS; i++)
		write_array(script, lists[i].name,
			    figure->lists[i].items.text ? figure->lists[i].items.text : "",
			    figure->lists[i].count);
	text_add(script, "%s", figure->settings.text ? figure->settings.text : "");
}

void figure_release(struct figure *figure)
{
	struct text *const texts[] = { &figure->name,	  &figure->title, &figure->about,
				       &figure->settings, &figure->data,  &figure->why_not };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		text_release(texts[i]);
	for (size_t i = 0; i < LISTS; i++)
		text_release(&figure->lists[i].items);
	*figure = (struct figure){ .kind = NULL };
}
