/*
 * cells - the names of the cells that a comparison has.
 */
#ifndef COMPARE_CELLS_H
#define COMPARE_CELLS_H

#include "compare/comparison.h"

/* Of all boots of all sides, each once, in order; the caller frees the list. NULL: no memory. */
const char **cells_list(const struct comparison *comparison, size_t *ret_count);

/* 0, or -EINVAL with the reason where a side has none of the base's cells. */
int cells_check_common(const struct comparison *comparison, const char *const *cells, size_t count,
		       struct reason *reason);

#endif
