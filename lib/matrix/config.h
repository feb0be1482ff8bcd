/*
 * config - what to measure, as a user writes it: a JSON file and what the command line adds.
 */
#ifndef MATRIX_CONFIG_H
#define MATRIX_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/reason.h"
#include "matrix/changes.h"
#include "measure/bench.h"
#include "measure/counters.h"

#define CONFIG_MOST_ROUNDS 10000
#define CONFIG_MOST_ITERATIONS 10000000

/* One product of values: an element of "matrix". */
struct product {
	const struct bench *bench;
	struct {
		struct value *values;
		size_t count;
	} params[PARAM_MAX];
	const char *placements[16];
	size_t nr_placements;
	uint32_t rounds, warmup, iterations;
};

/* One rule of "exclude": a cell that matches every condition is left out. */
struct exclude_rule {
	struct {
		char name[32]; /* "bench", "placement" or a parameter */
		json_t *values; /* an array of strings, in the form that cells print */
	} conditions[PARAM_MAX];
	size_t nr_conditions;
};

struct config {
	json_t *json; /* as it takes effect: the file's, changed by the command line */
	char name[64];
	uint32_t rounds;
	uint64_t seed;
	uint64_t time_budget_ns; /* 0: none */
	uint64_t trial_limit_ns; /* 0: from the estimate */
	const char *counters[COUNTERS_MAX];
	size_t nr_counters;
	struct product *products;
	size_t nr_products;
	struct exclude_rule *excludes;
	size_t nr_excludes;
};

/* From a file; the way out is in the reason, with line and column. */
int config_load(const char *path, const struct changes *changes, struct config **ret_config,
		struct reason *reason);

/* One benchmark with its defaults. */
int config_for_bench(const struct bench *bench, const struct changes *changes,
		     struct config **ret_config, struct reason *reason);

/* From the "config" of a result file. */
int config_from_json(json_t *json, struct config **ret_config, struct reason *reason);

void config_free(struct config *config);

/* The benchmarks' names, for suggestions; ends with NULL. */
const char *const *config_bench_names(void);

#endif
