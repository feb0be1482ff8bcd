/*
 * table - collects text in columns and prints it.
 *
 * Zero-initialise a table and call table_release() in any case.
 */
#ifndef TABLE_TABLE_H
#define TABLE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define TABLE_COLUMNS 12

enum table_align { TABLE_LEFT, TABLE_RIGHT };

struct table {
	size_t nr_columns;
	const char *headers[TABLE_COLUMNS];
	enum table_align aligns[TABLE_COLUMNS];
	char **cells; /* row after row */
	size_t nr_rows;
	bool failed; /* memory ran out: rows are missing */
};

/* Adds a column; do so before the first row. @header must live as long as the table. */
void table_column(struct table *table, const char *header, enum table_align align);

/* Starts a row, whose cells are empty until table_cell() fills them. */
void table_row(struct table *table);
void table_cell(struct table *table, size_t column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Prints the table; headers are bold if @colour. */
void table_print(const struct table *table, FILE *file, bool colour);
/* Frees the cells, but not the struct itself. */
void table_release(struct table *table);

#endif
