/*
 * joining - the rows of a comparison: what all sides have to say about a metric of a cell.
 */
#ifndef COMPARE_JOINING_H
#define COMPARE_JOINING_H

#include "compare/comparison.h"

/* Fills rows and what is left out. 0 or -errno with the reason. */
int joining_pass(struct comparison *comparison, const struct comparison_options *options,
		 struct reason *reason);

#endif
