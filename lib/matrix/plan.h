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
#include "host/placement.h"
#include "host/topology.h"
#include "matrix/config.h"
#include "result/cell_name.h"

#define PLAN_MOST_CELLS 1000000

/* One value for every parameter, and one placement. */
struct cell {
	const struct bench *bench;
	const struct value *values;
	const char *placement;
	const char *skip; /* why it does not run here, or NULL */
	uint64_t memory_bytes;
	uint32_t rounds, warmup, iterations;
};

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

/* The key that results are joined by: "bench/param=value/…[/placement=…]". */
const char *cell_name(const struct cell *cell, char name[CELL_NAME]);

/* A rough guess of a trial's duration, before anything was measured. */
uint64_t cell_estimate_ns(const struct cell *cell);

/* The block that trial @index of the order belongs to. */
uint32_t plan_block_of(const struct plan *plan, size_t index);

/* 0, or SKIPPED with both figures: the cell needs more memory than the @have bytes there are. */
int cell_check_memory(const struct cell *cell, const struct placement *placement, uint64_t have,
		      struct reason *reason);

/* One copy of a reason, which many cells may have; it lives as long as the plan. */
const char *plan_keep_reason(struct plan *plan, const char *text);

#endif
