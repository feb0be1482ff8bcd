/*
 * order - computes intervals of quantiles from order statistics. Pure functions.
 *
 * Values must only be independent and from one continuous distribution: how many of them lie below
 * the quantile is then binomial. Bounds are interpolated between two neighbouring order statistics
 * (Hettmansperger and Sheather 1986 for the median, Nyblom 1992 for the others), so that the
 * interval's confidence is the one asked for instead of up to 5 % more.
 */
#ifndef STATS_ORDER_H
#define STATS_ORDER_H

#include <stddef.h>

#include "stats/interval.h"

/*
 * Returns the interval that covers the quantile @q of sorted values with @confidence, with equal
 * tails. It is unknown where there are too few values: for a median at 95 %, fewer than 6.
 */
struct interval order_interval(const double *sorted, size_t count, double q, double confidence);

/* Returns the 95 % interval of the median of sorted values. */
struct interval order_median_interval(const double *sorted, size_t count);

#endif
