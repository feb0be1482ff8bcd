/*
 * boot - what one boot measured, in memory: its cells, and their samples reduced to summaries.
 *
 * The boot is the unit of replication. Usually it is one result file; runs of one boot are
 * loaded into one. Files stream through, a record at a time; what is kept of a trial's samples
 * is let go when its metric has been summed up, unless they are asked for.
 */
#ifndef RESULT_BOOT_H
#define RESULT_BOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/reason.h"
#include "result/fields.h"
#include "stats/summary.h"

/* What to keep beside the summaries. */
enum {
	BOOT_KEEP_SAMPLES = 1 << 0, /* boot_metric.samples */
	BOOT_KEEP_TRIALS = 1 << 1, /* boot.trials */
};

/* A metric of a cell, over all "ok" trials of the boot. */
struct boot_metric {
	char *name, *unit;
	bool higher_is_better;
	bool per_size; /* grows with size_bytes */
	bool too_short; /* shorter than the clock can tell well */
	struct summary
		summary; /* its count, min and max are of all samples, also where some were thinned out */
	double p95, p99, p999;
	/* In the order measured, trial after trial; NULL unless BOOT_KEEP_SAMPLES. */
	double *samples;
	size_t nr_samples;
	uint64_t every; /* 1, or N where memory had room for every Nth sample only */
};

struct boot_cell {
	char *name, *bench; /* bench: NULL of a cell that was skipped only */
	enum cell_status status; /* OK where any trial was; else the worst that happened */
	char *why; /* of the first trial (or skip) that was not ok; NULL: all were */
	char *why_skipped; /* NULL: it was not; it may have trials all the same */
	size_t nr_ok, nr_invalid, nr_failed;
	/* Of its first trial that was ok, else of the first; NULL where there is none. */
	json_t *params, *placement, *verified;
	uint64_t iterations; /* timed, a trial; 0: not said */
	struct boot_metric *metrics; /* in the order of the file */
	size_t nr_metrics;
};

/* A trial in the order of the file. */
struct boot_trial {
	size_t cell; /* index into boot.cells */
	/* As in the file, but for the samples: see metric_reduce(). */
	json_t *record;
};

struct boot {
	char **paths; /* its files */
	size_t nr_paths;
	json_t *run; /* the first file's first record */
	bool torn; /* a last line was torn off by a kill and passed over */
	struct boot_cell *cells; /* in the order of first appearance */
	size_t nr_cells;
	struct boot_trial *trials; /* NULL unless BOOT_KEEP_TRIALS */
	size_t nr_trials;
	uint64_t every; /* the largest of its metrics' */
	json_t *index; /* cell name -> its index */
};

/*
 * Files of one boot. 0 or -errno with the reason (file and line): a line that is no record, a
 * sample that is no number, a second run in one file, a metric with two units. Several threads may
 * load a boot each.
 */
int boot_load(const char *const *paths, size_t nr_paths, unsigned int keep, struct boot **ret_boot,
	      struct reason *reason);
void boot_free(struct boot *boot);

/* NULL where there is none. */
const struct boot_cell *boot_find(const struct boot *boot, const char *cell);
const struct boot_metric *boot_cell_find(const struct boot_cell *cell, const char *metric);

/* What its run record says, never NULL: "" where it says nothing. */
const char *boot_label(const struct boot *boot); /* series.label, else the kernel's release */
const char *boot_kernel(const struct boot *boot);
const char *boot_series(const struct boot *boot);
const char *boot_started(const struct boot *boot);
bool boot_is_icount(const struct boot *boot);

/* The pair in its series, and its position there: false where the series tells none. */
bool boot_pair(const struct boot *boot, int64_t *ret_pair);
int64_t boot_position(const struct boot *boot); /* -1: not said */

#endif
