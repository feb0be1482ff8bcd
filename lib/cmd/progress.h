/*
 * progress - how far a run is, on stderr: a line that redraws on a terminal, plain lines else.
 */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include <stdbool.h>

#include "matrix/runner.h"

struct progress {
	bool quiet, terminal;
	uint64_t last_line_ns;
};

struct progress progress_start(bool quiet);

/* For struct run_events. */
void progress_changed(void *progress, const struct run_status *status);

/* Takes the redrawn line away. */
void progress_end(struct progress *progress);

#endif
