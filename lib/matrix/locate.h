/*
 * locate - finds line and column of a value in a JSON text, for messages.
 *
 * jansson parses and forgets positions. This walks the text again, only after an
 * error was found; the text is known to be valid JSON by then.
 */
#ifndef MATRIX_LOCATE_H
#define MATRIX_LOCATE_H

#include <stdbool.h>
#include <stddef.h>

#define LOCATE_DEPTH 8

/* The path to a value: keys of objects and indices of arrays. */
struct json_path {
	struct {
		const char *key; /* NULL: an index */
		size_t index;
	} steps[LOCATE_DEPTH];
	size_t depth;
};

void path_push_key(struct json_path *path, const char *key);
void path_push_index(struct json_path *path, size_t index);
void path_pop(struct json_path *path);

/*
 * Finds line and column, from 1, of the value at @path, or of its key where @at_key. Where there is
 * no such value, those of the innermost one around it.
 */
void locate(const char *text, const struct json_path *path, bool at_key, size_t *ret_line,
	    size_t *ret_column);

#endif
