/*
 * changepoint - where a series over kernels steps.
 *
 * Binary segmentation: the split of a segment that explains most is kept if a permutation test
 * says that chance rarely splits as well, and both halves are looked at again. Values are permuted
 * between kernels within a round of boots only, so that what drifts from round to round does not
 * count; boots that were not run in rounds lose nothing but a little power.
 */
#ifndef STATS_CHANGEPOINT_H
#define STATS_CHANGEPOINT_H

#include <stddef.h>
#include <stdint.h>

struct changepoint {
	size_t index; /* the first kernel after the step: 1 or more */
	double p; /* corrected for where in its segment the split could have been */
	double ratio; /* after/before, between the neighbouring change points (or ends) */
};

struct changepoint_options {
	double alpha; /* 0.05 */
	size_t permutations; /* 9999 */
	uint64_t seed;
};

extern const struct changepoint_options changepoint_defaults;

/*
 * @logs: kernel after kernel, @rounds each: the log of a boot's median, NAN where there is none.
 * Fills @ret_points (room for @kernels - 1) in order of index. Returns how many, or -ENOMEM.
 */
int changepoint_find(const double *logs, size_t kernels, size_t rounds,
		     const struct changepoint_options *options, struct changepoint *ret_points);

#endif
