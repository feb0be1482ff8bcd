/*
 * figure - lays out one picture: what stands where, in pixels from its upper left corner, and the
 * script and data from which gnuplot draws it.
 *
 * All texts are placed here, by an estimate of their width that is never too small. gnuplot places
 * no text, so that none of unknown length can be cut or overlap something else.
 */
#ifndef PLOT_FIGURE_H
#define PLOT_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "plot/axis.h"

#define FIGURE_WIDTH 760
#define FIGURE_MARGIN 14
#define FIGURE_SMALL 11
#define FIGURE_LABEL 12
#define FIGURE_FONT 13
#define FIGURE_TITLE 16
#define FIGURE_FAINT 0x555555 /* colour of what belongs to no series */

enum figure_align { FIGURE_LEFT, FIGURE_RIGHT, FIGURE_CENTRE };

/* Lists of values that become gnuplot's arrays in the script. */
enum figure_list {
	LIST_TEXT,
	LIST_TEXT_X,
	LIST_TEXT_Y,
	LIST_TEXT_SIZE,
	LIST_TEXT_ALIGN,
	LIST_MARK_X,
	LIST_MARK_Y,
	LIST_MARK_COLOUR,
	LIST_MARK_SHAPE,
	LIST_LEFT,
	LIST_TOP,
	LIST_RIGHT,
	LIST_BOTTOM,
	LIST_X_MIN,
	LIST_X_MAX,
	LIST_X_LOG,
	LIST_X_FIRST, /* its first tick in LIST_TICK */
	LIST_X_LAST,
	LIST_Y_MIN,
	LIST_Y_MAX,
	LIST_Y_LOG,
	LIST_Y_FIRST,
	LIST_Y_LAST,
	LIST_TICK,
	LIST_TICK_LABEL,
	LIST_SERIES_COLOUR,
	LIST_SERIES_SHAPE,
	LIST_SERIES_DASH,
	LISTS,
};

struct figure_array {
	struct text items;
	size_t count;
};

struct figure {
	struct text name; /* base name of its files */
	const char *kind, *bench; /* bench NULL: for the front page */
	const char *script; /* name of the file in plots/ */
	struct text title, about;
	double width, height; /* height: filled down to here */
	struct figure_array lists[LISTS];
	struct text settings; /* further variables of the script */
	struct text data; /* the .dat file */
	struct text why_not;
};

/* Shape and colour of a series. Shapes differ between series, too. */
struct figure_style {
	unsigned int colour; /* 0x0072b2 */
	int shape, hollow; /* numbers of gnuplot's points */
	int dash;
};

const struct figure_style *figure_style(size_t number);

/* Starts a figure with a title, and one or more lines of smaller text below, which may be "". */
void figure_begin(struct figure *figure, const char *title, const char *subtitle);
/* Frees what the figure points to, but not the struct itself. */
void figure_release(struct figure *figure);

/* Returns the width in pixels that a text hardly ever exceeds. */
double figure_measure(const char *text, double size);

/* Returns the room in pixels that labels of a vertical axis need on its left. */
double figure_ticks_px(const struct axis *axis);

void figure_text(struct figure *figure, double x, double y, double size, enum figure_align align,
		 const char *text);
void figure_mark(struct figure *figure, double x, double y, unsigned int colour, int shape);

/* Draws text in lines as wide as the figure, from figure->height on. */
void figure_lines(struct figure *figure, double size, const char *text);

/*
 * Draws an entry of the legend at *@x, which starts as 0 and moves on; goes to the next line if
 * there is no room.
 */
void figure_legend(struct figure *figure, double *x, unsigned int colour, int shape,
		   const char *text);
void figure_end_legend(struct figure *figure);

struct figure_box {
	double left, top, right, bottom;
};

void figure_panel(struct figure *figure, const struct figure_box *box, const struct axis *x,
		  const struct axis *y);
void figure_series(struct figure *figure, const struct figure_style *style);

/* Sets a variable of the script to a value. */
void figure_set(struct figure *figure, const char *name, double value);

/* Adds a value to a list of the script. */
void figure_list(struct figure *figure, enum figure_list list, double value);

/* Sets an array of the script, of @count values; @items holds them separated by commas. */
void figure_set_list(struct figure *figure, const char *name, const struct text *items,
		     size_t count);

/* Tells whether memory ran out. */
bool figure_failed(const struct figure *figure);

/* Writes the variables that the scripts of plots/ read. */
void figure_write(const struct figure *figure, struct text *ret_script);

#endif
