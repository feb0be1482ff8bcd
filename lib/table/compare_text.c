/* Prints a comparison as text for a terminal, or to paste under a patch series. */
#include <errno.h>
#include <string.h>

#include "table/compare_formats.h"
#include "table/sheet.h"

static void print_why(const struct why_table *why, FILE *file, bool colour)
{
	fprintf(file, "\n%s\n  %s\n", why->heading.text, why->figures.text);
	if (why->table.nr_rows)
		table_print(&why->table, file, colour);
}

#define LAST_COLUMN 79

static size_t word_length(const char *line, size_t length)
{
	size_t word = strcspn(line, " ");

	return word < length ? word : length;
}

/* Returns the width in characters: further bytes of a UTF-8 character do not count. */
static size_t width_of(const char *text, size_t length)
{
	size_t width = 0;

	for (size_t i = 0; i < length; i++)
		width += (text[i] & 0xc0) != 0x80;
	return width;
}

/* Prints a line of words, broken where the next word would pass the last column. */
static void print_folded(FILE *file, const char *line, size_t length)
{
	size_t column = 0;

	while (length) {
		size_t word = word_length(line, length), columns = width_of(line, word);

		if (column && column + 1 + columns > LAST_COLUMN) {
			fputc('\n', file);
			column = 0;
		}
		fprintf(file, "%s%.*s", column ? " " : "", (int)word, line);
		column += columns + (column > 0);
		word += word < length;
		line += word;
		length -= word;
	}
	fputc('\n', file);
}

/* An indented line is a command, which stays in one piece. */
static void print_headline(FILE *file, const struct text *text)
{
	const char *line = text->text;

	while (line && *line) {
		size_t length = strcspn(line, "\n");

		if (*line == ' ')
			fprintf(file, "%.*s\n", (int)length, line);
		else
			print_folded(file, line, length);
		line += length + (line[length] == '\n');
	}
	if (text->length)
		fputc('\n', file);
}

int compare_text_print(const struct comparison *comparison, FILE *file, bool colour,
		       struct reason *reason)
{
	struct sheet sheet;
	int ret = sheet_make(comparison, &sheet);

	if (ret)
		return reason_set(reason, ret, "memory ran out");
	print_headline(file, &sheet.headline);
	fprintf(file, "%s", sheet.sides.text);
	for (size_t i = 0; i < sheet.nr_blocks; i++) {
		fprintf(file, "\n%s\n", sheet.blocks[i].heading.text);
		table_print(&sheet.blocks[i].table, file, colour);
		for (size_t j = 0; j < sheet.blocks[i].nr_whys; j++)
			print_why(&sheet.blocks[i].whys[j], file, colour);
	}
	if (sheet.remarks.text)
		fprintf(file, "\n%s", sheet.remarks.text);
	sheet_release(&sheet);
	return 0;
}
