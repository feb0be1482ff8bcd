/*
 * changes - what the command line says on top of a config.
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
	const char *rounds, *seed, *time_budget; /* NULL: as the file says */
};

bool changes_any(const struct changes *changes);

/* Writes them into the config's JSON; their values are checked when that is read again. */
int changes_apply(json_t *config, const struct changes *changes, struct reason *reason);

#endif
