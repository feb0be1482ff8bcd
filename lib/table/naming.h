/*
 * naming - short names for the cells of a table: what all have in common is said once, above.
 */
#ifndef TABLE_NAMING_H
#define TABLE_NAMING_H

#include "base/text.h"

struct naming {
	struct text common; /* "iommu=type1v2, size=1GiB": what every cell has; may be empty */
	struct text header; /* "backing/chunk": what every cell has a value of its own for */
};

/* Whether two cells name the same parameters, in the same order. */
bool naming_is_alike(const char *a, const char *b);

/* Of cells of one benchmark. 0 or -ENOMEM. */
int naming_make(const char *const *cells, size_t count, struct naming *ret_naming);
void naming_release(struct naming *naming);

/* "thp/4KiB/unmap=chunk": values under the header, then whatever only some cells have. */
void naming_shorten(const struct naming *naming, const char *cell, struct text *text);

#endif
