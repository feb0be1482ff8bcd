/* trend - finds steps of rows over more than two sides, in the order of the sides. */
#ifndef COMPARE_TREND_H
#define COMPARE_TREND_H

#include "compare/comparison.h"

/*
 * Fills the steps of all rows, corrected over all rows. Uses change points over the boots. Exact
 * clocks have too few boots for those: there each side is compared with the last one before it that
 * has the row. Returns 0 or -ENOMEM.
 */
int trend_find(struct comparison *comparison);

#endif
