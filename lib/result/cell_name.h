/*
 * cell_name - the grammar of a cell's name: "vfio-map/iommu=type1v2/backing=thp/size=64MiB".
 *
 * A name is a benchmark, then a part "key=value" for each parameter that is not left at its
 * default. It is the key that results are joined by, so nothing else may take one apart or put
 * one together. All functions take any text: what is no part of the form "key=value" is a part
 * with a key alone.
 */
#ifndef RESULT_CELL_NAME_H
#define RESULT_CELL_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define CELL_NAME 512

/* A part of a name: "backing=thp". Points into the name, which must stay. */
struct cell_part {
	const char *text;
	size_t length, key_length;
};

/* ---- taking apart ---- */

/* How much of the name is the benchmark's. */
size_t cell_bench_length(const char *cell);
bool cell_is_of(const char *cell, const char *bench);
bool cell_has_bench_of(const char *cell, const char *other);

/* Where parts begin; hand it to cell_next_part() until that says false. */
const char *cell_parts(const char *cell);
bool cell_next_part(const char **at, struct cell_part *ret_part);

/* Finds the part of a key; false: the name has none. */
bool cell_find_part(const char *cell, const char *key, size_t key_length,
		    struct cell_part *ret_part);
bool cell_has_part(const char *cell, const char *key);
/* Whether the name has exactly this value for the key. */
bool cell_has_value(const char *cell, const char *key, const char *value);

/* The value, which is not terminated; *ret_length is 0 where there is none. */
const char *cell_part_value(const struct cell_part *part, size_t *ret_length);
bool cell_part_has_key(const struct cell_part *part, const char *key);
bool cell_part_has_key_of(const struct cell_part *part, const struct cell_part *other);
bool cell_part_is(const struct cell_part *part, const struct cell_part *other);

/* The name without its benchmark, "backing=thp/size=64MiB"; all of it where there is no more. */
const char *cell_settings(const char *cell);

/* Whether it is one that the schema takes: words of lower case, and a value for each key. */
bool cell_name_is_good(const char *cell);

/* ---- putting together ---- */

/* Each returns how much of @name is used by then; what does not fit is cut off. */
size_t cell_name_begin(char name[CELL_NAME], const char *bench);
size_t cell_name_add(char name[CELL_NAME], size_t used, const char *key, const char *value);

/* Adds a part whose value may hold anything: '/', '%' and control characters become "%2F". */
void cell_name_add_escaped(struct text *name, const char *key, const char *value);

#endif
