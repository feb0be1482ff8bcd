/*
 * pool - collects the samples of each cell's metric over all of its trials, eight bytes per sample.
 */
#ifndef EXCHANGE_POOL_H
#define EXCHANGE_POOL_H

#include <jansson.h>

#include "result/figures.h"
#include "exchange/source.h"

struct pool_row {
	char *cell, *metric;
	const struct figure_unit *unit;
	json_t *run, *trial; /* of the row's first trial; @trial lacks the metrics */
	double *values;
	size_t count;
	uint64_t batch; /* operations that are timed together */
};

struct pool {
	struct pool_row *rows; /* in the order of first appearance */
	size_t nr_rows;
	json_t *index; /* "group metric cell" -> number of its row */
};

/* Returns 0 or -ENOMEM; call pool_release() in any case. */
int pool_init(struct pool *pool);
/*
 * Adds the samples of a trial. Trials of the same @group are pooled. Returns 0 or -errno with the
 * reason.
 */
int pool_add(struct pool *pool, const struct source_record *record, size_t group,
	     struct reason *reason);
/* Frees what it points to, but not the struct itself. */
void pool_release(struct pool *pool);

#endif
