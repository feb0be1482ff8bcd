/*
 * comparison - the sides of a comparison, compared row by row, with a verdict for each row.
 *
 * A row is a metric of a cell; a boot's value is the median of its samples. Every other side is
 * judged against the first one: by pairs of boots where time is measured by the clock, by the
 * spread between boots where it is counted in executed instructions.
 */
#ifndef COMPARE_COMPARISON_H
#define COMPARE_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reason.h"
#include "compare/doubt.h"
#include "compare/estimate.h"
#include "compare/likeness.h"
#include "compare/pairing.h"
#include "compare/selection.h"
#include "result/sides.h"
#include "stats/changepoint.h"
#include "stats/verdict.h"

#define COMPARISON_DELTA 0.02 /* "same" means within 2 % */

struct why; /* profile/why.h */

enum word {
	WORD_NONE, /* not compared: one side lacks the row */
	WORD_FASTER, /* better, by the metric's own direction */
	WORD_SLOWER,
	WORD_SAME,
	WORD_UNRESOLVED,
};

struct row_verdict {
	enum word word;
	struct verdict verdict; /* ratio, interval, p_adj, pairs: see verdict.h */
	enum doubt doubt; /* why the row is unresolved */
	char why[DOUBT_TEXT]; /* if unresolved, the cause and the remedy; else "" or a remark */
	size_t remedy; /* where the remedy begins in @why; 0: there is none */
	/* Set by because_find(): */
	struct why *because; /* by function; NULL: not asked for, or there are no profiles of it */
	bool unprofiled; /* it changed, but a side has no profile of it */
};

struct row {
	const char *cell, *metric, *unit; /* these belong to the boots */
	const struct boot_cell *base_cell; /* of the first boot that measured it */
	bool higher_is_better, per_size, too_short;
	bool null_control; /* the metric involves no kernel code: it must not differ */
	bool lone; /* no side is compared by it: see comparison_options */
	struct estimate *sides; /* one per side, over the medians of its boots */
	/* The median of each boot of all sides, or NAN: see comparison_value(). */
	double *values;
	struct row_verdict *verdicts; /* one per side; the base's is WORD_NONE */
	/* Steps over more than two sides, in the order of the sides. NULL without steps. */
	struct changepoint *steps;
	size_t nr_steps;
};

/* A cell that could not be compared, or only in part, and why. */
struct left_out {
	char *cell, *why;
};

struct comparison {
	struct sides *sides; /* belongs to the caller */
	struct selection selection; /* its lists belong to the caller */
	bool icount, fixed_layout; /* fixed_layout: all boots have the same memory layout */
	size_t *first_boot; /* index of each side's first boot among those of all sides */
	size_t nr_boots; /* of all sides */
	struct row *rows; /* in order of cells' names, then of metrics in the file */
	size_t nr_rows;
	size_t nr_judged; /* rows in which some side has a verdict */
	struct left_out *left_out;
	size_t nr_left_out;
	struct pairing *pairings; /* one per side; the base's is empty */
	struct likeness likeness; /* differences that were allowed */
	bool gated;
	bool strict; /* the gate passes only what was shown not to be worse: see gate.h */
	double gate_pct;
	size_t nr_gate_failed;
	bool explained; /* because_find() was called */
	size_t nr_alike; /* rows whose profiles do not differ, of those that did not change */
	bool alike_by_samples; /* ... as far as samples tell */
	bool has_null_control;
	bool advisory; /* the null control differed: verdicts cannot be trusted */
};

struct comparison_options {
	struct selection selection;
	/* Keep rows that only one side has, as WORD_NONE, and allow a single side. */
	bool lone_rows;
	const char *const *allow;
	size_t nr_allow;
	bool gated;
	bool strict; /* what cannot be judged is listed beside what fails the gate */
	double gate_pct; /* 5: rows that are worse by more than 5 % fail */
};

/* Frees the comparison, but not the sides and the selection's lists. Takes NULL. */
void comparison_free(struct comparison *comparison);

/* Returns the median of one boot, NAN if it lacks the row. */
double comparison_value(const struct comparison *comparison, const struct row *row, size_t side,
			size_t boot);

/*
 * Copies a side's values that have a logarithm. Returns how many. @values has room for all boots of
 * the side.
 */
size_t comparison_positive_values(const struct comparison *comparison, const struct row *row,
				  size_t side, double *values);

/* The result of the rows that no kernel can change. */
enum null_control {
	CONTROL_NONE, /* there are no such rows */
	CONTROL_UNRESOLVED, /* too few boots, or too much spread */
	CONTROL_PASSED,
	CONTROL_FAILED,
};

enum null_control comparison_null_control(const struct comparison *comparison);

/* Counts the rows, over all sides, that have too few pairs for the gate to fail them. */
size_t comparison_ungated(const struct comparison *comparison);

const char *word_name(enum word word); /* "faster", …; "-" for WORD_NONE */

#endif
