/*
 * dots - dots with intervals, a line a row: ratios, or values of several who measured.
 */
#ifndef PLOT_DOTS_H
#define PLOT_DOTS_H

#include "plot/data.h"

struct dot {
	double x, lo, hi; /* x NAN: there is none; lo and hi as x: no interval */
	bool hollow;
};

struct dots_row {
	struct text label;
	struct text heading; /* stands above the row; may be empty */
	struct dot *dots; /* a series each */
};

struct dots {
	struct figure *figure; /* begun, with its legend */
	size_t nr_series;
	struct dots_row *rows;
	size_t nr_rows;
	bool failed; /* memory ran out */
};

/* A row without dots. NULL where memory ran out. */
struct dots_row *dots_add_row(struct dots *dots);

/* The least and the most of all dots; intervals are cut where they go far beyond those. */
void dots_range(const struct dots *dots, double *ret_lo, double *ret_hi);

/* Rows, data and axis; @band above 1: shades from 1/band to band. */
void dots_place(struct dots *dots, const struct axis *x, const char *caption, double band);
void dots_release(struct dots *dots);

#endif
