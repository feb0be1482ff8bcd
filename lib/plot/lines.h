/* lines - draws panels of lines, side by side: how a value depends on something. */
#ifndef PLOT_LINES_H
#define PLOT_LINES_H

#include "plot/data.h"
#include "plot/kinds.h"

/* The values at one x of a panel. */
struct lines_point {
	double x; /* as drawn: log2 of a size, or a running number */
	char label[AXIS_LABEL];
	bool breaks; /* no line leads to this point */
	double ideal; /* the ideal value; NAN: none */
	struct estimate *estimates; /* one per series */
	double *boots; /* values per series, most_boots each */
};

/* A dotted line between two points, where the value is multiplied by @ratio. */
struct lines_step {
	double x, ratio;
};

struct lines_panel {
	struct text title;
	const char *unit; /* NULL: lines.unit */
	struct lines_point *points; /* in the order of x */
	size_t nr_points;
	struct lines_step *steps;
	size_t nr_steps;
};

struct lines {
	const struct plot_source *source;
	size_t nr_series; /* the sides; or 1 if the sides are the points */
	struct text title, subtitle, what;
	const char *unit;
	bool over_sides; /* one series, whose points are the sides */
	bool ribbon; /* bands instead of bars */
	bool lean; /* long labels are turned, to fit side by side */
	bool wide; /* each panel has a line of its own */
	struct lines_panel *panels;
	size_t nr_panels;
	bool failed; /* memory ran out */
};

#define LINES_PANELS 12 /* more panels are not drawn */

/*
 * Add a panel or a point, which are valid until the next is added. NULL without memory, or without
 * a panel.
 */
struct lines_panel *lines_add_panel(struct lines *lines);
struct lines_point *lines_add_point(struct lines *lines, struct lines_panel *panel, double x);

/* Fills the series of a point with all sides' values of a cell. */
void lines_measure(struct lines *lines, struct lines_point *point, const char *cell,
		   const struct plot_view *view);

/*
 * Adds to each panel's title what its cell (of the same number) differs in, and to the subtitle
 * what all cells have in common. Returns 0 or -ENOMEM.
 */
int lines_name_panels(struct lines *lines, const char *const *cells);

/* Draws the figure and releases the lines. Returns 0 or -ENOMEM. */
int lines_finish(struct lines *lines, struct plot_made *made);
void lines_release(struct lines *lines);

#endif
