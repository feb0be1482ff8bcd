/*
 * judge - one joint judgement over all rows of a comparison of two kernels.
 *
 * The boot is the unit: a pair is one boot of each kernel, in random order, and a row's value is
 * log(new/base) of the pair's two medians. All rows of a pair share its boots, so a sign pattern is
 * applied to all rows at once (Westfall and Young's step-down max-T): exact under any dependence
 * between rows, and still able to find one changed row of 40 with 8 pairs, where Holm or
 * Bonferroni never can.
 *
 * The statistic is sum / sqrt(sum of squares), which a flip leaves comparable between rows of
 * different noise, and which orders patterns exactly as Student's t does.
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
	uint64_t seed; /* matters beyond SIGNFLIP_ENUMERATED pairs only */
};

extern const struct judge_options judge_defaults;

/*
 * @log_ratios: row after row, @pairs each; NAN where either boot of the pair lacks the row.
 * At most SIGNFLIP_MOST_PAIRS pairs.
 * @higher_is_better: one a row, read by the gate only; NULL means that lower is better everywhere.
 * A row of fewer than SIGNFLIP_LEAST_PAIRS pairs is unresolved, with p_adj 1, and costs the other
 * rows nothing. Returns 0, -ENOMEM or -E2BIG (too many pairs).
 */
int judge_rows(const double *log_ratios, size_t rows, size_t pairs, const bool *higher_is_better,
	       const struct judge_options *options, struct verdict *ret_verdicts);

#endif
