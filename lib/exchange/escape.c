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
	return 0;
}

void escape_write(const struct escape *escape, const char *text, FILE *file)
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
			fprintf(file, "<U+%04X>", number);
		else
			fputc(*text, file);
		text += length ? length : 1;
	}
}
