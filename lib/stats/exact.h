/*
 * exact - judges rows where the clock is exact (icount: guest time is executed instructions).
 *
 * Such runs have no drift, no interrupts and no other load: only the layout of memory differs from
 * boot to boot. So pairing boots gains nothing, and a few boots per side tell more than eight would
 * with the sign-flip test, which needs at least six.
 *
 * A few boots must be enough to show how layouts scatter. If rows have two modes and nothing
 * between, all boots of a side may be in one mode by chance, and look exact: of 40 rows that are in
 * the second mode in every fourth boot, some row is wrongly reported as different in 41 % of
 * reports with 3 boots per side, 13 % with 4, 2 % with 5. Where each boot has a new layout, take 5.
 */
#ifndef STATS_EXACT_H
#define STATS_EXACT_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/verdict.h"

/* A difference of 0.05 % or less is never reported, however well the boots agree. */
#define EXACT_REPEATABILITY 0.0005
/* Boots per side from which new layouts in each boot seldom mislead (see above). */
#define EXACT_BOOTS_SAMPLED 5
/* How far one boot per side may be off, as measured where layouts are ... */
#define EXACT_FLOOR_SAMPLED 0.20 /* ... new in each boot, of large pages or none */
/*
 * ... new in each boot, of small pages: map and unmap of shmem and anon took up to 5.4 times as
 * long, depending on whether pages lay side by side, in about every fifth boot of Debian's 6.17 and
 * 6.18.
 */
#define EXACT_FLOOR_SMALL 5.0
#define EXACT_FLOOR_FIXED 0.005 /* ... the same in each boot */

struct exact_options {
	double alpha; /* 0.05 */
	double delta; /* as in judge.h */
	double gate_limit; /* as in judge.h */
	double floor; /* with one boot per side: EXACT_FLOOR_…; else unused */
};

extern const struct exact_options exact_defaults; /* floor: EXACT_FLOOR_SAMPLED */

/* The medians of the boots of both sides, which must be positive and finite. */
struct exact_row {
	const double *base, *new;
	size_t base_count, new_count;
	bool higher_is_better; /* read by the gate only */
	double floor; /* with one boot per side: overrides the options' floor; 0: does not */
	bool paired; /* both sides have as many boots, and the i-th boots have one layout */
};

/*
 * Fills one verdict per row. Returns 0 or -ENOMEM.
 *
 * With three boots or more in all, the doubt comes from the spread between boots: a t bound on the
 * difference of the mean logs, with the spread pooled over both sides (memory layout is random on
 * both), Holm's correction over the rows, and EXACT_REPEATABILITY added. t, because a sign-flip or
 * rank test needs six boots per side, and exact clocks are useful because three are enough; pooled,
 * because one degree of freedom more halves the bound there. Holm, because it needs only each row's
 * p: a few boots do not show how rows depend on each other.
 *
 * Where the i-th boots of both sides have one layout, the effect of layout cancels in their ratio,
 * and the doubt comes from the spread of the pairs' ratios. A kernel compared with itself then
 * shows no difference.
 *
 * With one boot per side, the spread is not measured. A difference must then exceed @floor, the
 * interval is the ratio plus or minus @floor, and p, p_adj and gate_p are 0 or 1. A row with a side
 * without boots is unresolved.
 */
int exact_judge(const struct exact_row *rows, size_t count, const struct exact_options *options,
		struct verdict *ret_verdicts);

#endif
