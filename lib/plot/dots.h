/* dots - draws dots with intervals, a line per row: ratios, or values from several sources. */
#ifndef PLOT_DOTS_H
#define PLOT_DOTS_H

#include "plot/data.h"

struct dot {
	double x, lo, hi; /* x NAN: no dot; lo and hi equal to x: no interval */
	bool hollow;
};

struct dots_row {
	struct text label;
	struct text heading; /* printed above the row; may be empty */
	struct dot *dots; /* one per series */
};

struct dots {
	struct figure *figure; /* figure_begin() and its legend are done */
	size_t nr_series;
	struct dots_row *rows;
	size_t nr_rows;
	bool failed; /* memory ran out */
};

/* Adds a row without dots, which is valid until the next is added. NULL without memory. */
struct dots_row *dots_add_row(struct dots *dots);

/* Returns the least and the largest value of all dots; intervals that go far beyond are cut. */
void dots_range(const struct dots *dots, double *ret_lo, double *ret_hi);

/* Draws rows, data and axis. A @band above 1 shades from 1/band to band. */
void dots_place(struct dots *dots, const struct axis *x, const char *caption, double band);
/* Frees the rows, but not the figure. */
void dots_release(struct dots *dots);

#endif
