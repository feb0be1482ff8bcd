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
#include "iommu/leaves.h"
#include "mem/proof.h"
#include "mem/region.h"
#include "measure/bench.h"
#include "measure/devices.h"
#include "measure/samples.h"

struct trial {
	const struct bench *bench;
	const struct value *values;
	const struct topology *topology;
	struct placement placement;
	struct devices devices; /* the first one leads; none where the benchmark needs none */
	uint32_t iterations; /* timed ones that are to come: for sizing buffers */
	unsigned int batch; /* operations between two clock reads */

	struct samples samples[METRIC_MAX];
	struct proof proof; /* of the memory, where trial_memory() was called */
	bool proved;
	struct leaves leaves; /* of the IOMMU, where trial_leaves() was called */
	bool leaves_read;
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

/* Gives such memory back; takes an empty region, too. */
void trial_free(struct trial *t, struct region *region);

/* 0, or SKIPPED: this process may not lock so much memory. Raises its limit as far as it may. */
int trial_check_locked(struct trial *t, uint64_t size_bytes);

/* Looks at memory that the benchmark faulted in itself, and keeps the proof. */
int trial_prove(struct trial *t, const struct region *region);

/* The IOMMU's leaf sizes, while memory is mapped for the leading device; looks once a trial. */
void trial_leaves(struct trial *t);

/* Threads on the placement's CPUs: as many as the cell has. */
int trial_team(struct trial *t, struct team **ret_team);

void trial_release(struct trial *t);

#endif
