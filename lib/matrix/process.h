/*
 * process - one trial in a fresh process of this same program.
 *
 * The parent writes what is to be done to a memfd, runs itself with the hidden
 * command "__trial", and reads the report from a pipe: a line for each phase
 * that begins, then the outcome as one line of JSON. Whatever becomes of the
 * process, the parent has an outcome to record.
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
	char *topology_xml;
	uint64_t run_start_ns; /* clock_wall_ns() when the program started */
};

/*
 * Runs one trial to its end. 0 with its outcome, which the caller owns (also of one that
 * crashed or hung: then it is a failure that says so); -EINTR when we were told to stop.
 */
int process_run(const struct process_context *context, const struct cell *cell,
		const struct placement *placement, const struct devices *devices, uint64_t limit_ns,
		json_t **ret_outcome);

/* The trial's side: does what the memfd says, and exits with 0 if it could report. */
int process_trial_main(void);

#endif
