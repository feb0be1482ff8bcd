/*
 * order - intervals of quantiles from order statistics. Pure functions.
 *
 * Nothing is assumed of the values but that they are independent and from one continuous
 * distribution: how many lie below the quantile is then binomial. Between two neighbouring order
 * statistics the bound is interpolated so that the interval covers what it says (Hettmansperger and
 * Sheather 1986 for the median, Nyblom 1992 for the others) instead of up to 5 % more.
 */
#ifndef STATS_ORDER_H
#define STATS_ORDER_H

#include <stddef.h>

#include "stats/interval.h"

/*
 * Of sorted values: the interval that covers the quantile @q with @confidence, equal tails.
 * Unknown where the values cannot tell: of a median at 95 %, with fewer than 6.
 */
struct interval order_interval(const double *sorted, size_t count, double q, double confidence);

/* The 95 % interval of the median. */
struct interval order_median_interval(const double *sorted, size_t count);

#endif
