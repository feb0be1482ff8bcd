/*
 * param - describes what a benchmark can be varied by: one table entry serves parsing, help,
 * validation and results.
 */
#ifndef MEASURE_PARAM_H
#define MEASURE_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/reason.h"

#define PARAM_MAX 32 /* parameters of one benchmark */
#define PARAM_TEXT 64 /* room for a value as text */
#define PARAM_MAX_ALL 128 /* values that "all" may stand for */

/* A value of a parameter: a number, or one of its words. Words live as long as the program. */
struct value {
	uint64_t number;
	const char *word;
};

struct param;

struct param_type {
	const char *name; /* for help: "size", "count", "word", "backing" */
	const char *key_suffix; /* of its name in results: "_bytes" */
	const char *describe; /* the values that it takes; NULL: the parameter's choices */
	int (*parse)(const struct param *param, const char *text, struct value *ret_value,
		     struct reason *reason);
	const char *(*print)(const struct value *value, char text[PARAM_TEXT]);
	json_t *(*to_json)(const struct value *value);
	/* Every value possible here: what "all" means. */
	size_t (*list)(const struct param *param, struct value values[PARAM_MAX_ALL]);
};

/* param_chunk is a size too, or "whole". */
extern const struct param_type param_size, param_count, param_word, param_backing, param_chunk;

struct param {
	const char *name;
	const struct param_type *type;
	const char *fallback; /* the default, as text */
	const char *const *choices; /* param_word: ends with NULL */
	uint64_t min, max; /* param_count, param_size; 0 is no bound */
	bool implied; /* at its default it is left out of the cell's name */
	const char *help;
};

/* Choices of param_word: "no" is 0, "yes" is 1. */
extern const char *const param_no_yes[];

/*
 * Makes a value of a word, and of a number that goes with it. Keeps one copy of each word, which
 * lives as long as the program, so that cells can share it. 0 or -ENOMEM.
 */
int param_take_word(const char *word, uint64_t number, struct value *ret_value);

/* For types whose values are words. */
const char *param_print_word(const struct value *value, char text[PARAM_TEXT]);
json_t *param_word_to_json(const struct value *value);

/* Writes what @param takes, for help and messages: "a size: 4K, 2MiB, 16G, page", "rw, ro". */
void param_describe(const struct param *param, char *text, size_t room);

#endif
