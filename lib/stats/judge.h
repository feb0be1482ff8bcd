/*
 * judge - judges all rows of a comparison of two kernels together.
 *
 * The boot is the unit: a pair is one boot of each kernel, in random order, and a row's value is
 * log(new/base) of the pair's two medians. All rows of a pair share its boots, so a sign pattern is
 * applied to all rows at once (Westfall and Young's step-down max-T). This is exact under any
 * dependence between rows, and can find one changed row of 40 with 8 pairs, where Holm or
 * Bonferroni never can.
 *
 * The statistic is sum / sqrt(sum of squares): sign flips leave it comparable between rows of
 * different noise, and it orders patterns exactly as Student's t does.
 */
#ifndef STATS_JUDGE_H
#define STATS_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/verdict.h"

struct judge_options {
	double alpha; /* 0.05 */
	double delta; /* margin of "same": 0.02 is from 1/1.02 to 1.02 */
	double gate_limit; /* 0.05: fail rows that are worse by more than 5 %; negative: no gate */
	uint64_t seed; /* used with more than SIGNFLIP_ENUMERATED pairs only */
};

extern const struct judge_options judge_defaults;

/*
 * Fills one verdict per row. Returns 0, -ENOMEM or -E2BIG (more than SIGNFLIP_MOST_PAIRS pairs).
 *
 * @log_ratios holds @pairs values per row, row after row; NAN where a boot of the pair lacks the
 * row. @higher_is_better has one value per row, read by the gate only; NULL means that lower is
 * better everywhere. A row of fewer than SIGNFLIP_LEAST_PAIRS pairs is unresolved, with p_adj 1,
 * and does not weaken the other rows.
 */
int judge_rows(const double *log_ratios, size_t rows, size_t pairs, const bool *higher_is_better,
	       const struct judge_options *options, struct verdict *ret_verdicts);

#endif
