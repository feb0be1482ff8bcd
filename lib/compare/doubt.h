/*
 * doubt - says why a row is unresolved, and what it would take to resolve it.
 */
#ifndef COMPARE_DOUBT_H
#define COMPARE_DOUBT_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/verdict.h"

#define DOUBT_TEXT 200
#define DOUBT_MOST_BOOTS 50 /* advice never asks for more than this */

/*
 * Why a row is unresolved. Rows with the same doubt are reported together, however many boots each
 * needs.
 */
enum doubt {
	DOUBT_NONE,
	DOUBT_ZERO, /* a median is 0, which has no ratio */
	DOUBT_SMALL_PAGES, /* one boot per side, of small pages that may lie anywhere */
	DOUBT_LAYOUT, /* one boot per side, whose layout may cause the difference */
	DOUBT_ONE_BOOT, /* one boot per side, measured by the wall clock */
	DOUBT_FEW_PAIRS,
	DOUBT_BEYOND_REACH, /* no number of boots would be enough */
	DOUBT_NEAR_MARGIN,
	DOUBT_MORE_BOOTS,
	DOUBT_MANY_BOOTS, /* more boots than anyone would run */
};

/* What doubt_explain() looks at. */
struct doubt_case {
	const struct verdict *verdict;
	double margin; /* "same" means up to this: 0.02 is within 2 % */
	bool has_zero; /* a median of a side is 0 */
	bool icount, fixed_layout, small_pages;
	bool one_boot_each;
};

/* Returns how many boots a side a verdict takes at least. */
size_t doubt_least_boots(bool icount);

/*
 * Writes the cause and the remedy into @why. *ret_remedy: where in @why the remedy begins, 0 if
 * there is none.
 */
enum doubt doubt_explain(const struct doubt_case *about, char why[DOUBT_TEXT], size_t *ret_remedy);

#endif
