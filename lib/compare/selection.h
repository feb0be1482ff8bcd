/*
 * selection - selects rows by --filter PARAM=VALUE[,VALUE...] and --row PATTERN.
 *
 * A row is selected if it passes every filter and matches one of the patterns, if there are any.
 */
#ifndef COMPARE_SELECTION_H
#define COMPARE_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reason.h"
#include "result/sides.h"

struct selection {
	/* PARAM: a parameter as in a cell's name or in its params, "placement", "bench", "metric". */
	const char *const *filters;
	size_t nr_filters;
	/* Globs that match "CELL METRIC" if they hold *, ? or [; else parts of it. */
	const char *const *rows;
	size_t nr_rows;
};

/*
 * Checks the filters. Returns 0, or -EINVAL with the reason: one is malformed, or no cell has what
 * it names.
 */
int selection_check(const struct selection *selection, const struct sides *sides,
		    struct reason *reason);

/* Tells whether a row is selected. @metric NULL: whether the cell is. */
bool selection_wants(const struct selection *selection, const struct boot_cell *cell,
		     const char *metric);

/* Tells whether any row of a cell is selected; of a cell without metrics, whether the cell is. */
bool selection_wants_any(const struct selection *selection, const struct boot_cell *cell);

#endif
