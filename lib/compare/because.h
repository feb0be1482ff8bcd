/*
 * because - finds why rows of a comparison changed: by function, from the profiles that stand beside
 * the results.
 */
#ifndef COMPARE_BECAUSE_H
#define COMPARE_BECAUSE_H

#include "compare/comparison.h"

struct because_options {
	size_t most_lines; /* functions a row; 0: as many as WHY_LINES */
	bool for_gate; /* only rows that fail the gate */
	bool some_will_do; /* sides without profiles are no error */
};

/*
 * Sets row_verdict.because of each row that changed, where both sides have a profile of it; with one
 * boot a side, of each row whose profiles differ. Returns 0; -ENODATA with the reason if a side has
 * no profiles at all and some_will_do is not set; else -errno with the reason.
 */
int because_find(struct comparison *comparison, const struct because_options *options,
		 struct reason *reason);

/* Returns how many 4 KiB pages an operation of the row is of; 0: that is not known. */
double because_pages(const struct row *row);

#endif
