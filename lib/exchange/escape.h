/*
 * escape - writes text from outside so that none of it has a meaning in a format.
 *
 * Control characters, and the line ends of Unicode, are written as <U+001B> where a format has no
 * better way: terminals then ignore them, and no reader takes them for the end of a line.
 */
#ifndef EXCHANGE_ESCAPE_H
#define EXCHANGE_ESCAPE_H

#include <stdio.h>

struct escape {
	const char *characters; /* each of these … */
	const char *const *words; /* … is written as the word at the same index */
};

/* Writes @text to @file, escaped. */
void escape_write(const struct escape *escape, const char *text, FILE *file);

/* Writes @text, escaped for an element or a quoted attribute of XML. */
void escape_write_xml(const char *text, FILE *file);

#endif
