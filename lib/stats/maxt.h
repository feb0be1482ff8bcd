/*
 * maxt - p-values of rows that are looked at together: step-down max-T over joint sign flips.
 *
 * See judge.h for why, and signflip.h for how patterns are enumerated or sampled.
 */
#ifndef STATS_MAXT_H
#define STATS_MAXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * @values: row after row, @pairs each, at most SIGNFLIP_MOST_PAIRS; NAN is a missing pair.
 * Two-sided: is a row's middle other than 0? Else: is it above? Fills one adjusted p a row; rows
 * without a value get 1 and do not count. Returns 0 or -ENOMEM.
 */
int maxt_adjust(const double *values, size_t rows, size_t pairs, bool two_sided, uint64_t seed,
		double *ret_p);

#endif
