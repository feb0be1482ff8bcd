/*
 * boot - what one boot measured, in memory: its cells, with their samples reduced to summaries.
 *
 * The boot is the unit of replication. Usually it is one result file; several runs of one boot are
 * loaded into one struct boot. Files are read one record at a time; a metric's samples are freed
 * when it has been summed up, unless BOOT_KEEP_SAMPLES asks for them.
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

/* What boot_load() keeps beside the summaries. */
enum {
	BOOT_KEEP_SAMPLES = 1 << 0, /* boot_metric.samples */
	BOOT_KEEP_TRIALS = 1 << 1, /* boot.trials */
	BOOT_SEVERAL_RUNS = 1 << 2, /* a file with a second run record is no error */
};

/* A metric of a cell, over all "ok" trials of the boot. */
struct boot_metric {
	char *name, *unit;
	bool higher_is_better;
	bool per_size; /* grows with size_bytes */
	bool too_short; /* too short for the clock to measure well */
	struct summary
		summary; /* its count, min and max are of all samples, even if @every is above 1 */
	double p95, p99, p999;
	/* In the order measured, trial after trial; NULL without BOOT_KEEP_SAMPLES. */
	double *samples;
	size_t nr_samples;
	uint64_t every; /* 1, or N where only every Nth sample was kept to save memory */
};

struct boot_cell {
	char *name, *bench; /* bench: NULL if all that is known of the cell is a skip */
	enum cell_status status; /* OK if any trial was; else the worst status of its trials */
	char *why; /* of the first of the worst: failed, invalid, skipped; NULL: all were ok */
	char *why_skipped; /* NULL: not skipped; a skipped cell may have trials, too */
	size_t nr_ok, nr_invalid, nr_failed;
	/* Taken from the first trial that was ok, else from the first; NULL without trials. */
	json_t *params, *placement, *verified;
	uint64_t iterations; /* timed iterations per trial; 0: not recorded */
	struct boot_metric *metrics; /* in the order of the file */
	size_t nr_metrics;
};

/* A trial, in the order of the file. */
struct boot_trial {
	size_t cell; /* index into boot.cells */
	/* As in the file, without the samples: see metric_reduce(). */
	json_t *record;
};

struct boot {
	char **paths; /* its files */
	size_t nr_paths;
	json_t *run; /* the first file's first record */
	bool torn; /* an incomplete last line, left by a killed writer, was ignored */
	bool has_profiles; /* records that profiles_load() reads */
	struct boot_cell *cells; /* in the order of first appearance */
	size_t nr_cells;
	struct boot_trial *trials; /* NULL without BOOT_KEEP_TRIALS */
	size_t nr_trials;
	uint64_t every; /* the largest @every of its metrics */
	json_t *index; /* cell name -> its index */
};

/*
 * Loads all files of one boot; the caller frees it by boot_free(). @keep: BOOT_KEEP_… bits. Returns
 * 0, or -errno with the reason (file and line): a line that is no record, a sample that is no
 * number, a second run in one file, a metric with two units. Several threads may each load a boot
 * at the same time.
 */
int boot_load(const char *const *paths, size_t nr_paths, unsigned int keep, struct boot **ret_boot,
	      struct reason *reason);
/* Frees a boot and all that it points to. Takes NULL. */
void boot_free(struct boot *boot);

/*
 * Return a cell, or a metric of a cell, by name; NULL if there is none. They live as long as the
 * boot.
 */
const struct boot_cell *boot_find(const struct boot *boot, const char *cell);
const struct boot_metric *boot_cell_find(const struct boot_cell *cell, const char *metric);

/* Return members of the run record, never NULL: "" if the record lacks them. */
const char *boot_label(const struct boot *boot); /* series.label, else the kernel's release */
const char *boot_kernel(const struct boot *boot);
const char *boot_series(const struct boot *boot);
const char *boot_started(const struct boot *boot);
bool boot_is_icount(const struct boot *boot);

/* Finds the boot's pair in its series; false if the record names none. */
bool boot_pair(const struct boot *boot, int64_t *ret_pair);
int64_t boot_position(const struct boot *boot); /* its place in the pair; -1: not recorded */

#endif
