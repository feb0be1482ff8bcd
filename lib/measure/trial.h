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
#include "host/crew.h"
#include "host/placement.h"
#include "host/team.h"
#include "iommu/leaves.h"
#include "mem/proof.h"
#include "mem/region.h"
#include "measure/bench.h"
#include "measure/devices.h"
#include "measure/samples.h"
#include "vfio/probe.h"

#define TRIAL_NOTES 8

/* What a reader of the result should know, by name: "sparse", "serial_phase". */
struct trial_note {
	const char *name;
	char text[160];
};

/* How a mapping of device memory was seen to be made up. */
struct fault_proof {
	uint64_t span_bytes, faults, page_table_bytes, order_bytes; /* of the smallest entry */
};

/* One of several devices that a trial used. */
struct device_outcome {
	char bdf[PCI_BDF];
	char error[120]; /* "": it did all that was asked of it */
};

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
	struct fault_proof fault_proof; /* span_bytes 0: there is none */
	struct trial_note notes[TRIAL_NOTES];
	size_t nr_notes;
	struct device_outcome
		*outcomes; /* a device each, of nr_outcomes; released with the trial */
	size_t nr_outcomes;
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

/* The same, with neighbouring pages in such frames: INVALID where they are not to be had. */
int trial_memory_in(struct trial *t, const char *backing, uint64_t size_bytes, enum frames frames,
		    struct region *ret_region);

/* Gives such memory back; takes an empty region, too. */
void trial_free(struct trial *t, struct region *region);

/* 0, or SKIPPED: this process may not lock so much memory. Raises its limit as far as it may. */
int trial_check_locked(struct trial *t, uint64_t size_bytes);

/* Looks at memory that the benchmark faulted in itself, and keeps the proof. */
int trial_prove(struct trial *t, const struct region *region);

/*
 * Finds out which page-table entries a BAR's window gets, before anything is timed, and keeps that
 * as the proof. Returns what setup() should return.
 */
int trial_prove_entries(struct trial *t, const struct probe *probe, struct entries *ret_entries);

/* The IOMMU's leaf sizes, while memory is mapped for the leading device; looks once a trial. */
void trial_leaves(struct trial *t);

/* Notes something for the record; the last one of a name stands. @name lives on. */
void trial_note(struct trial *t, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Threads on the placement's CPUs: as many as the cell has. */
int trial_team(struct trial *t, struct team **ret_team);

/* The same with processes: each has this trial as it is now (measure/member_outcomes.h tells of it). */
int trial_team_of_processes(struct trial *t, struct team **ret_team);

/*
 * A crew of @nr_items on the CPUs of the placement's node, which more workers than CPUs share.
 * @plan has what is asked for; topology, CPUs and items are filled in here.
 */
int trial_crew(struct trial *t, struct crew_plan plan, size_t nr_items, struct crew **ret_crew);

/* @count outcomes, for the first devices of the trial, that are good so far. 0 or -ENOMEM. */
int trial_outcomes(struct trial *t, size_t count);

/* Says how many of the outcomes are failures, and the first of them. Returns @error. */
int trial_tell_failures(struct trial *t, int error);

void trial_release(struct trial *t);

#endif
