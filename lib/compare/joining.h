/* joining - makes the rows of a comparison from the metrics of each cell on all sides. */
#ifndef COMPARE_JOINING_H
#define COMPARE_JOINING_H

#include "compare/comparison.h"

/* Fills the rows and the list of what was left out. Returns 0 or -errno with the reason. */
int joining_pass(struct comparison *comparison, const struct comparison_options *options,
		 struct reason *reason);

#endif
