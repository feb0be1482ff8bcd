/*
 * parse - reads values of a config, and knows where in the text each one is, for messages.
 */
#ifndef MATRIX_PARSE_H
#define MATRIX_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/reason.h"
#include "matrix/locate.h"
#include "measure/bench.h"

struct parse {
	const char *source; /* a file name, or "command line" */
	const char *text; /* NULL: messages have no line and column */
	struct json_path path;
	struct reason *reason;
};

/* Sets the reason to "file:line:column: …", of the value at the path, or its key. Returns -EINVAL. */
int parse_fail(struct parse *p, bool at_key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Refuses @key, and suggests one of @known or a parameter of @bench, which may be NULL. */
int parse_unknown_key(struct parse *p, const char *key, const char *const *known, size_t nr_known,
		      const struct bench *bench);

/* Writes a string or number as the command line would have it. */
int parse_text(struct parse *p, const json_t *json, char *text, size_t room);

int parse_number(struct parse *p, const char *key, const json_t *json, uint64_t min, uint64_t max,
		 uint64_t *ret_number);
int parse_u32(struct parse *p, const char *key, const json_t *json, uint64_t min, uint64_t max,
	      uint32_t *ret_number);
int parse_duration(struct parse *p, const char *key, const json_t *json, uint64_t *ret_ns);
int parse_bench(struct parse *p, const json_t *json, const struct bench **ret_bench);

/* Calls @parse for each element of an array, or for a single value. */
typedef int parse_item(struct parse *p, const json_t *item, void *target);
int parse_list(struct parse *p, const json_t *json, parse_item *parse, void *target);

#endif
