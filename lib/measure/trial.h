/*
 * trial - holds one cell that is measured in this process, and what a benchmark's functions use.
 */
#ifndef MEASURE_TRIAL_H
#define MEASURE_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/reason.h"
#include "host/crew.h"
#include "host/placement.h"
#include "host/team.h"
#include "iommu/leaves.h"
#include "mem/proof.h"
#include "mem/region.h"
#include "measure/bench.h"
#include "measure/devices.h"
#include "measure/samples.h"
#include "measure/witness.h"
#include "vfio/probe.h"

#define TRIAL_NOTES 8

/* A note for readers of the result, by its name in the record: "sparse", "serial_phase". */
struct trial_note {
	const char *name;
	char text[160];
};

/* What was seen of a mapping of device memory, from which the size of its entries follows. */
struct fault_proof {
	uint64_t span_bytes, faults, page_table_bytes, order_bytes; /* of the smallest entry */
};

/* One of several devices that a trial used. */
struct device_outcome {
	char bdf[PCI_BDF];
	char error[120]; /* "" where nothing failed */
};

struct trial {
	const struct bench *bench;
	const struct value *values;
	const struct topology *topology;
	struct placement placement;
	struct devices devices; /* the first one leads; none where the benchmark needs none */
	uint32_t iterations; /* timed ones that will follow: benchmarks size buffers by it */
	unsigned int batch; /* operations between two clock reads */

	struct samples samples[METRIC_MAX];
	struct proof proof; /* of the memory, where trial_memory() was called */
	bool proved;
	struct leaves leaves; /* of the IOMMU, where trial_leaves() was called */
	bool leaves_read;
	struct fault_proof fault_proof; /* span_bytes 0: there is none */
	struct trial_note notes[TRIAL_NOTES];
	size_t nr_notes;
	struct device_outcome
		*outcomes; /* a device each, of nr_outcomes; released with the trial */
	size_t nr_outcomes;
	uint64_t fault_in_ns, verify_ns; /* how long trial_memory() took for each */
	struct reason reason; /* for SKIPPED, INVALID and errors that an errno cannot tell */
	void *priv; /* the benchmark's own */
};

/* Adds a sample to a metric in ns: the ticks between two clock_now(). */
static inline void sample_ticks(struct trial *t, int metric, uint64_t ticks)
{
	samples_add(&t->samples[metric], ticks);
	witness_sample(metric, ticks);
}

/* Does the same for a series too long to be kept. */
static inline void sample_ticks_of_many(struct trial *t, int metric, uint64_t ticks)
{
	samples_add_to_many(&t->samples[metric], ticks);
	witness_sample(metric, ticks);
}

/* Adds a sample to a metric in any other unit. */
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
 * Allocates memory of a backing, faults it in on the placement's node, and proves it. Returns what
 * setup() should return.
 */
int trial_memory(struct trial *t, const char *backing, uint64_t size_bytes,
		 struct region *ret_region);

/* Does the same with neighbouring pages in such frames: INVALID where it does not get them. */
int trial_memory_in(struct trial *t, const char *backing, uint64_t size_bytes, enum frames frames,
		    struct region *ret_region);

/* Gives memory of trial_memory() back. Takes an empty region, too. */
void trial_free(struct trial *t, struct region *region);

/*
 * 0, or SKIPPED: this process may not lock so much memory. Raises its limit first, as far as it
 * may.
 */
int trial_check_locked(struct trial *t, uint64_t size_bytes);

/* Looks at memory that the benchmark faulted in itself, and keeps the proof. */
int trial_prove(struct trial *t, const struct region *region);

/*
 * Finds out which page-table entries a BAR's window gets, before anything is timed, and keeps that
 * as the proof. Returns what setup() should return.
 */
int trial_prove_entries(struct trial *t, const struct probe *probe, struct entries *ret_entries);

/* Counts the IOMMU's leaves while memory is mapped for the leading device, once a trial. */
void trial_leaves(struct trial *t);

/*
 * Adds a note to the record, in place of an earlier one of that name. @name is kept, not copied: a
 * string literal.
 */
void trial_note(struct trial *t, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Opens a team of threads on the placement's CPUs: as many as the cell has. */
int trial_team(struct trial *t, struct team **ret_team);

/*
 * Opens a team of processes. Each has a copy of this trial as it is now; what it comes to is
 * collected by measure/member_outcomes.h.
 */
int trial_team_of_processes(struct trial *t, struct team **ret_team);

/*
 * Opens a crew for @nr_items on the CPUs of the placement's node, which may be fewer than workers.
 * @plan says how; its topology, CPUs and number of items are set here.
 */
int trial_crew(struct trial *t, struct crew_plan plan, size_t nr_items, struct crew **ret_crew);

/* Makes an outcome without an error for each of the trial's first @count devices. 0 or -ENOMEM. */
int trial_outcomes(struct trial *t, size_t count);

/* Sets the reason: how many of the outcomes are failures, and the first of them. Returns @error. */
int trial_tell_failures(struct trial *t, int error);

/* Frees what the trial holds. */
void trial_release(struct trial *t);

#endif
