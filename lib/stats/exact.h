/*
 * exact - judgement where the clock is exact (icount: guest time is executed instructions).
 *
 * Such runs know no drift, no interrupts and no other load; what moves from boot to boot is the
 * layout of memory. So nothing is gained by pairs, and a few boots a side say more than the
 * sign-flip test could with eight, which needs six to say anything.
 *
 * Few boots must be trusted to show how layouts scatter. Where they come in two modes and nothing
 * between, all boots of a side may be of one mode by chance, and look exact: of 40 rows that have a
 * mode in every fourth boot, some row is wrongly said to differ in 41 % of reports with 3 boots a
 * side, 13 % with 4, 2 % with 5. Where layouts are drawn anew by each boot, take 5.
 */
#ifndef STATS_EXACT_H
#define STATS_EXACT_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/verdict.h"

/* What repeats no better than this is no difference, however alike the boots were: 0.05 %. */
#define EXACT_REPEATABILITY 0.0005
/* Boots a side from which on layouts that are drawn anew seldom fool it (above). */
#define EXACT_BOOTS_SAMPLED 5
/* What one boot a side may be off by, as measured for layouts that are ... */
#define EXACT_FLOOR_SAMPLED 0.20 /* ... drawn anew by each boot, of large pages or none */
/*
 * ... drawn anew, of small pages: whether those lie side by side moved map and unmap of shmem and
 * anon by up to 5.4 times, in about every fifth boot of Debian's 6.17 and 6.18.
 */
#define EXACT_FLOOR_SMALL 5.0
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
	double floor; /* with one boot a side: instead of the options'; 0: that */
	bool paired; /* the i-th boots of both sides, which are as many, had one layout */
};

/*
 * With three boots or more in all, the boots' own spread is the doubt: a t bound on the difference
 * of the mean logs, the spread pooled over the two sides (where memory lies is chance on both), Holm
 * over the rows, and EXACT_REPEATABILITY on top of it all. t, because a sign-flip or rank test says
 * nothing below six boots a side, and three are what exactness is worth having for; pooled, because
 * one degree of freedom more halves the bound there. Holm, because it takes no more than each row's
 * p: there are too few boots to learn from them how the rows hang together.
 *
 * Where the i-th boots of both sides had one layout, what layout makes of both falls out of their
 * ratio: the doubt is then the spread of the pairs' ratios. A kernel differs from itself by none.
 *
 * With one boot a side, nothing is measured. The difference must then exceed @floor, the interval is
 * the ratio give or take @floor, and p, p_adj and gate_p are 0 or 1: passed or not.
 * A side without boots: unresolved. Returns 0 or -ENOMEM.
 */
int exact_judge(const struct exact_row *rows, size_t count, const struct exact_options *options,
		struct verdict *ret_verdicts);

#endif
