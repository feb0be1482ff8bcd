/*
 * counted_results - adds profiles to a result file: behind each trial those that the emulator
 * counted.
 */
#ifndef PROFILE_COUNTED_RESULTS_H
#define PROFILE_COUNTED_RESULTS_H

#include <stddef.h>

#include "base/reason.h"

/* What came of it. */
struct counted_outcome {
	size_t profiles, trials; /* so many profiles, of so many trials that were counted */
	double unknown_share; /* the most that has no name in a profile */
	char unknown_in[256]; /* that one */
};

/*
 * Adds the profiles of @counts, a file of the plugin, with the names of @kallsyms. Where a metric
 * has none, the trial's notes say why. The file at @results is replaced as a whole, or not at all.
 * Returns 0, or -errno with the reason.
 */
int counted_results_add(const char *counts, const char *kallsyms, const char *results,
			struct counted_outcome *ret_outcome, struct reason *reason);

#endif
