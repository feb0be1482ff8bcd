/*
 * escape - text that others wrote, put where some characters mean something.
 *
 * Control characters, and the line ends of Unicode, are written as <U+001B> wherever a format
 * has no better way: no terminal obeys them, and no reader takes them for the end of a line.
 */
#ifndef EXCHANGE_ESCAPE_H
#define EXCHANGE_ESCAPE_H

#include <stdio.h>

struct escape {
	const char *characters; /* each of these … */
	const char *const *words; /* … is written as the word of the same number */
};

void escape_write(const struct escape *escape, const char *text, FILE *file);

#endif
