/*
 * text - helps with strings: a growing buffer, numbers, suggestions of similar words.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing string. All zero is an empty one; its text is NULL until something was added. */
struct text {
	char *text;
	size_t length, room;
	bool failed; /* memory ran out: what was added since is missing */
};

void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_release(struct text *text);

/*
 * Copies @text for a terminal: control characters, which may begin escape sequences, and characters
 * that change the direction of writing become '?'. A text that is too long is cut
 * between two characters. Returns @plain.
 */
const char *text_plain(const char *text, char *plain, size_t room);

bool text_starts_with(const char *text, const char *prefix);

/* Cuts white space off both ends, in place; returns the new start. */
char *text_trim(char *text);

/* Reads a decimal number with no sign, and nothing behind it: 0, -EINVAL or -ERANGE. */
int text_to_u64(const char *text, uint64_t *ret_value);

/* Returns the candidate that @word was probably meant to be, or NULL. The list ends with NULL. */
const char *text_closest(const char *word, const char *const *candidates);

/* Writes ` (did you mean "x"?)`, or nothing, into @hint, which it returns. */
const char *text_suggest(const char *word, const char *const *candidates, char *hint, size_t room);

#endif
