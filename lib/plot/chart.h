/* chart - draws a Gantt chart: rows of spans of time, each span of a phase. */
#ifndef PLOT_CHART_H
#define PLOT_CHART_H

#include <stddef.h>

#include "plot/figure.h"

#define CHART_ROWS 64

struct span {
	double start, end;
	size_t row, phase;
};

/* Zero-initialise a chart. */
struct chart {
	struct text title; /* may be empty */
	struct span *spans;
	size_t nr_spans, nr_rows;
	struct text labels[CHART_ROWS]; /* of rows */
	double end; /* of all spans */
};

/* Adds a span. Returns 0 or -ENOMEM. */
int chart_add_span(struct chart *chart, struct span span);

/* Returns the length of the longest span of a phase; 0 if there is none. */
double chart_longest(const struct chart *chart, size_t phase);

/* Draws the chart below what the figure has; its axis goes from 0 to @end. */
void chart_place(const struct chart *chart, double end, struct figure *figure);

/* Frees what the chart points to. If a label lacks memory, the figure is marked as failed. */
void chart_release(struct chart *chart, struct figure *figure);

#endif
