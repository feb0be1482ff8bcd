/*
 * maxt - computes p-values corrected over many rows: step-down max-T over joint sign flips.
 *
 * judge.h says why this test is used, signflip.h how patterns are enumerated or sampled.
 */
#ifndef STATS_MAXT_H
#define STATS_MAXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Fills one corrected p per row. Returns 0 or -ENOMEM.
 *
 * @values holds @pairs values per row, row after row, at most SIGNFLIP_MOST_PAIRS; NAN is a missing
 * pair. @two_sided tests whether a row's middle is other than 0, else whether it is above 0. Rows
 * without a value get p 1 and do not affect the others.
 */
int maxt_adjust(const double *values, size_t rows, size_t pairs, bool two_sided, uint64_t seed,
		double *ret_p);

#endif
