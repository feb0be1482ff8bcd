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

/* What stopped a run before its end. */
enum run_stop { STOP_NONE, STOP_TIME_BUDGET, STOP_SIGNAL };

struct run_totals {
	uint64_t ok, invalid, failed, skipped;
	enum run_stop stop;
	const char *why; /* the stop in words; NULL: none */
};

/* What a resumed file holds already. */
struct run_done {
	json_t *keys; /* a member for each trial and each skipped cell */
	struct run_totals totals;
};

struct runner {
	const struct plan *plan;
	const struct topology *topology;
	struct writer *writer;
	const struct run_done *done; /* NULL: nothing, the run is new */
	struct run_events events;
	uint64_t start_ns; /* clock_wall_ns() when the program started */
};

/*
 * Runs what is not done yet and ends the file. Host settings that it changes are put back
 * before it returns. -errno with the reason where recording or putting back failed.
 */
int runner_run(const struct runner *runner, struct run_totals *ret_totals, struct reason *reason);

int runner_read_done(const char *path, struct run_done *ret_done, struct reason *reason);
void runner_free_done(struct run_done *done);

#endif
