/*
 * record - the records of a result file, made from what was measured.
 *
 * This file and reader.h are the only ones that know what a record looks like.
 * Every function returns a new object that the caller owns, or NULL when memory
 * ran out.
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
	uint64_t start_ns; /* process asked for, since the run's start */
	uint64_t first_sample_ns; /* first timed iteration, since the run's start */
	uint64_t bind_ns, setup_ns, fault_in_ns, verify_ns, warmup_ns, run_ns, teardown_ns;
};

json_t *record_run(uint64_t seed, json_t *config, json_t *host);
json_t *record_skip(const char *cell, const char *reason);
json_t *record_end(const char *status, const char *why, uint64_t trials, uint64_t skipped,
		   uint64_t failed, uint64_t invalid, uint64_t elapsed_ns);

json_t *record_params(const struct bench *bench, const struct value *values);
json_t *record_placement(const struct placement *placement);

/* What the trial process reports: everything that only it can know. */
json_t *record_outcome(const struct trial *t, int outcome, const struct measured *measured,
		       const struct measure_plan *plan, const struct phases *phases);

/* The record of the file: the runner's part, then all of @outcome. */
json_t *record_trial(const char *cell, const struct bench *bench, const struct value *values,
		     const struct placement *placement, uint32_t block, uint64_t order,
		     json_t *outcome);

/* An outcome for a process that could not speak for itself. */
json_t *record_failure(const char *error);

/* The "series" object that the lab asks for through the environment, or NULL. */
json_t *record_series(const char *kernel);

#endif
