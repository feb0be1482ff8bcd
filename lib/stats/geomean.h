/*
 * geomean - the geometric mean of ratios (or of any positive values), with its interval.
 */
#ifndef STATS_GEOMEAN_H
#define STATS_GEOMEAN_H

#include <stddef.h>
#include <stdint.h>

#include "stats/interval.h"

struct geomean {
	double mean; /* 1 when nothing was counted */
	struct interval interval; /* 95 %, by inverting the sign-flip test on the logs */
	size_t count; /* values that went in */
	size_t rows; /* geomean_of_rows(): rows that did; else 1 */
};

/*
 * Of positive, independent values, such as one a boot. Others (0, negative, NaN) are left out: see
 * @count. Returns 0, -ENOMEM or -E2BIG (see SIGNFLIP_MOST_PAIRS).
 */
int geomean_of(const double *values, size_t count, uint64_t seed, struct geomean *ret_geomean);

/*
 * Over the rows of a report: @log_ratios as judge_rows() takes them. Rows of one pair share their
 * two boots and are not independent; so each pair is first averaged over the rows, and the
 * interval is that of the pairs. Only rows without a missing pair count, so that every pair
 * averages the same ones.
 */
int geomean_of_rows(const double *log_ratios, size_t rows, size_t pairs, uint64_t seed,
		    struct geomean *ret_geomean);

#endif
