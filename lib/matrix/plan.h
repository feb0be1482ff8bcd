/*
 * plan - makes the cells of a config, skips those that cannot run here, and shuffles the trials.
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
	uint64_t most_memory_bytes; /* of one trial */
	struct interned reasons; /* of skipped cells, which point to them */
};

/* Makes the plan of a config, which must outlive it. 0 or -errno with the reason. */
int plan_make(const struct config *config, const struct topology *topology, struct plan **ret_plan,
	      struct reason *reason);
void plan_free(struct plan *plan);

/* Returns the block of the trial at @index of the order. */
uint32_t plan_block_of(const struct plan *plan, size_t index);

#endif
