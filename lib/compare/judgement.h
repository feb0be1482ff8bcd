/*
 * judgement - turns the direction of each difference, which lib/stats finds, into its verdict:
 * faster, slower, same or unresolved.
 */
#ifndef COMPARE_JUDGEMENT_H
#define COMPARE_JUDGEMENT_H

#include "compare/comparison.h"
#include "stats/exact.h"

#define JUDGEMENT_ALPHA 0.05
#define JUDGEMENT_SEED 1 /* the same files give the same verdicts */

/* Fills verdicts, the gate and the null control. Returns 0 or -ENOMEM. */
int judgement_pass(struct comparison *comparison);

/*
 * Returns how far one boot per side may be off in this row: see exact.h. 0: use the options' floor.
 */
double judgement_floor(const struct comparison *comparison, const struct row *row);

/* Returns the options for judging rows by an exact clock. */
struct exact_options judgement_exact_options(const struct comparison *comparison);

#endif
