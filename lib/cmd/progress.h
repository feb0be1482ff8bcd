/*
 * progress - prints on stderr how far a run is: one line that changes, or lines if no terminal.
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

/* Prints what changed; a callback of struct run_events. */
void progress_changed(void *progress, const struct run_status *status);

/* Clears the line. */
void progress_end(struct progress *progress);

#endif
