/*
 * comparison - sides put beside each other, row by row, with a verdict each.
 *
 * A row is a metric of a cell; a boot's value is the median of its samples. Every further side is
 * judged against the first one: over boot pairs where time is the clock, by the boots' own spread
 * where executed instructions are.
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

#define COMPARISON_DELTA 0.02 /* what "same" means: within 2 % */

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
	enum doubt doubt; /* of a row that is unresolved */
	char why[DOUBT_TEXT]; /* of what is unresolved: the cause and the remedy; else "" or a remark */
	size_t remedy; /* where it begins in @why; 0: there is none */
};

struct row {
	const char *cell, *metric, *unit; /* the boots' */
	const struct boot_cell *base_cell; /* its params; of the base's first boot that has it */
	bool higher_is_better, per_size, too_short;
	bool null_control; /* nothing of the kernel's is in it: it must not differ */
	bool lone; /* no side is judged by it: see comparison_options */
	struct estimate *sides; /* of each side, over the medians of its boots */
	/* By side and boot, over all: the boot's median or NAN. See comparison_value(). */
	double *values;
	struct row_verdict *verdicts; /* one a side; the base's is WORD_NONE */
	/* Steps over more than two sides, in the order of the sides. */
	struct changepoint *steps;
	size_t nr_steps;
};

/* What could not be compared, or only in part, and why. */
struct left_out {
	char *cell, *why;
};

struct comparison {
	struct sides *sides; /* the caller's */
	struct selection selection; /* the caller's, too */
	bool icount, fixed_layout; /* fixed: all boots have one memory layout */
	size_t *first_boot; /* of each side, among the boots of all sides */
	size_t nr_boots; /* of all sides */
	struct row *rows; /* cells in order of name, metrics as in the file */
	size_t nr_rows;
	size_t nr_judged; /* of them: those by which some side is judged */
	struct left_out *left_out;
	size_t nr_left_out;
	struct pairing *pairings; /* one a side; the base's is empty */
	struct likeness likeness; /* the differences that were allowed */
	bool gated;
	double gate_pct;
	size_t nr_gate_failed;
	bool has_null_control;
	bool advisory; /* the null control differed: no verdict is to be believed */
};

struct comparison_options {
	struct selection selection;
	/* Rows that one side alone has are there, too, as WORD_NONE; and one side will do. */
	bool lone_rows;
	const char *const *allow;
	size_t nr_allow;
	bool gated;
	double gate_pct; /* 5: rows that are worse by more than 5 % fail */
};

/* Takes NULL. What it points to of the caller's stays. */
void comparison_free(struct comparison *comparison);

/* The median of one boot, NAN where it lacks the row. */
double comparison_value(const struct comparison *comparison, const struct row *row, size_t side,
			size_t boot);

/* Those of a side that have a logarithm: how many. @values has room for all of its boots. */
size_t comparison_positive_values(const struct comparison *comparison, const struct row *row,
				  size_t side, double *values);

/* What rows came to that no kernel can change. */
enum null_control {
	CONTROL_NONE, /* there is no such row */
	CONTROL_UNRESOLVED, /* too few boots to tell, or too wide a spread */
	CONTROL_PASSED,
	CONTROL_FAILED,
};

enum null_control comparison_null_control(const struct comparison *comparison);

/* Rows that no gate could fail, however much slower: too few pairs. Against all sides. */
size_t comparison_ungated(const struct comparison *comparison);

const char *word_name(enum word word); /* "faster", …; "-" for none */

#endif
