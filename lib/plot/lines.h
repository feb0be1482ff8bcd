/*
 * lines - panels of lines: how a value goes with something, side by side.
 */
#ifndef PLOT_LINES_H
#define PLOT_LINES_H

#include "plot/data.h"
#include "plot/kinds.h"

/* What stands at one x of a panel. */
struct lines_point {
	double x; /* as drawn: log2 of a size, or a number in a row */
	char label[AXIS_LABEL];
	bool breaks; /* no line leads to it */
	double ideal; /* NAN: there is none */
	struct estimate *estimates; /* a series each */
	double *boots; /* a series each, most_boots of each */
};

/* A dotted line between two points, and how many times the value becomes there. */
struct lines_step {
	double x, ratio;
};

struct lines_panel {
	struct text title;
	const char *unit; /* NULL: that of all */
	struct lines_point *points; /* in the order of x */
	size_t nr_points;
	struct lines_step *steps;
	size_t nr_steps;
};

struct lines {
	const struct plot_source *source;
	size_t nr_series; /* the sides; or 1 where they are the points */
	struct text title, subtitle, what;
	const char *unit;
	bool over_sides; /* one series, whose points are the sides */
	bool ribbon; /* else bars */
	bool lean; /* labels do: long ones side by side */
	bool wide; /* a panel a line */
	struct lines_panel *panels;
	size_t nr_panels;
	bool failed; /* memory ran out */
};

#define LINES_PANELS 12 /* more are not looked at */

struct lines_panel *lines_add_panel(struct lines *lines);
struct lines_point *lines_add_point(struct lines *lines, struct lines_panel *panel, double x);

/* All sides' values of a cell, as the series of a point. */
void lines_measure(struct lines *lines, struct lines_point *point, const char *cell,
		   const struct plot_view *view);

/*
 * Adds to each panel's title what the cell of its number differs by from the others, and to the
 * subtitle what all have in common. 0 or -ENOMEM.
 */
int lines_name_panels(struct lines *lines, const char *const *cells);

/* Draws and releases. 0 or -ENOMEM. */
int lines_finish(struct lines *lines, struct plot_made *made);
void lines_release(struct lines *lines);

#endif
