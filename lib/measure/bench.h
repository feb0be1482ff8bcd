/*
 * bench - describes a benchmark: one thing measured, one struct, one file in bench/.
 */
#ifndef MEASURE_BENCH_H
#define MEASURE_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "measure/needs.h"
#include "measure/param.h"

#define METRIC_MAX 32

struct trial;

struct metric {
	const char *name;
	const char *unit; /* "ns": samples are clock ticks, turned into time at the end */
	const char *better; /* "lower" or "higher" */
	double divisor; /* samples are stored so many times too large; 0: as they are */
	bool per_size; /* grows with size_bytes: tables add cost per page and GiB/s */
	const char *help;
};

struct bench {
	const char *name;
	const char *summary;
	const char *details; /* what the numbers hold and what they leave out */
	const struct param *params; /* ends with a NULL name */
	const struct metric *metrics; /* ends with a NULL name */
	unsigned int needs; /* NEEDS_ of measure/needs.h, or'ed */
	unsigned int iterations; /* timed iterations a trial, by default */
	/* Whether run() does trial->batch operations between its clock reads. NULL: it does one. */
	bool (*can_batch)(const struct value *values);
	/* Estimate of one iteration, for ETAs before anything was measured; NULL: it is cheap. */
	double (*estimate_ns)(const struct value *values);
	/* How much memory a trial takes. NULL: as much as the parameter "size" says. */
	uint64_t (*memory_bytes)(const struct value *values);
	/* 0, or SKIPPED with the reason: these values do not go together. May be NULL. */
	int (*possible)(const struct value *values, struct reason *reason);
	int (*setup)(struct trial *t); /* 0, -errno, SKIPPED or INVALID with a reason */
	int (*run)(struct trial *t); /* one timed iteration: no printing, no allocation */
	void (*teardown)(struct trial *t); /* always called; takes a half-built state */
};

/* Return the index of a parameter or metric, or -1. */
int bench_param_index(const struct bench *bench, const char *name);
int bench_metric_index(const struct bench *bench, const char *name);

size_t bench_nr_params(const struct bench *bench);
size_t bench_nr_metrics(const struct bench *bench);

/* Returns the number of a parameter by its name ("size"); @fallback where the bench has none. */
uint64_t bench_number(const struct bench *bench, const struct value *values, const char *name,
		      uint64_t fallback);
/* Returns how much memory a trial takes. */
uint64_t bench_memory_bytes(const struct bench *bench, const struct value *values);

/* Returns the word of a parameter by its name ("device"); NULL where the benchmark has none. */
const char *bench_word(const struct bench *bench, const struct value *values, const char *name);

/* 0, or SKIPPED with the reason: this host lacks what the benchmark needs. */
int bench_runnable(const struct bench *bench, struct reason *reason);

/*
 * 0, or SKIPPED with the reason: a size that this kernel's pages, or the backing's,
 * cannot have.
 */
int bench_check_pages(const struct bench *bench, const struct value *values, struct reason *reason);

#endif
