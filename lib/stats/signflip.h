/*
 * signflip - the exact sign-flip test on paired log ratios, and its interval.
 *
 * If two kernels do not differ and chance decides which of a pair boots first, each log ratio could
 * as well have had the other sign. The test counts how many of the 2^n sign patterns move the sum
 * as far as the observed one. It assumes nothing about normality, equal spread or drift.
 *
 * Up to SIGNFLIP_ENUMERATED pairs all patterns are counted; beyond, a seeded sample of
 * SIGNFLIP_SAMPLES, which includes the observed pattern (so that the test stays exact). Values are
 * rounded to a grid of about 2^-45 of the largest, so that sums are exact integers: results do not
 * depend on the order of the pairs, the compiler or the machine.
 *
 * Values must be finite (leave missing pairs out) and at most SIGNFLIP_MOST_PAIRS. Functions that
 * return int return 0, or -ENOMEM where patterns are sampled.
 */
#ifndef STATS_SIGNFLIP_H
#define STATS_SIGNFLIP_H

#include <stddef.h>
#include <stdint.h>

#include "stats/interval.h"

#define SIGNFLIP_LEAST_PAIRS 6 /* with 5, the least p is 2 of 2^5: 0.0625 */
#define SIGNFLIP_ENUMERATED 20
#define SIGNFLIP_SAMPLES 65536
#define SIGNFLIP_MOST_PAIRS 512

enum signflip_side {
	SIGNFLIP_TWO_SIDED, /* is the middle other than 0? */
	SIGNFLIP_GREATER, /* is it above? */
	SIGNFLIP_LESS, /* is it below? */
};

/*
 * Returns the p-value; 1 where there are no values. @seed is used beyond SIGNFLIP_ENUMERATED pairs
 * only.
 */
double signflip_test(const double *values, size_t count, enum signflip_side side, uint64_t seed);

/*
 * Finds all middles that the two-sided test does not reject at 1 - @confidence. They are log
 * ratios: exp() gives ratios. The interval holds the values' mean. It is unknown where no sign
 * pattern is rare enough: at 95 %, with fewer than 6 pairs.
 */
int signflip_interval(const double *values, size_t count, double confidence, uint64_t seed,
		      struct interval *ret_interval);

#endif
