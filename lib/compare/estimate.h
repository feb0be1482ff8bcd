/*
 * estimate - reduces the figures of a side's boots, one a boot, to their median and its bounds.
 */
#ifndef COMPARE_ESTIMATE_H
#define COMPARE_ESTIMATE_H

#include <stddef.h>

/* What the bounds of an estimate are. */
enum spread {
	SPREAD_NONE, /* there is no figure, or nothing that bounds it */
	SPREAD_INTERVAL, /* 95 % interval of the median over boots */
	SPREAD_RANGE, /* from the least boot to the largest: fewer than 6 */
	SPREAD_QUARTILES, /* of the samples within the one boot */
};

struct estimate {
	double median, lo, hi; /* 0 where no boot has the figure */
	enum spread spread;
	size_t boots, samples; /* that have it */
};

/*
 * Sorts @figures, one a boot, in place. @lower and @upper bound the figure within its boot: they
 * are used where there is one boot alone.
 */
void estimate_make(struct estimate *estimate, double *figures, size_t boots, double lower,
		   double upper);

#endif
