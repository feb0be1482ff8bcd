/*
 * power - computes which differences a number of boot pairs can show.
 *
 * Spread and effect are in logs. Uses Student's noncentral t, which agrees with the sign-flip test
 * within one percent from 8 pairs on, and within three with fewer. As a rule of thumb: 21 (sigma of
 * a boot / effect)^2 pairs for 90 % power at 5 %, and two or three more.
 */
#ifndef STATS_POWER_H
#define STATS_POWER_H

#include <stddef.h>

/*
 * Returns the chance to show @effect with pairs whose spread is @pair_sigma, which is sqrt(2) times
 * the spread of a boot. The test is two-sided at level @alpha, divided by the number of @rows in
 * the report: the joint judgement comes to the same when rows are independent. Returns 0 with too
 * few pairs to show anything.
 */
double power_of_pairs(size_t pairs, double pair_sigma, double effect, double alpha, size_t rows);

/*
 * Returns the fewest pairs that reach @power, SIGNFLIP_LEAST_PAIRS or more; 0 if a million are too
 * few.
 */
size_t power_pairs_wanted(double pair_sigma, double effect, double power, double alpha,
			  size_t rows);

/*
 * Returns the fewest boots per side, 2 or more, where boots are not paired and are judged by pooled
 * spread.
 */
size_t power_boots_wanted(double boot_sigma, double effect, double power, double alpha,
			  size_t rows);

#endif
