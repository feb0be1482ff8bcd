/*
 * cell - a benchmark with one value for every parameter and one placement.
 */
#ifndef MATRIX_CELL_H
#define MATRIX_CELL_H

#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "measure/bench.h"
#include "result/cell_name.h"

struct cell {
	const struct bench *bench;
	const struct value *values;
	const char *placement;
	const char *skip; /* why it does not run here, or NULL */
	uint64_t memory_bytes;
	uint32_t rounds, warmup, iterations;
};

/* Writes the key that results are joined by: "bench/param=value/…[/placement=…]". */
const char *cell_name(const struct cell *cell, char name[CELL_NAME]);

/* Guesses roughly how long a trial takes, before anything was measured. */
uint64_t cell_estimate_ns(const struct cell *cell);

/*
 * Compares what the cell needs of these nodes' memory with the @have bytes that they have: 0, or
 * SKIPPED with both figures.
 */
int cell_check_memory(const struct cell *cell, const unsigned int *nodes, size_t nr_nodes,
		      uint64_t have, struct reason *reason);

#endif
