/*
 * process - runs one trial in a new process of the same program.
 *
 * The runner writes the trial's spec to a memfd, starts its own program with the hidden command
 * "__trial", and reads the report from a pipe: a line for each phase that begins, then the outcome
 * as one line of JSON. Of a process that crashes or hangs, the runner makes an outcome itself.
 */
#ifndef MATRIX_PROCESS_H
#define MATRIX_PROCESS_H

#include <stdint.h>

#include <jansson.h>

#include "host/placement.h"
#include "matrix/config.h"
#include "matrix/cell.h"
#include "measure/devices.h"

#define TRIAL_COMMAND "__trial"
#define TRIAL_SPEC_FD 3
#define TRIAL_REPORT_FD 4

/* What all trials of a run have in common. */
struct process_context {
	const struct config *config;
	const char *profile; /* the event to sample after the timed iterations; "": none */
	char *topology_xml;
	uint64_t run_start_ns; /* clock_wall_ns() when the program started */
};

/*
 * Runs one trial. 0 with its outcome, which the caller frees; one that crashed or hung is a failure
 * that says so. -EINTR: a signal ended the run, and the trial is killed.
 */
int process_run(const struct process_context *context, const struct cell *cell,
		const struct placement *placement, const struct devices *devices, uint64_t limit_ns,
		json_t **ret_outcome);

/* Runs the trial, in the new process. Returns its exit code: 0 if it could report. */
int process_trial_main(void);

#endif
