/*
 * counts - reads what the emulator's plugin wrote: instructions by call path and block.
 *
 * A file is text, a word and numbers a line; addresses are hexadecimal:
 *
 *	dmabench-count 1 MACHINE
 *	trial ID LOST MEMORY             then all of that trial, until "end"; rounds that were too
 *	                                 large to be kept; 1: memory ran out
 *	path N PARENT RETURNS ENTRY      a step of a call path: where it returns to (0: a step into the
 *	                                 kernel) and where it begins; path 0 is the program's, 1 that
 *	                                 of what was met in its middle; known from there on
 *	metric I OPERATIONS TICKS IDLE UNCLAIMED
 *	at PATH BLOCK INSTRUCTIONS EXECUTIONS
 *	end
 */
#ifndef PROFILE_COUNTS_H
#define PROFILE_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

#define COUNTS_USER 0
#define COUNTS_UNKNOWN 1

struct counts_path {
	uint64_t parent, returns_to, entry;
};

struct counts_block {
	uint64_t path, address, instructions, executions; /* address 0: all of the program */
};

struct counts_metric {
	unsigned int index; /* of the benchmark's */
	uint64_t operations, ticks, idle; /* of all its samples */
	uint64_t unclaimed; /* samples that the emulator did not see as stretches of time */
	size_t first_block, nr_blocks;
};

struct counts_trial {
	uint64_t id;
	uint64_t lost_rounds;
	bool out_of_memory;
	size_t first_metric, nr_metrics;
};

struct counts {
	struct counts_path *paths;
	struct counts_block *blocks;
	struct counts_metric *metrics;
	struct counts_trial *trials;
	size_t nr_paths, nr_blocks, nr_metrics, nr_trials;
};

/*
 * Reads a file; a trial without its end is left out. The caller releases the counts in any case.
 * Returns 0, or -errno with the reason.
 */
int counts_read(const char *path, struct counts *counts, struct reason *reason);
void counts_release(struct counts *counts);

/* Returns NULL where the trial was not counted. */
const struct counts_trial *counts_find(const struct counts *counts, uint64_t id);

#endif
