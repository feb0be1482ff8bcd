/*
 * remarks - what is to be known of a comparison's figures, in lines for people.
 */
#ifndef TABLE_REMARKS_H
#define TABLE_REMARKS_H

#include "base/text.h"
#include "compare/comparison.h"

/* What is unresolved and what it takes; what was left out; the gate; steps; how to read it all. */
void sheet_add_remarks(const struct comparison *comparison, struct text *text);

/* Parts of it: what rows that are unresolved against this side would take; what layouts may do. */
void sheet_add_unresolved(const struct comparison *comparison, size_t side, struct text *text);
void sheet_add_layouts(const struct comparison *comparison, struct text *text);

#endif
