/*
 * runner - carries out a plan: one trial after another, each recorded before the next.
 */
#ifndef MATRIX_RUNNER_H
#define MATRIX_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "host/topology.h"
#include "matrix/plan.h"
#include "result/writer.h"

/* Where a run stands; what progress is made of. */
struct run_status {
	size_t done, total; /* trials */
	const char *cell; /* the one that begins or ended */
	const char *outcome; /* "ok", "invalid", "failed", "skipped"; NULL while it runs */
	const char *why; /* of an outcome that is not ok */
	uint64_t elapsed_ns, eta_ns;
};

struct run_events {
	void (*changed)(void *context, const struct run_status *status);
	void *context;
};

struct run_totals {
	uint64_t ok, invalid, failed, skipped;
	bool interrupted;
	const char *why; /* it was interrupted: a signal, the time budget */
};

struct runner {
	const struct plan *plan;
	const struct topology *topology;
	struct writer *writer;
	const json_t *done; /* what a resumed file holds already, from runner_read_done() */
	struct run_events events;
	uint64_t start_ns; /* clock_wall_ns() when the program started */
};

/*
 * Runs what is not done yet and ends the file. Host settings that it changes are put back
 * before it returns. -errno with the reason where recording or putting back failed.
 */
int runner_run(const struct runner *runner, struct run_totals *ret_totals, struct reason *reason);

/* What a result file holds: an object with a member for each trial and each skipped cell. */
int runner_read_done(const char *path, json_t **ret_done, struct reason *reason);

#endif
