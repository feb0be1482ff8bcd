/*
 * plan - a config made concrete on this host: its cells, what is skipped and why, the order.
 */
#ifndef MATRIX_PLAN_H
#define MATRIX_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/interned.h"
#include "base/reason.h"
#include "host/topology.h"
#include "matrix/cell.h"
#include "matrix/config.h"

#define PLAN_MOST_CELLS 1000000

struct plan {
	const struct config *config;
	struct cell *cells;
	size_t nr_cells;
	struct value *values;
	/* Trials in the order in which they run: indices of cells, block after block. */
	uint32_t *order;
	size_t nr_trials;
	size_t *block_starts; /* nr_blocks + 1 of them */
	uint32_t nr_blocks;
	size_t nr_skipped; /* cells */
	uint64_t estimate_ns; /* of all trials */
	uint64_t most_memory_bytes; /* of any one */
	struct interned reasons; /* that cells' skip point to */
};

/* The config must outlive the plan. */
int plan_make(const struct config *config, const struct topology *topology, struct plan **ret_plan,
	      struct reason *reason);
void plan_free(struct plan *plan);

/* The block that trial @index of the order belongs to. */
uint32_t plan_block_of(const struct plan *plan, size_t index);

#endif
