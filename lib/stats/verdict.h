/* verdict - the result of judging one row of a comparison, by any of the tests. */
#ifndef STATS_VERDICT_H
#define STATS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/interval.h"

/* How the new side's value compares with the base's. The caller knows whether lower is faster. */
enum direction {
	DIRECTION_UNRESOLVED,
	DIRECTION_SAME, /* not shown to differ, and shown to differ by less than delta */
	DIRECTION_LOWER,
	DIRECTION_HIGHER,
};

/* Every number is finite. */
struct verdict {
	enum direction direction;
	/*
	 * Shown to lie within delta of the base. A difference can be significant and within delta
	 * at once: then @direction is LOWER or HIGHER, and this tells that the difference is small.
	 */
	bool within_delta;
	bool gate_failed;
	double ratio; /* new/base; 1 when there is nothing to compare */
	struct interval interval; /* of the ratio, 95 %, not corrected for other rows */
	double p; /* not corrected for other rows */
	double p_adj; /* corrected over all rows: a difference is significant up to alpha */
	double gate_p; /* of "worse by more than the gate's limit", corrected; 1 without a gate */
	size_t pairs; /* pairs used; where boots are not paired, the boots of the side with fewer */
	/*
	 * How many pairs would show a difference of delta in this report with 90 % power, given
	 * this row's spread. 0: unknown (fewer than 2 pairs).
	 */
	size_t pairs_wanted;
};

/* Returns exp() of a log ratio, limited to finite values above 0. */
double verdict_ratio(double log_ratio);

/* Fills @direction and @gate_failed from the rest. */
void verdict_decide(struct verdict *verdict, double alpha);

#endif
