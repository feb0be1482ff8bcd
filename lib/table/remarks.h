/* remarks - writes what readers must know about a comparison's figures, in lines of text. */
#ifndef TABLE_REMARKS_H
#define TABLE_REMARKS_H

#include "base/text.h"
#include "compare/comparison.h"

/*
 * Adds all remarks: unresolved rows and what would resolve them; what was left out; the gate;
 * steps; how to read the figures.
 */
void sheet_add_remarks(const struct comparison *comparison, struct text *text);

/* Adds a part of the remarks: what would resolve the rows that are unresolved against @side. */
void sheet_add_unresolved(const struct comparison *comparison, size_t side, struct text *text);
/* Adds a part of the remarks: how to read why rows changed, and what is missing for it. */
void sheet_add_whys(const struct comparison *comparison, struct text *text);
/* Adds a part of the remarks: what memory layouts may cause. */
void sheet_add_layouts(const struct comparison *comparison, struct text *text);

#endif
