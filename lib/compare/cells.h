/*
 * cells - the names of the cells that a comparison has.
 */
#ifndef COMPARE_CELLS_H
#define COMPARE_CELLS_H

#include "compare/comparison.h"

/*
 * Lists the cells of all boots of all sides, each once, in order of name. The caller frees the
 * list; the names belong to the boots. NULL without memory.
 */
const char **cells_list(const struct comparison *comparison, size_t *ret_count);

/* Checks that each side has a cell of the base's. Returns 0, or -EINVAL with the reason. */
int cells_check_common(const struct comparison *comparison, const char *const *cells, size_t count,
		       struct reason *reason);

#endif
