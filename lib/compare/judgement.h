/*
 * judgement - the verdicts of a comparison whose rows are joined.
 */
#ifndef COMPARE_JUDGEMENT_H
#define COMPARE_JUDGEMENT_H

#include "compare/comparison.h"
#include "stats/exact.h"

#define JUDGEMENT_ALPHA 0.05
#define JUDGEMENT_SEED 1 /* the same files give the same verdicts */

/* Fills verdicts, the gate and the null control. Returns 0 or -ENOMEM. */
int judgement_pass(struct comparison *comparison);

/* What one boot a side may be off by there, for this row: see exact.h. 0: as the options say. */
double judgement_floor(const struct comparison *comparison, const struct row *row);

/* How rows are judged where the clock is exact. */
struct exact_options judgement_exact_options(const struct comparison *comparison);

#endif
