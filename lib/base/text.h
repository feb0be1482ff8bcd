/*
 * text - small helpers for strings: a growing buffer, number lists, suggestions.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing string. Zero-initialise it; text is NULL until something was added. */
struct text {
	char *text;
	size_t length, room;
	bool failed; /* memory ran out: what was added since is missing */
};

void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_release(struct text *text);

/*
 * For a terminal: @text without control characters, of which escape sequences are made, and without
 * those that turn the direction of writing; each becomes a '?'. In @plain, which is returned.
 */
const char *text_plain(const char *text, char *plain, size_t room);

bool text_starts_with(const char *text, const char *prefix);

/* Cuts white space off both ends, in place; returns the new start. */
char *text_trim(char *text);

/* A whole decimal number without sign or rest: 0, -EINVAL or -ERANGE. */
int text_to_u64(const char *text, uint64_t *ret_value);

/* The candidate that @word was probably meant to be, or NULL. @candidates ends with NULL. */
const char *text_closest(const char *word, const char *const *candidates);

/* ` (did you mean "x"?)` or the empty string, in @hint, which is returned. */
const char *text_suggest(const char *word, const char *const *candidates, char *hint, size_t room);

#endif
