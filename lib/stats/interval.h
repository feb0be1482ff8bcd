/* interval - the bounds of a value, or that they are unknown. */
#ifndef STATS_INTERVAL_H
#define STATS_INTERVAL_H

#include <stdbool.h>

/*
 * Where too few values give the confidence asked for, @known is false and both bounds are 0: there
 * is never a NaN or an infinity that could reach a file.
 */
struct interval {
	bool known;
	double lo, hi;
};

#endif
