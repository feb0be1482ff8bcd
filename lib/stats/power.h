/*
 * power - what a number of boot pairs can show.
 *
 * Spread and effect are in logs. By Student's noncentral t, which the sign-flip test follows to
 * about a percent from 8 pairs on. In short: 21 (sigma of a boot / effect)^2 pairs for 90 % at 5 %.
 */
#ifndef STATS_POWER_H
#define STATS_POWER_H

#include <stddef.h>

/* The chance to show @effect at level @alpha (two-sided) with pairs that spread by @pair_sigma:
 * sqrt(2) times what a boot spreads by. 0 where the test cannot reject at all. */
double power_of_pairs(size_t pairs, double pair_sigma, double effect, double alpha);

/* The fewest pairs that reach @power, SIGNFLIP_LEAST_PAIRS or more; 0 if a million do not. */
size_t power_pairs_wanted(double pair_sigma, double effect, double power, double alpha);

#endif
