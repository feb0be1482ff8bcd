/*
 * summary - what one looks at first in a pile of samples. Pure functions.
 */
#ifndef STATS_SUMMARY_H
#define STATS_SUMMARY_H

#include <stddef.h>

struct summary {
	size_t count;
	double min, lower_quartile, median, upper_quartile, max;
	double mad; /* median absolute deviation from the median */
};

/* Sorts @values in place. Of no values, all is 0. */
struct summary summarize(double *values, size_t count);

/* Of sorted values: between two of them linearly (the common type 7). */
double quantile(const double *sorted, size_t count, double q);

#endif
