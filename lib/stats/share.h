/* share - how sure a share is that was counted in samples. */
#ifndef STATS_SHARE_H
#define STATS_SHARE_H

#include "stats/interval.h"

/*
 * Returns Wilson's 95 % interval of a share that @hits of @count samples had, as parts of 1. Not
 * known where there is no sample.
 */
struct interval share_interval(double hits, double count);

#endif
