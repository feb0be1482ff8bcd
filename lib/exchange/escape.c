#include <string.h>

#include "exchange/escape.h"

/*
 * Returns the length of the character at @text if it must not be written as it is, and its number;
 * else 0.
 */
static size_t control_at(const unsigned char *text, unsigned int *ret_number)
{
	if (text[0] < ' ' || text[0] == 0x7f) {
		*ret_number = text[0];
		return 1;
	}
	if (text[0] == 0xc2 && text[1] >= 0x80 && text[1] < 0xa0) { /* C1 */
		*ret_number = text[1];
		return 2;
	}
	if (text[0] == 0xe2 && text[1] == 0x80 && (text[2] == 0xa8 || text[2] == 0xa9)) {
		*ret_number = 0x2000U | (text[2] & 0x3fU); /* line and paragraph separator */
		return 3;
	}
	if (text[0] == 0xef && text[1] == 0xbf && text[2] >= 0xbe) {
		*ret_number = 0xff40U + text[2]; /* U+FFFE or U+FFFF, which XML forbids */
		return 3;
	}
	return 0;
}

/* Writes control characters between @left and @right. */
static void write_all(const struct escape *escape, const char *text, const char *left,
		      const char *right, FILE *file)
{
	while (*text) {
		const char *found = strchr(escape->characters, *text);
		unsigned int number;
		size_t length;

		if (found) {
			fputs(escape->words[found - escape->characters], file);
			text++;
			continue;
		}
		length = control_at((const unsigned char *)text, &number);
		if (length)
			fprintf(file, "%sU+%04X%s", left, number, right);
		else
			fputc(*text, file);
		text += length ? length : 1;
	}
}

void escape_write(const struct escape *escape, const char *text, FILE *file)
{
	write_all(escape, text, "<", ">", file);
}

void escape_write_xml(const char *text, FILE *file)
{
	static const char *const words[] = { "&amp;", "&lt;", "&gt;", "&quot;" };
	static const struct escape in_xml = { "&<>\"", words };

	write_all(&in_xml, text, "&lt;", "&gt;", file);
}
