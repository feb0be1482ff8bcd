/*
 * block - groups rows that fit under one header: those of one benchmark, metric and set of
 * parameters.
 */
#ifndef TABLE_BLOCK_H
#define TABLE_BLOCK_H

#include "compare/comparison.h"
#include "table/naming.h"

struct block {
	const struct row **rows; /* rows of the comparison, in its order; at least one */
	size_t count;
	struct naming naming;
};

struct blocks {
	struct block *list; /* in order of their first rows */
	size_t count;
};

/*
 * Groups all rows of a comparison, which must outlive the blocks; call blocks_release() afterwards.
 * Returns 0 or -ENOMEM.
 */
int blocks_make(const struct comparison *comparison, struct blocks *ret_blocks);
void blocks_release(struct blocks *blocks);

/* Adds what tells row @number from the others; the benchmark's name if nothing does. */
void block_name(const struct block *block, size_t number, struct text *text);

/* Adds the heading of a block: "vfio-map map_ns: iommu=type1v2, size=1GiB" */
void block_head(const struct block *block, struct text *text);

/* Adds the head, and what the rows are told apart by: "vfio-map map_ns: size=1GiB; by backing". */
void block_title(const struct block *block, struct text *text);

#endif
