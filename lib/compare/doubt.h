/*
 * doubt - says why a row is unresolved, and what it would take to resolve it.
 */
#ifndef COMPARE_DOUBT_H
#define COMPARE_DOUBT_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/verdict.h"

#define DOUBT_TEXT 200

/* Rows with one doubt are told together, however many boots each of them would take. */
enum doubt {
	DOUBT_NONE,
	DOUBT_ZERO, /* no ratio can be taken of 0 */
	DOUBT_SMALL_PAGES, /* one boot a side, of memory that may lie anywhere */
	DOUBT_LAYOUT, /* one boot a side, whose layout may make the difference */
	DOUBT_ONE_BOOT, /* one boot a side, by the clock on the wall */
	DOUBT_FEW_PAIRS,
	DOUBT_BEYOND_REACH, /* no number of boots would tell */
	DOUBT_NEAR_MARGIN,
	DOUBT_MORE_BOOTS,
	DOUBT_MANY_BOOTS, /* more than anyone would run */
};

/* What is known of a row that is unresolved. */
struct doubt_case {
	const struct verdict *verdict;
	double margin; /* what "same" means: 0.02 is within 2 % */
	bool has_zero; /* among the medians of a side */
	bool icount, fixed_layout, small_pages;
	bool one_boot_each;
};

/*
 * Writes the cause and what it would take into @why. *ret_remedy is where in @why the latter
 * begins, 0 where there is no such part.
 */
enum doubt doubt_explain(const struct doubt_case *about, char why[DOUBT_TEXT], size_t *ret_remedy);

#endif
