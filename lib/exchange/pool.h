/*
 * pool - the samples of a cell's metric, of all its trials together, eight bytes each.
 */
#ifndef EXCHANGE_POOL_H
#define EXCHANGE_POOL_H

#include <jansson.h>

#include "result/figures.h"
#include "exchange/source.h"

struct pool_row {
	char *cell, *metric;
	const struct figure_unit *unit;
	json_t *run, *trial; /* of its first trial; the trial without its metrics */
	double *values;
	size_t count;
	uint64_t batch; /* operations that share a bracket */
};

struct pool {
	struct pool_row *rows; /* in the order in which they were met */
	size_t nr_rows;
	json_t *index; /* "group metric cell" -> number of its row */
};

/* -ENOMEM or 0. Trials of the same @group are pooled. Release it in any case. */
int pool_init(struct pool *pool);
int pool_add(struct pool *pool, const struct source_record *record, size_t group,
	     struct reason *reason);
void pool_release(struct pool *pool);

#endif
