/*
 * exact - judgement where the clock is exact (icount: guest time is executed instructions).
 *
 * Such runs know no drift, no interrupts and no other load; what moves from boot to boot is the
 * layout of memory. So nothing is gained by pairs, and three boots a side say more than the
 * sign-flip test could with eight.
 */
#ifndef STATS_EXACT_H
#define STATS_EXACT_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/verdict.h"

/* What repeats no better than this is no difference, however alike the boots were: 0.05 %. */
#define EXACT_REPEATABILITY 0.0005
/* What one boot a side may be off by, as measured for layouts that are ... */
#define EXACT_FLOOR_SAMPLED 0.20 /* ... drawn anew by each boot */
#define EXACT_FLOOR_FIXED 0.005 /* ... the same in each boot */

struct exact_options {
	double alpha; /* 0.05 */
	double delta; /* as in judge.h */
	double gate_limit; /* as in judge.h */
	double floor; /* with one boot a side: EXACT_FLOOR_…; else unused */
};

extern const struct exact_options exact_defaults; /* floor: EXACT_FLOOR_SAMPLED */

/* The medians of the boots of both sides: positive and finite. */
struct exact_row {
	const double *base, *new;
	size_t base_count, new_count;
	bool higher_is_better; /* read by the gate only */
};

/*
 * With three boots or more in all, the boots' own spread is the doubt: a t bound on the difference
 * of the logs, pooled over the two sides, EXACT_REPEATABILITY on top, Holm over the rows.
 * With one a side, the difference must exceed @floor; p, p_adj and gate_p are then 0 or 1: a bound
 * was passed or not, nothing was measured that would make a probability.
 * A side without boots: unresolved.
 */
void exact_judge(const struct exact_row *rows, size_t count, const struct exact_options *options,
		 struct verdict *ret_verdicts);

#endif
