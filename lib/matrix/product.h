/*
 * product - one element of a config's "matrix": a benchmark, and the values of its parameters.
 *
 * Each combination of the values with a placement is a cell.
 */
#ifndef MATRIX_PRODUCT_H
#define MATRIX_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "matrix/parse.h"
#include "measure/bench.h"

#define PRODUCT_MOST_ROUNDS 10000
#define PRODUCT_MOST_ITERATIONS 10000000

struct product {
	const struct bench *bench;
	struct {
		struct value *values;
		size_t count;
	} params[PARAM_MAX];
	const char *placements[16]; /* texts of the config's JSON */
	size_t nr_placements;
	uint32_t rounds, warmup;
	uint32_t iterations; /* 0, in the defaults of a config: as many as the benchmark says */
};

/*
 * Reads one element. What it leaves out is as in @defaults, or else as the benchmark says. The
 * caller releases the product, also after an error.
 */
int product_parse(struct parse *p, const json_t *json, const struct product *defaults,
		  struct product *product);

/* Reads a key that a config may have for all of its products; others are not @ret_is_shared. */
int product_parse_shared(struct parse *p, const char *key, const json_t *json,
			 struct product *product, bool *ret_is_shared);

/*
 * Makes the element that is one cell alone, by the cell's name, which must be a good one. The caller
 * owns it. Refuses a part that is no parameter, that stands there twice, or that means several.
 */
int product_of_cell(struct parse *p, const char *cell, json_t **ret_product);

void product_release(struct product *product);

#endif
