/*
 * trend - where rows step over more than two sides, in the order of the sides.
 */
#ifndef COMPARE_TREND_H
#define COMPARE_TREND_H

#include "compare/comparison.h"

/*
 * Fills steps of all rows, corrected over all of them. By change points over the boots; where the
 * clock is exact, which takes too few boots for those, each side against the one before it that has
 * the row. 0 or -ENOMEM.
 */
int trend_find(struct comparison *comparison);

#endif
