/* sheet - lays out a comparison as text blocks and tables, which text and markdown both print. */
#ifndef TABLE_SHEET_H
#define TABLE_SHEET_H

#include "base/text.h"
#include "compare/comparison.h"
#include "table/table.h"
#include "table/why_table.h"

/* The rows of one benchmark, set of parameters and metric, against one side. */
struct sheet_block {
	struct text heading; /* "vfio-map map_ns: iommu=type1v2, size=1GiB" */
	struct text header; /* of the first column; the table points to it */
	struct table table;
	struct why_table *whys; /* of rows that are explained */
	size_t nr_whys;
};

struct sheet {
	struct text headline; /* what was found, how sure, what to do next: lines */
	struct text sides; /* a line per side */
	struct sheet_block *blocks;
	size_t nr_blocks;
	struct text remarks; /* a line for each thing to know about the figures */
};

/*
 * Makes a sheet, without characters that move a terminal's cursor; call sheet_release() afterwards.
 * Returns 0 or -ENOMEM.
 */
int sheet_make(const struct comparison *comparison, struct sheet *ret_sheet);
void sheet_release(struct sheet *sheet);

#endif
