/*
 * exclude - reads the rules of a config by which cells are left out, and applies them.
 */
#ifndef MATRIX_EXCLUDE_H
#define MATRIX_EXCLUDE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "matrix/cell.h"
#include "matrix/parse.h"
#include "matrix/product.h"

/* A cell that meets every condition is left out. */
struct exclude_rule {
	struct {
		char name[32]; /* "bench", "placement" or a parameter */
		json_t *values; /* an array of strings, in the form that cells print */
	} conditions[PARAM_MAX];
	size_t nr_conditions;
};

struct excludes {
	struct exclude_rule *rules;
	size_t nr_rules;
};

/*
 * Reads the list of rules. Conditions are on parameters of these products' benchmarks. The caller
 * releases the rules, also after an error.
 */
int excludes_parse(struct parse *p, const json_t *json, const struct product *products,
		   size_t nr_products, struct excludes *excludes);

void excludes_release(struct excludes *excludes);

/* Whether any rule leaves the cell out. */
bool excludes_match(const struct excludes *excludes, const struct cell *cell);

#endif
