/*
 * parse - reading a config: where we are in it, and errors that point there.
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
	const char *source; /* file name, or what stands in for one */
	const char *text; /* NULL: there is no text to point into */
	struct json_path path;
	struct reason *reason;
};

/* "file:line:column: …" about the value we are at, or about its key; returns -EINVAL. */
int parse_fail(struct parse *p, bool at_key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Suggests one of @known, or a parameter of @bench where that is given. */
int parse_unknown_key(struct parse *p, const char *key, const char *const *known, size_t nr_known,
		      const struct bench *bench);

/* A scalar as the command line would write it. */
int parse_text(struct parse *p, const json_t *json, char *text, size_t room);

int parse_number(struct parse *p, const char *key, const json_t *json, uint64_t min, uint64_t max,
		 uint64_t *ret_number);
int parse_u32(struct parse *p, const char *key, const json_t *json, uint64_t min, uint64_t max,
	      uint32_t *ret_number);
int parse_duration(struct parse *p, const char *key, const json_t *json, uint64_t *ret_ns);
int parse_bench(struct parse *p, const json_t *json, const struct bench **ret_bench);

/* One value, or an array of them: @parse is called for each. */
typedef int parse_item(struct parse *p, const json_t *item, void *target);
int parse_list(struct parse *p, const json_t *json, parse_item *parse, void *target);

#endif
