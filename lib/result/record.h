/*
 * record - makes the records of a result file from what was measured.
 *
 * Only this file, reader.h and fields.h know what a record looks like. Every function returns a new
 * object that the caller owns, or NULL without memory.
 */
#ifndef RESULT_RECORD_H
#define RESULT_RECORD_H

#include <jansson.h>

#include "host/placement.h"
#include "measure/measure.h"
#include "measure/trial.h"

#define RESULT_SCHEMA 1

/* How long each part of a trial took. */
struct phases {
	uint64_t start_ns; /* when the process was started, since the run's start */
	uint64_t first_sample_ns; /* first timed iteration, since the run's start */
	uint64_t bind_ns, setup_ns, fault_in_ns, verify_ns, warmup_ns, run_ns, profile_ns;
	uint64_t teardown_ns;
};

json_t *record_run(uint64_t seed, json_t *config, json_t *host);
json_t *record_skip(const char *cell, const char *reason);
json_t *record_end(const char *status, const char *why, uint64_t trials, uint64_t skipped,
		   uint64_t failed, uint64_t invalid, uint64_t elapsed_ns);

json_t *record_params(const struct bench *bench, const struct value *values);
json_t *record_placement(const struct placement *placement);

/* Makes what the trial process reports: all that only it knows. */
json_t *record_outcome(const struct trial *t, int outcome, const struct measured *measured,
		       const struct measure_plan *plan, const struct phases *phases);

/* Makes the record for the file: the runner's members, then all of @outcome. */
json_t *record_trial(const char *cell, const struct bench *bench, const struct value *values,
		     const struct placement *placement, uint32_t block, uint64_t order,
		     json_t *outcome);

/* Makes an outcome in the place of a process that could not report one. */
json_t *record_failure(const char *error);

/* Adds to the notes of a trial's record, behind what a note of that name says. 0 or -ENOMEM. */
int record_add_note(json_t *trial, const char *name, const char *text);

/* Returns the record as a line of the file, without its end; the caller frees it. NULL: no memory. */
char *record_text(const json_t *record);

/* Makes the "series" object that the lab asks for in the environment; NULL if it does not. */
json_t *record_series(const char *kernel);

#endif
