/*
 * selection - which rows are wanted: --filter PARAM=VALUE[,VALUE...] and --row PATTERN.
 *
 * A row passes if it passes every filter and, where there are any, one of the patterns.
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
	/* Globs over "CELL METRIC" where they hold *, ? or [; else a part of it. */
	const char *const *rows;
	size_t nr_rows;
};

/* 0, or -EINVAL with the reason: a filter that is none, or names what no cell has. */
int selection_check(const struct selection *selection, const struct sides *sides,
		    struct reason *reason);

/* @metric NULL: of a cell as a whole. */
bool selection_wants(const struct selection *selection, const struct boot_cell *cell,
		     const char *metric);

#endif
