/*
 * profiled_trial - records what the process of a trial sampled, behind its trial.
 */
#ifndef MATRIX_PROFILED_TRIAL_H
#define MATRIX_PROFILED_TRIAL_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/reason.h"
#include "result/writer.h"

/* The trial that was sampled. */
struct profiled_trial {
	const char *cell;
	uint32_t block;
	uint64_t order;
	const json_t *run; /* the run's record; NULL: unknown */
};

/*
 * Names the addresses in @sampled, and writes a record a metric; of a metric without any sample
 * there is none. 0, or -errno with the reason.
 */
int profiled_trial_write(const struct profiled_trial *trial, const json_t *sampled,
			 struct writer *writer, struct reason *reason);

#endif
