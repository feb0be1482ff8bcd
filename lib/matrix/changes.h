/*
 * changes - changes a config as the command line says.
 */
#ifndef MATRIX_CHANGES_H
#define MATRIX_CHANGES_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/reason.h"

struct changes {
	const char *const *sets; /* "param=value[,value…]" */
	size_t nr_sets;
	const char *rounds, *seed, *time_budget; /* NULL: no change */
};

/* Tells whether there are any. */
bool changes_any(const struct changes *changes);

/* Changes the config's JSON. 0 or -errno; values are checked when the JSON is read again. */
int changes_apply(json_t *config, const struct changes *changes, struct reason *reason);

#endif
