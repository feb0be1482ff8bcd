#include "table/table.h"
#include "unit.h"

/* What a table prints; good until the next call. */
static const char *printed(const struct table *table, bool colour)
{
	static char text[4096];
	FILE *file = fmemopen(text, sizeof(text), "w");

	table_print(table, file, colour);
	fclose(file);
	return text;
}

static struct table two_columns(void)
{
	struct table table = { 0 };

	table_column(&table, "name", TABLE_LEFT);
	table_column(&table, "value", TABLE_RIGHT);
	return table;
}

static void add_row(struct table *table, const char *name, const char *value)
{
	table_row(table);
	table_cell(table, 0, "%s", name);
	table_cell(table, 1, "%s", value);
}

TEST(columns_are_as_wide_as_their_widest_cell)
{
	struct table table = two_columns();

	add_row(&table, "a", "1");
	add_row(&table, "longer name", "1234567");
	assert_string_equal(printed(&table, false), "name           value\n"
						    "a                  1\n"
						    "longer name  1234567\n");
	table_release(&table);
	assert_int_equal(table.nr_columns, 0);
}

TEST(characters_count_not_bytes)
{
	struct table table = two_columns();

	add_row(&table, "größe", "5 µs");
	add_row(&table, "abcde", "50 ms");
	add_row(&table, "日本", "1");
	assert_string_equal(printed(&table, false), "name   value\n"
						    "größe   5 µs\n"
						    "abcde  50 ms\n"
						    "日本         1\n");
	table_release(&table);
}

TEST(cell_that_was_not_set_is_blank)
{
	struct table table = two_columns();

	table_row(&table);
	table_cell(&table, 0, "x");
	table_row(&table);
	table_cell(&table, 1, "7");
	assert_string_equal(printed(&table, false), "name  value\n"
						    "x          \n"
						    "          7\n");
	table_release(&table);
}

TEST(last_column_on_the_left_has_no_blanks_behind_it)
{
	struct table table = { 0 };

	table_column(&table, "n", TABLE_RIGHT);
	table_column(&table, "what it is", TABLE_LEFT);
	table_row(&table);
	table_cell(&table, 0, "10");
	table_cell(&table, 1, "x");
	assert_string_equal(printed(&table, false), " n  what it is\n"
						    "10  x\n");
	table_release(&table);
}

TEST(headers_are_bold_where_colours_are_welcome)
{
	struct table table = two_columns();

	add_row(&table, "a", "1");
	assert_string_equal(printed(&table, true), "\033[1mname  value\n\033[0ma         1\n");
	table_release(&table);
}

TEST(table_without_rows_is_its_headers)
{
	struct table table = two_columns();

	assert_string_equal(printed(&table, false), "name  value\n");
	table_release(&table);
}

TEST(cell_set_again_is_replaced)
{
	struct table table = two_columns();

	table_row(&table);
	table_cell(&table, 0, "first");
	table_cell(&table, 0, "%d", 2);
	table_cell(&table, 7, "no such column");
	assert_string_equal(printed(&table, false), "name  value\n"
						    "2          \n");
	table_release(&table);
}

TEST(column_beyond_the_last_is_left_out)
{
	struct table table = { 0 };

	for (int i = 0; i < TABLE_COLUMNS + 3; i++)
		table_column(&table, "c", TABLE_LEFT);
	assert_int_equal(table.nr_columns, TABLE_COLUMNS);
	table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
		cmocka_unit_test(characters_count_not_bytes),
		cmocka_unit_test(cell_that_was_not_set_is_blank),
		cmocka_unit_test(last_column_on_the_left_has_no_blanks_behind_it),
		cmocka_unit_test(headers_are_bold_where_colours_are_welcome),
		cmocka_unit_test(table_without_rows_is_its_headers),
		cmocka_unit_test(cell_set_again_is_replaced),
		cmocka_unit_test(column_beyond_the_last_is_left_out),
	};

	return RUN(tests);
}
