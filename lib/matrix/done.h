/*
 * done - tells which trials of a run a result file holds already, so that the run can go on.
 */
#ifndef MATRIX_DONE_H
#define MATRIX_DONE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/reason.h"

/* What stopped a run before its end. */
enum run_stop { STOP_NONE, STOP_TIME_BUDGET, STOP_SIGNAL };

/* How many trials ended in which way, and how many cells were skipped. */
struct run_totals {
	uint64_t ok, invalid, failed, skipped;
	enum run_stop stop;
	const char *why; /* the stop in words; NULL: none */
};

/* Counts a trial of that status. One that is not known counts as failed. */
void run_totals_count(struct run_totals *totals, const char *status);

struct run_done {
	json_t *keys; /* "BLOCK:CELL" of each trial, "CELL" of each skipped cell */
	struct run_totals totals;
};

/* Reads which trials the file at @path has; the caller releases them. 0 or -errno. */
int run_done_read(const char *path, struct run_done *ret_done, struct reason *reason);
void run_done_release(struct run_done *done);

/* Whether the cell was skipped. @done NULL: the run is new. */
bool run_done_skipped(const struct run_done *done, const char *cell);

/* Whether the trial was run, or its cell skipped. @done NULL: the run is new. */
bool run_done_has(const struct run_done *done, const char *cell, uint32_t block);

#endif
