/*
 * trial - one cell being measured in this process: what a benchmark's functions work on.
 */
#ifndef MEASURE_TRIAL_H
#define MEASURE_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/reason.h"
#include "host/placement.h"
#include "host/team.h"
#include "mem/proof.h"
#include "mem/region.h"
#include "measure/bench.h"
#include "measure/samples.h"

struct trial {
	const struct bench *bench;
	const struct value *values;
	const struct topology *topology;
	struct placement placement;
	unsigned int batch; /* operations between two clock reads */

	struct samples samples[METRIC_MAX];
	struct proof proof; /* of the memory, where trial_memory() was called */
	bool proved;
	uint64_t fault_in_ns, verify_ns; /* of trial_memory(), for the harness's own books */
	struct reason reason; /* for SKIPPED, INVALID and errors that an errno cannot tell */
	void *priv; /* the benchmark's own */
};

/* For a metric in ns: the ticks between two clock_now(). */
static inline void sample_ticks(struct trial *t, int metric, uint64_t ticks)
{
	samples_add(&t->samples[metric], ticks);
}

/* For a metric in any other unit. */
static inline void sample_count(struct trial *t, int metric, uint64_t value)
{
	samples_add(&t->samples[metric], value);
}

static inline uint64_t trial_number(const struct trial *t, int param)
{
	return t->values[param].number;
}

static inline const char *trial_word(const struct trial *t, int param)
{
	return t->values[param].word;
}

/*
 * Memory as the cell asks for it: allocated, faulted in on the placement's node, proved.
 * Returns what setup() should return.
 */
int trial_memory(struct trial *t, const char *backing, uint64_t size_bytes,
		 struct region *ret_region);

/* Looks at memory that the benchmark faulted in itself, and keeps the proof. */
int trial_prove(struct trial *t, const struct region *region);

/* Threads on the placement's CPUs: as many as the cell has. */
int trial_team(struct trial *t, struct team **ret_team);

void trial_release(struct trial *t);

#endif
