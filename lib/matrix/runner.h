/*
 * runner - runs the trials of a plan, one after another, and records each before the next.
 */
#ifndef MATRIX_RUNNER_H
#define MATRIX_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "host/topology.h"
#include "matrix/done.h"
#include "matrix/plan.h"
#include "result/writer.h"

/* How far a run is. */
struct run_status {
	size_t done, total; /* trials */
	const char *cell; /* of the trial that begins or has ended */
	const char *outcome; /* "ok", "invalid", "failed", "skipped"; NULL while it runs */
	const char *why; /* the outcome is not "ok" */
	uint64_t elapsed_ns, eta_ns;
};

struct run_events {
	void (*changed)(void *context, const struct run_status *status);
	void *context;
};

struct runner {
	const struct plan *plan;
	const struct topology *topology;
	struct writer *writer;
	const struct run_done *done; /* NULL: nothing, the run is new */
	const char *profile; /* the event to sample after the timed iterations; NULL: none */
	const json_t *run_record; /* of the file; NULL: unknown */
	struct run_events events;
	uint64_t start_ns; /* clock_wall_ns() when the program started */
};

/*
 * Runs the trials that are not done yet, and writes the record "end". Host settings that it changed
 * are restored before it returns. 0, or -errno with the reason: recording or restoring failed.
 */
int runner_run(const struct runner *runner, struct run_totals *ret_totals, struct reason *reason);

#endif
