/*
 * interval - from where to where a value lies, or that nobody knows.
 */
#ifndef STATS_INTERVAL_H
#define STATS_INTERVAL_H

#include <stdbool.h>

/* With too few values for the confidence asked for, @known is false and @lo and @hi are 0: there is
 * never a NaN or an infinity in it that could reach a file. */
struct interval {
	bool known;
	double lo, hi;
};

#endif
