/* naming - makes short names for the cells of a table: what all have in common stands above it. */
#ifndef TABLE_NAMING_H
#define TABLE_NAMING_H

#include "base/text.h"

struct naming {
	struct text common; /* "iommu=type1v2, size=1GiB": parts that all cells have; or "" */
	struct text header; /* "backing/chunk": keys that all cells have, with different values */
};

/* Tells whether two cells name the same parameters in the same order. */
bool naming_is_alike(const char *a, const char *b);

/*
 * Makes the naming of cells of one benchmark; call naming_release() afterwards. Returns 0 or
 * -ENOMEM.
 */
int naming_make(const char *const *cells, size_t count, struct naming *ret_naming);
void naming_release(struct naming *naming);

/*
 * Adds a cell's short name, "thp/4KiB/unmap=chunk": its values of the header, then what only some
 * cells have.
 */
void naming_shorten(const struct naming *naming, const char *cell, struct text *text);

#endif
