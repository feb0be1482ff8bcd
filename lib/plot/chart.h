/*
 * chart - a Gantt chart: rows of spans of time, each of a phase.
 */
#ifndef PLOT_CHART_H
#define PLOT_CHART_H

#include <stddef.h>

#include "plot/figure.h"

#define CHART_ROWS 64

struct span {
	double start, end;
	size_t row, phase;
};

/* Zero-initialise it. */
struct chart {
	struct text title; /* may be empty */
	struct span *spans;
	size_t nr_spans, nr_rows;
	struct text labels[CHART_ROWS]; /* of rows */
	double end; /* of all spans */
};

/* 0 or -ENOMEM. */
int chart_add_span(struct chart *chart, struct span span);

/* The longest span of a phase; 0 where there is none. */
double chart_longest(const struct chart *chart, size_t phase);

/* Puts it below what the figure has, from 0 to @end across. */
void chart_place(const struct chart *chart, double end, struct figure *figure);

/* Text that memory ran out for is the figure's failure. */
void chart_release(struct chart *chart, struct figure *figure);

#endif
