/*
 * config - reads what to measure: a JSON file, changed by the command line.
 */
#ifndef MATRIX_CONFIG_H
#define MATRIX_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/reason.h"
#include "matrix/changes.h"
#include "matrix/exclude.h"
#include "matrix/product.h"
#include "measure/bench.h"
#include "measure/counters.h"

struct config {
	json_t *json; /* the file's, as the command line changed it */
	char name[64];
	uint32_t rounds;
	uint64_t seed;
	uint64_t time_budget_ns; /* 0: none */
	uint64_t trial_limit_ns; /* 0: from the estimate */
	const char *counters[COUNTERS_MAX];
	size_t nr_counters;
	struct product *products;
	size_t nr_products;
	struct excludes excludes;
};

/* Reads a file. 0, or -errno with a reason that names line and column. */
int config_load(const char *path, const struct changes *changes, struct config **ret_config,
		struct reason *reason);

/* Makes a config of one benchmark with its defaults. */
int config_for_bench(const struct bench *bench, const struct changes *changes,
		     struct config **ret_config, struct reason *reason);

/* Makes a config of the one cell that has this name. */
int config_for_cell(const char *cell, const struct changes *changes, struct config **ret_config,
		    struct reason *reason);

/* Reads the "config" of a result file. */
int config_from_json(json_t *json, struct config **ret_config, struct reason *reason);

void config_free(struct config *config);

#endif
