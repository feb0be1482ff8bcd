/* geomean - computes the geometric mean of ratios (or other positive values) and its interval. */
#ifndef STATS_GEOMEAN_H
#define STATS_GEOMEAN_H

#include <stddef.h>
#include <stdint.h>

#include "stats/interval.h"

struct geomean {
	double mean; /* 1 when nothing was counted */
	struct interval interval; /* 95 %, by inverting the sign-flip test on the logs */
	size_t count; /* values that were used */
	size_t rows; /* geomean_of_rows(): rows that were used; else 1 */
};

/*
 * Computes the mean of positive, independent values, such as one per boot. Leaves out 0, negative
 * values and NaN: @ret_geomean->count is the number of values used. Returns 0, -ENOMEM or -E2BIG
 * (see SIGNFLIP_MOST_PAIRS).
 */
int geomean_of(const double *values, size_t count, uint64_t seed, struct geomean *ret_geomean);

/*
 * Computes the mean over the rows of a report, from @log_ratios as judge_rows() takes them. Rows of
 * one pair share their two boots and are not independent: so each pair is first averaged over the
 * rows, and the interval is that of the pairs. Only rows without a missing pair are used, so that
 * every pair averages the same rows.
 */
int geomean_of_rows(const double *log_ratios, size_t rows, size_t pairs, uint64_t seed,
		    struct geomean *ret_geomean);

#endif
