/*
 * cell_name - the grammar of a cell's name: "vfio-map/iommu=type1v2/backing=thp/size=64MiB".
 *
 * A name is a benchmark, then a part "key=value" for each parameter that is not at its default.
 * Results are joined by it, so only this file takes names apart or puts them together. All
 * functions take any text: a part without '=' is a key without a value.
 */
#ifndef RESULT_CELL_NAME_H
#define RESULT_CELL_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define CELL_NAME 512

/* A part of a name: "backing=thp". Points into the name, which must live as long. */
struct cell_part {
	const char *text;
	size_t length, key_length;
};

/* ---- taking apart ---- */

/* Returns the length of the benchmark's name, with which the cell's name begins. */
size_t cell_bench_length(const char *cell);
bool cell_is_of(const char *cell, const char *bench);
bool cell_has_bench_of(const char *cell, const char *other);

/* Returns a position to give to cell_next_part(), which returns false after the last part. */
const char *cell_parts(const char *cell);
bool cell_next_part(const char **at, struct cell_part *ret_part);

/* Finds the part with this key; false if the name has none. */
bool cell_find_part(const char *cell, const char *key, size_t key_length,
		    struct cell_part *ret_part);
bool cell_has_part(const char *cell, const char *key);
/* Tells whether the name has exactly this value for the key. */
bool cell_has_value(const char *cell, const char *key, const char *value);

/* Returns the value, which is not terminated; *ret_length is 0 if there is none. */
const char *cell_part_value(const struct cell_part *part, size_t *ret_length);
bool cell_part_has_key(const struct cell_part *part, const char *key);
bool cell_part_has_key_of(const struct cell_part *part, const struct cell_part *other);
bool cell_part_is(const struct cell_part *part, const struct cell_part *other);

/*
 * Returns the name without its benchmark, "backing=thp/size=64MiB"; the name itself if it has no
 * parts.
 */
const char *cell_settings(const char *cell);

/* Tells whether the schema allows the name: words of lower case, and a value for each key. */
bool cell_name_is_good(const char *cell);

/* ---- putting together ---- */

/* Each adds to @name and returns how much of it is used; what does not fit is cut off. */
size_t cell_name_begin(char name[CELL_NAME], const char *bench);
size_t cell_name_add(char name[CELL_NAME], size_t used, const char *key, const char *value);

/* Adds a part whose value may hold anything: '/', '%' and control characters become "%2F". */
void cell_name_add_escaped(struct text *name, const char *key, const char *value);

#endif
