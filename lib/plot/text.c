#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "plot/text.h"

#define SLUG_MOST 60

/* Returns the length of the UTF-8 character at @text; 0 if there is none. */
static size_t sequence_at(const unsigned char *text)
{
	size_t length = text[0] < 0x80	 ? 1
			: text[0] < 0xc2 ? 0
			: text[0] < 0xe0 ? 2
			: text[0] < 0xf0 ? 3
			: text[0] < 0xf5 ? 4
					 : 0;

	for (size_t i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	/* Refuses longer forms than needed, surrogates, and numbers beyond Unicode. */
	if ((text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] >= 0xa0) ||
	    (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] >= 0x90))
		return 0;
	return length;
}

/*
 * Tells whether a character must not be shown: control characters, line ends, marks that change the
 * direction of text, non-characters.
 */
static bool is_hidden(const unsigned char *text, size_t length)
{
	if (length == 1)
		return text[0] < ' ' || text[0] == 0x7f;
	if (length == 2)
		return text[0] == 0xc2 && text[1] < 0xa0;
	if (length == 3 && text[0] == 0xe2 && text[1] == 0x80)
		return text[2] >= 0xa8 && text[2] <= 0xae;
	if (length == 3 && text[0] == 0xe2 && text[1] == 0x81)
		return text[2] >= 0xa6 && text[2] <= 0xaf;
	return length == 3 && text[0] == 0xef && text[1] == 0xbf && text[2] >= 0xbe;
}

/* Returns the next character of @*text, or "?" if it must not be shown, and its length. */
static const char *next_character(const char **text, size_t *ret_length)
{
	const char *at = *text;
	size_t length = sequence_at((const unsigned char *)at);
	bool good = length && !is_hidden((const unsigned char *)at, length);

	*text += length ? length : 1;
	*ret_length = good ? length : 1;
	return good ? at : "?";
}

struct replacement {
	char character;
	const char *text;
};

/* Adds text with characters replaced; @replacements ends with character 0. */
static void add_replaced(struct text *out, const char *text, const struct replacement *replacements)
{
	while (*text) {
		const struct replacement *found = replacements;
		size_t length;
		const char *at = next_character(&text, &length);

		while (found->character && found->character != *at)
			found++;
		if (found->character)
			text_add(out, "%s", found->text);
		else
			text_add_bytes(out, at, length);
	}
}

/*
 * Replaces the single quote. gnuplot takes all other characters between single quotes literally; a
 * doubled quote works too, but ends the string if it comes first.
 */
#define APOSTROPHE "\u2019"

void plot_quote(struct text *out, const char *text)
{
	static const struct replacement quotes[] = { { '\'', APOSTROPHE }, { 0, NULL } };

	text_add(out, "'");
	add_replaced(out, text, quotes);
	text_add(out, "'");
}

void plot_quote_tick(struct text *out, const char *text)
{
	static const struct replacement quotes[] = { { '\'', APOSTROPHE },
						     { '%', "%%" },
						     { 0, NULL } };

	text_add(out, "'");
	add_replaced(out, text, quotes);
	text_add(out, "'");
}

void plot_add_xml(struct text *out, const char *text)
{
	static const struct replacement entities[] = {
		{ '&', "&amp;" },  { '<', "&lt;" },   { '>', "&gt;" },
		{ '"', "&quot;" }, { '\'', "&#39;" }, { 0, NULL },
	};

	add_replaced(out, text, entities);
}

void plot_add_plain(struct text *out, const char *text)
{
	static const struct replacement none[] = { { 0, NULL } };

	add_replaced(out, text, none);
}

void plot_add_slug(struct text *out, const char *text)
{
	size_t start = out->length;

	for (; *text && out->length - start < SLUG_MOST; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x80 && isalnum(c))
			text_add(out, "%c", tolower(c));
		else if (out->length > start && out->text[out->length - 1] != '-')
			text_add(out, "-");
	}
	while (!out->failed && out->length > start && out->text[out->length - 1] == '-')
		out->text[--out->length] = '\0';
	if (out->length == start)
		text_add(out, "x");
}

size_t plot_count(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += (*text & 0xc0) != 0x80;
	return count;
}

/* Returns what follows the first @count characters. */
static const char *skip(const char *text, size_t count)
{
	size_t length;

	for (; count && *text; count--)
		next_character(&text, &length);
	return text;
}

void plot_add_short(struct text *out, const char *text, size_t most)
{
	size_t count = 0, head = most / 2;
	const char *end;

	for (const char *at = text; *at; count++)
		at = skip(at, 1);
	if (count <= most) {
		plot_add_plain(out, text);
		return;
	}
	for (end = skip(text, head); text < end;) {
		size_t length;
		const char *at = next_character(&text, &length);

		text_add_bytes(out, at, length);
	}
	text_add(out, "…");
	plot_add_plain(out, skip(text, count - most + 1));
}

size_t plot_line(const char *text, size_t most)
{
	size_t at = 0, chars = 0, last = 0;

	for (; text[at] && chars <= most; at++) {
		if (text[at] == ' ')
			last = at;
		chars += (text[at] & 0xc0) != 0x80;
	}
	if (chars <= most && !text[at])
		return at;
	if (last)
		return last;
	while ((text[at] & 0xc0) == 0x80)
		at--;
	return at ? at : 1;
}
