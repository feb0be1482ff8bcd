/*
 * block - rows that fit under one header: of one benchmark, metric and set of parameters.
 */
#ifndef TABLE_BLOCK_H
#define TABLE_BLOCK_H

#include "compare/comparison.h"
#include "table/naming.h"

struct block {
	const struct row **rows; /* the comparison's, in its order; at least one */
	size_t count;
	struct naming naming;
};

struct blocks {
	struct block *list; /* by their first rows */
	size_t count;
};

/* 0 or -ENOMEM. */
int blocks_make(const struct comparison *comparison, struct blocks *ret_blocks);
void blocks_release(struct blocks *blocks);

/* What tells row @number from the others; the benchmark's name where nothing does. */
void block_name(const struct block *block, size_t number, struct text *text);

/* "vfio-map map_ns: iommu=type1v2, size=1GiB" */
void block_head(const struct block *block, struct text *text);

#endif
