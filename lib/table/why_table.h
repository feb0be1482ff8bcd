/* why_table - lays out why a row changed, for text and markdown. */
#ifndef TABLE_WHY_TABLE_H
#define TABLE_WHY_TABLE_H

#include "base/text.h"
#include "profile/why.h"
#include "table/table.h"

struct why_table {
	struct text heading; /* "why vfio-map/backing=thp unmap_ns" */
	struct text figures; /* "+44.1 %, +2,815,000 ns = +172 a page; 97 % by name" */
	struct table
		table; /* a row a function, largest difference first; none if nothing changed */
};

/*
 * Lays it out, for the row of @cell and @metric. Call why_table_release() in any case. Returns 0 or -ENOMEM.
 */
int why_table_make(const struct why *why, const char *cell, const char *metric,
		   struct why_table *ret_table);
void why_table_release(struct why_table *table);

/* Tells whether a name in the table lacks a suffix of the compiler's, which readers should know. */
bool why_table_is_suffixed(const struct why *why);

#endif
