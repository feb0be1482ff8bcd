/*
 * verdict - what is said about one row of a comparison, however it was judged.
 */
#ifndef STATS_VERDICT_H
#define STATS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/interval.h"

/* The new side's value against the base's. Whether lower is faster, the caller knows. */
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
	 * Shown to lie within delta of the base. A difference may be beyond doubt and within delta
	 * at once: then @direction says LOWER or HIGHER, and this says that it is small.
	 */
	bool within_delta;
	bool gate_failed;
	double ratio; /* new/base; 1 when there is nothing to compare */
	struct interval interval; /* of the ratio, 95 %, for this row alone */
	double p; /* for this row alone */
	double p_adj; /* corrected over all rows: at most alpha is a difference */
	double gate_p; /* of "worse by more than the gate's limit", corrected; 1 without a gate */
	size_t pairs; /* pairs used; of unpaired boots, the fewer of the two sides */
	/*
	 * How many it would take to show a difference of delta in this report with 90 % power, given
	 * this row's spread. 0: unknown (fewer than 2 pairs).
	 */
	size_t pairs_wanted;
};

/* exp() of a log ratio, kept finite and off 0 where the ratio of two doubles is neither. */
double verdict_ratio(double log_ratio);

/* Fills @direction and @gate_failed from the rest. */
void verdict_decide(struct verdict *verdict, double alpha);

#endif
