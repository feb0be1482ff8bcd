/* Prints a comparison as markdown tables for GitHub and GitLab. */
#include <errno.h>
#include <string.h>

#include "table/compare_formats.h"
#include "table/sheet.h"

/* Prints text so that none of it is markup or HTML. */
static void print_escaped(FILE *file, const char *text, size_t length)
{
	static const struct {
		char c;
		const char *as;
	} escapes[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" },  { '|', "\\|" },
			{ '*', "\\*" },	  { '_', "\\_" },  { '`', "\\`" },   { '[', "\\[" },
			{ ']', "\\]" },	  { '#', "\\#" },  { '\\', "\\\\" }, { '~', "\\~" } };

	for (size_t i = 0; i < length; i++) {
		const char *as = NULL;

		for (size_t j = 0; j < sizeof(escapes) / sizeof(escapes[0]); j++)
			if (text[i] == escapes[j].c)
				as = escapes[j].as;
		if (as)
			fputs(as, file);
		else
			fputc(text[i], file);
	}
}

static void print_cells(FILE *file, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		fputs(i ? " | " : "| ", file);
		print_escaped(file, texts[i] ? texts[i] : "", texts[i] ? strlen(texts[i]) : 0);
	}
	fputs(" |\n", file);
}

static void print_table(FILE *file, const struct table *table)
{
	fputc('\n', file);
	print_cells(file, table->headers, table->nr_columns);
	for (size_t i = 0; i < table->nr_columns; i++)
		fputs(table->aligns[i] == TABLE_RIGHT ? "| ---: " : "| :--- ", file);
	fputs("|\n", file);
	for (size_t row = 0; row < table->nr_rows; row++)
		print_cells(file, (const char *const *)&table->cells[row * table->nr_columns],
			    table->nr_columns);
}

/* Prints each line as an item of a list; an indented line is an item below the one above. */
static void print_lines(FILE *file, const struct text *text)
{
	const char *line = text->text;

	while (line && *line) {
		size_t length;

		fputs(*line == ' ' ? "  - " : "- ", file);
		line += *line == ' ' ? strspn(line, " ") : 0;
		length = strcspn(line, "\n");
		print_escaped(file, line, length);
		fputc('\n', file);
		line += length + (line[length] == '\n');
	}
}

static void print_title(FILE *file, const struct text *title, const struct text *figures)
{
	fputs("\n**", file);
	print_escaped(file, title->text, title->length);
	if (figures) {
		fputs(": ", file);
		print_escaped(file, figures->text, figures->length);
	}
	fputs("**\n", file);
}

static void print_why(FILE *file, const struct why_table *why)
{
	print_title(file, &why->heading, &why->figures);
	if (why->table.nr_rows)
		print_table(file, &why->table);
}

static void print_block(FILE *file, const struct sheet_block *block)
{
	print_title(file, &block->heading, NULL);
	print_table(file, &block->table);
	for (size_t i = 0; i < block->nr_whys; i++)
		print_why(file, &block->whys[i]);
}

int compare_markdown_print(const struct comparison *comparison, FILE *file, bool colour,
			   struct reason *reason)
{
	struct sheet sheet;
	int ret = sheet_make(comparison, &sheet);

	(void)colour;
	if (ret)
		return reason_set(reason, ret, "memory ran out");
	print_lines(file, &sheet.headline);
	fputs(sheet.headline.length ? "\n" : "", file);
	print_lines(file, &sheet.sides);
	for (size_t i = 0; i < sheet.nr_blocks; i++)
		print_block(file, &sheet.blocks[i]);
	fputc('\n', file);
	print_lines(file, &sheet.remarks);
	sheet_release(&sheet);
	return 0;
}
