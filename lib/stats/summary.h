/* summary - quartiles, median and spread of samples. Pure functions. */
#ifndef STATS_SUMMARY_H
#define STATS_SUMMARY_H

#include <stddef.h>

struct summary {
	size_t count;
	double min, lower_quartile, median, upper_quartile, max;
	double mad; /* median absolute deviation from the median */
};

/* Summarizes @values, which it sorts in place. Without values all members are 0. */
struct summary summarize(double *values, size_t count);

/* Returns the quantile @q of sorted values, linear between two of them (the common type 7). */
double quantile(const double *sorted, size_t count, double q);

#endif
