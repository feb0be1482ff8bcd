/*
 * headline - picks what a reader must hear first of a comparison: which rows changed most, on how
 * many boots that rests, and what to do next.
 *
 * It rests on verdicts alone: a row that is unresolved is never among those that changed.
 */
#ifndef COMPARE_HEADLINE_H
#define COMPARE_HEADLINE_H

#include "compare/comparison.h"

/* What to do next, in words of lib/table. The first one that fits is taken. */
enum headline_next {
	NEXT_NOTHING, /* no row was compared */
	NEXT_AGAIN, /* the control failed: measure both sides anew */
	NEXT_EXPLAIN, /* a row is slower, and profiles tell why */
	NEXT_PROFILE, /* a row is slower, and there are no profiles */
	NEXT_BOOTS, /* more boots would resolve rows */
	NEXT_PUBLISH,
};

/* Rows that changed in one direction, without the control. */
struct headline_change {
	size_t count;
	const struct row *most; /* NULL: none */
	size_t nr_alike; /* rows like it: same benchmark and metric, about as much; with it */
};

/* One side against the base. */
struct headline {
	size_t side;
	size_t nr_rows; /* with a verdict */
	struct headline_change slower, faster;
	size_t nr_same, nr_unresolved;
	size_t boots; /* pairs of boots, or boots a side, that the verdicts rest on: the fewest */
	bool one_boot_each; /* of counted instructions: held against what layouts were seen to make */
	enum null_control control;
	enum headline_next next;
	size_t boots_wanted; /* NEXT_BOOTS: a side */
};

struct headline headline_find(const struct comparison *comparison, size_t side);

/* Tells whether @row is counted in @change's nr_alike. */
bool headline_is_alike(const struct headline_change *change, const struct row *row, size_t side);

/* Returns how many times better (above 1) or worse (below 1) a row is than @ratio's base. */
double headline_gain(const struct row *row, double ratio);

#endif
