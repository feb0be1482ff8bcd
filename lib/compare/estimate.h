/* estimate - reduces a side's figures, one per boot, to their median and its bounds. */
#ifndef COMPARE_ESTIMATE_H
#define COMPARE_ESTIMATE_H

#include <stddef.h>

/* The meaning of an estimate's bounds. */
enum spread {
	SPREAD_NONE, /* no figure, or no bounds */
	SPREAD_INTERVAL, /* 95 % interval of the median over boots */
	SPREAD_RANGE, /* from the least boot to the largest: fewer than 6 boots */
	SPREAD_QUARTILES, /* of the samples within the only boot */
};

struct estimate {
	double median, lo, hi; /* 0 where no boot has the figure */
	enum spread spread;
	size_t boots, samples; /* how many have the figure */
};

/*
 * Fills the estimate. Sorts @figures, one per boot, in place. @lower and @upper bound the figure
 * within its boot: they are used for a single boot.
 */
void estimate_make(struct estimate *estimate, double *figures, size_t boots, double lower,
		   double upper);

#endif
