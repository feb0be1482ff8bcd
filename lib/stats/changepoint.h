/*
 * changepoint - finds the kernels at which a series of measurements steps up or down.
 *
 * Binary segmentation: the split of a segment that explains most is kept if a permutation test
 * shows that chance rarely splits as well; then both halves are searched in the same way. Values
 * are permuted between kernels only within a round of boots, so that drift from round to round does
 * not count. Boots that were not run in rounds lose only a little power.
 */
#ifndef STATS_CHANGEPOINT_H
#define STATS_CHANGEPOINT_H

#include <stddef.h>
#include <stdint.h>

struct changepoint {
	size_t index; /* the first kernel after the step: 1 or more */
	double p; /* corrected for the choice of the split among all of its segment */
	double ratio; /* after/before, between the neighbouring change points (or ends) */
};

struct changepoint_options {
	double alpha; /* 0.05 */
	size_t permutations; /* 9999 */
	uint64_t seed;
};

extern const struct changepoint_options changepoint_defaults;

/*
 * Finds the steps. @logs holds @rounds values for each kernel, one kernel after the other: the log
 * of a boot's median, NAN where the boot is missing. @ret_points has room for @kernels - 1 points
 * and is filled in order of index. Returns the number of points, or -ENOMEM.
 */
int changepoint_find(const double *logs, size_t kernels, size_t rounds,
		     const struct changepoint_options *options, struct changepoint *ret_points);

#endif
