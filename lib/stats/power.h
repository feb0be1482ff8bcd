/*
 * power - what a number of boot pairs can show.
 *
 * Spread and effect are in logs. By Student's noncentral t, which the sign-flip test follows within
 * a percent from 8 pairs on, and within three with fewer. In short: 21 (sigma of a boot / effect)^2
 * pairs for 90 % at 5 %, and two or three more.
 */
#ifndef STATS_POWER_H
#define STATS_POWER_H

#include <stddef.h>

/*
 * The chance to show @effect with pairs that spread by @pair_sigma, sqrt(2) times what a boot
 * spreads by. Two-sided at level @alpha for a report of @rows: the level is divided by them, which
 * is what the joint judgement comes to when the rows are independent. 0 with too few pairs to show
 * anything.
 */
double power_of_pairs(size_t pairs, double pair_sigma, double effect, double alpha, size_t rows);

/* The fewest pairs that reach @power, SIGNFLIP_LEAST_PAIRS or more; 0 if a million do not. */
size_t power_pairs_wanted(double pair_sigma, double effect, double power, double alpha,
			  size_t rows);

/* The same for boots that are not paired: so many a side, 2 or more, judged by pooled spread. */
size_t power_boots_wanted(double boot_sigma, double effect, double power, double alpha,
			  size_t rows);

#endif
