#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "table/table.h"

void table_column(struct table *table, const char *header, enum table_align align)
{
	if (table->nr_columns == TABLE_COLUMNS)
		return;
	table->headers[table->nr_columns] = header;
	table->aligns[table->nr_columns++] = align;
}

void table_row(struct table *table)
{
	size_t count = (table->nr_rows + 1) * table->nr_columns;
	char **grown = realloc(table->cells, count * sizeof(*grown));

	if (!grown) {
		table->failed = true;
		return;
	}
	table->cells = grown;
	for (size_t i = table->nr_rows * table->nr_columns; i < count; i++)
		grown[i] = NULL;
	table->nr_rows++;
}

void table_cell(struct table *table, size_t column, const char *format, ...)
{
	va_list args;
	char **cell;

	if (table->failed || !table->nr_rows || column >= table->nr_columns)
		return;
	cell = &table->cells[(table->nr_rows - 1) * table->nr_columns + column];
	free(*cell);
	va_start(args, format);
	if (vasprintf(cell, format, args) < 0) {
		*cell = NULL;
		table->failed = true;
	}
	va_end(args);
}

static const char *text_of(const struct table *table, size_t row, size_t column)
{
	const char *text = table->cells[row * table->nr_columns + column];

	return text ? text : "";
}

/* Returns the width in characters: further bytes of a UTF-8 character do not count. */
static size_t width_of(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}

static void print_padded(FILE *file, const char *text, size_t width, enum table_align align,
			 bool last)
{
	size_t own = width_of(text);
	int pad = own < width ? (int)(width - own) : 0;

	if (align == TABLE_RIGHT)
		fprintf(file, "%*s%s", pad, "", text);
	else
		fprintf(file, "%s%*s", text, last ? 0 : pad, "");
	fputs(last ? "\n" : "  ", file);
}

void table_print(const struct table *table, FILE *file, bool colour)
{
	size_t widths[TABLE_COLUMNS];

	for (size_t column = 0; column < table->nr_columns; column++) {
		widths[column] = width_of(table->headers[column]);
		for (size_t row = 0; row < table->nr_rows; row++) {
			size_t width = width_of(text_of(table, row, column));

			if (width > widths[column])
				widths[column] = width;
		}
	}
	if (colour)
		fputs("\033[1m", file);
	for (size_t column = 0; column < table->nr_columns; column++)
		print_padded(file, table->headers[column], widths[column], table->aligns[column],
			     column + 1 == table->nr_columns);
	if (colour)
		fputs("\033[0m", file);
	for (size_t row = 0; row < table->nr_rows; row++)
		for (size_t column = 0; column < table->nr_columns; column++)
			print_padded(file, text_of(table, row, column), widths[column],
				     table->aligns[column], column + 1 == table->nr_columns);
}

void table_release(struct table *table)
{
	for (size_t i = 0; i < table->nr_rows * table->nr_columns; i++)
		free(table->cells[i]);
	free(table->cells);
	*table = (struct table){ 0 };
}
