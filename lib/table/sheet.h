/*
 * sheet - a comparison laid out for people: what text and markdown both print.
 */
#ifndef TABLE_SHEET_H
#define TABLE_SHEET_H

#include "base/text.h"
#include "compare/comparison.h"
#include "table/table.h"

/* The rows of one benchmark, set of parameters and metric, against one side. */
struct sheet_block {
	struct text heading; /* "vfio-map map_ns: iommu=type1v2, size=1GiB" */
	struct text header; /* of the first column; the table's, too */
	struct table table;
};

struct sheet {
	struct text sides; /* a line each: who is compared */
	struct sheet_block *blocks;
	size_t nr_blocks;
	struct text remarks; /* a line each: what is to be known of the figures */
};

/* Nothing in it can move a terminal's cursor. 0 or -ENOMEM. */
int sheet_make(const struct comparison *comparison, struct sheet *ret_sheet);
void sheet_release(struct sheet *sheet);

#endif
