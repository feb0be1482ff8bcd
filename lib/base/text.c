#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static bool text_make_room(struct text *text, size_t more)
{
	size_t room = text->room ? text->room : 64;
	char *grown;

	if (text->failed)
		return false;
	while (room < text->length + more + 1)
		room *= 2;
	if (room == text->room)
		return true;
	grown = realloc(text->text, room);
	if (!grown) {
		text->failed = true;
		return false;
	}
	text->text = grown;
	text->room = room;
	return true;
}

void text_add_bytes(struct text *text, const char *bytes, size_t length)
{
	if (!text_make_room(text, length))
		return;
	memcpy(text->text + text->length, bytes, length);
	text->length += length;
	text->text[text->length] = '\0';
}

void text_add(struct text *text, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0 || !text_make_room(text, (size_t)length))
		return;
	va_start(args, format);
	vsnprintf(text->text + text->length, (size_t)length + 1, format, args);
	va_end(args);
	text->length += (size_t)length;
}

void text_release(struct text *text)
{
	free(text->text);
	*text = (struct text){ 0 };
}

/* Characters that end lines or change the direction of writing, so that text looks different. */
static bool is_format(const unsigned char *text)
{
	if (text[0] != 0xe2)
		return false;
	if (text[1] == 0x80)
		return (text[2] >= 0xa8 && text[2] <= 0xae) || text[2] == 0x8e || text[2] == 0x8f;
	return text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9;
}

/* Control characters of ASCII and Latin-1 (in UTF-8: C2 80 to C2 9F), and some of E2 xx xx. */
static size_t control_length(const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;

	if (bytes[0] < 0x20 || bytes[0] == 0x7f)
		return 1;
	if (bytes[0] == 0xc2 && bytes[1] >= 0x80 && bytes[1] < 0xa0)
		return 2;
	return is_format(bytes) ? 3 : 0;
}

static bool is_inside_character(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Returns where the last character of the first @length bytes begins. */
static size_t start_of_character(const char *text, size_t length)
{
	while (length && is_inside_character(text[length - 1]))
		length--;
	return length ? length - 1 : 0;
}

const char *text_plain(const char *text, char *plain, size_t room)
{
	size_t used = 0;

	while (*text && used + 1 < room) {
		size_t length = control_length(text);

		plain[used++] = length ? '?' : *text;
		text += length ? length : 1;
	}
	if (is_inside_character(*text))
		used = start_of_character(plain, used);
	plain[used] = '\0';
	return plain;
}

bool text_starts_with(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

char *text_trim(char *text)
{
	size_t length;

	while (isspace((unsigned char)*text))
		text++;
	length = strlen(text);
	while (length && isspace((unsigned char)text[length - 1]))
		text[--length] = '\0';
	return text;
}

int text_to_u64(const char *text, uint64_t *ret_value)
{
	char *end;
	uint64_t value;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (*end)
		return -EINVAL;
	if (errno)
		return -ERANGE;
	*ret_value = value;
	return 0;
}

#define LONGEST_WORD 40

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein distance, one row at a time. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[LONGEST_WORD + 1];
	size_t width = strlen(b);

	if (strlen(a) > LONGEST_WORD || width > LONGEST_WORD)
		return LONGEST_WORD;
	for (size_t j = 0; j <= width; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			size_t above = row[j];
			size_t change = diagonal + (a[i - 1] != b[j - 1]);

			row[j] = smallest(above + 1, row[j - 1] + 1, change);
			diagonal = above;
		}
	}
	return row[width];
}

const char *text_closest(const char *word, const char *const *candidates)
{
	const char *closest = NULL;
	size_t best = strlen(word) / 3 + 2; /* further away than this is another word */

	for (; *candidates; candidates++) {
		size_t distance = edit_distance(word, *candidates);

		if (distance < best && distance < strlen(*candidates)) {
			best = distance;
			closest = *candidates;
		}
	}
	return closest;
}

const char *text_suggest(const char *word, const char *const *candidates, char *hint, size_t room)
{
	const char *closest = text_closest(word, candidates);

	if (closest)
		snprintf(hint, room, " (did you mean \"%s\"?)", closest);
	else
		hint[0] = '\0';
	return hint;
}
