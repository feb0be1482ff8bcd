#include <string.h>

#include "result/cell_name.h"
#include "unit.h"

#define CELL "vfio-map/iommu=type1v2/backing=thp/size=64MiB"

TEST(a_benchmark_is_what_stands_before_the_first_slash)
{
	assert_true(cell_is_of(CELL, "vfio-map"));
	assert_true(cell_is_of("null", "null"));
	assert_false(cell_is_of(CELL, "vfio"));
	assert_false(cell_is_of(CELL, "vfio-map-more"));
	assert_true(cell_has_bench_of("null", "null/op=nothing"));
	assert_false(cell_has_bench_of("null", "nullify"));
	assert_string_equal(cell_settings(CELL), "iommu=type1v2/backing=thp/size=64MiB");
	assert_string_equal(cell_settings("null"), "null");
}

TEST(parts_come_in_order_with_keys_and_values)
{
	static const char *const keys[] = { "iommu", "backing", "size" };
	static const char *const values[] = { "type1v2", "thp", "64MiB" };
	const char *at = cell_parts(CELL);
	struct cell_part part;
	size_t count = 0;

	while (cell_next_part(&at, &part)) {
		size_t length;
		const char *value = cell_part_value(&part, &length);

		assert_true(count < COUNT(keys));
		assert_true(cell_part_has_key(&part, keys[count]));
		assert_int_equal(length, strlen(values[count]));
		assert_memory_equal(value, values[count], length);
		count++;
	}
	assert_int_equal(count, COUNT(keys));
	at = cell_parts("null");
	assert_false(cell_next_part(&at, &part));
}

TEST(a_part_is_found_by_its_whole_key)
{
	struct cell_part part, other;

	assert_true(cell_find_part(CELL, "size", 4, &part));
	assert_false(cell_find_part(CELL, "siz", 3, &part));
	assert_false(cell_has_part(CELL, "vfio-map"));
	assert_true(cell_has_value(CELL, "backing", "thp"));
	assert_false(cell_has_value(CELL, "backing", "th"));
	assert_false(cell_has_value(CELL, "backing", "thp/size=64MiB"));
	assert_false(cell_has_value("b/backing", "backing", "thp"));
	assert_true(cell_has_part("b/backing", "backing"));
	assert_true(cell_find_part("b/size=1GiB", "size", 4, &other));
	assert_true(cell_find_part(CELL, "size", 4, &part));
	assert_true(cell_part_has_key_of(&part, &other));
	assert_false(cell_part_is(&part, &other));
}

TEST(names_are_put_together_as_they_are_taken_apart)
{
	char name[CELL_NAME];
	size_t used = cell_name_begin(name, "vfio-map");

	used = cell_name_add(name, used, "iommu", "type1v2");
	used = cell_name_add(name, used, "backing", "thp");
	cell_name_add(name, used, "size", "64MiB");
	assert_string_equal(name, CELL);
	assert_true(cell_name_is_good(name));
}

TEST(a_name_that_is_too_long_is_cut_and_terminated)
{
	char name[CELL_NAME];
	size_t used = cell_name_begin(name, "b");

	for (int i = 0; i < 100; i++)
		used = cell_name_add(name, used, "parameter", "value");
	assert_int_equal(strlen(name), CELL_NAME - 1);
	assert_true(used >= CELL_NAME);
}

TEST(values_that_would_break_the_grammar_are_escaped)
{
	struct text name = { 0 };

	text_add(&name, "google");
	cell_name_add_escaped(&name, "name", "BM_copy/8%\n");
	assert_string_equal(name.text, "google/name=BM_copy%2F8%25%0A");
	assert_true(cell_name_is_good(name.text));
	text_release(&name);
}

TEST(what_is_no_name_is_told)
{
	static const char *const bad[] = { "",	    "Null",    "b/",   "b/x",	 "b/x=",
					   "b/X=1", "b/x-y=1", "b/=1", "b//x=1", "1b/x=1" };

	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(cell_name_is_good(bad[i]));
	assert_true(cell_name_is_good("dma-api/size_kib=4"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_benchmark_is_what_stands_before_the_first_slash),
		cmocka_unit_test(parts_come_in_order_with_keys_and_values),
		cmocka_unit_test(a_part_is_found_by_its_whole_key),
		cmocka_unit_test(names_are_put_together_as_they_are_taken_apart),
		cmocka_unit_test(a_name_that_is_too_long_is_cut_and_terminated),
		cmocka_unit_test(values_that_would_break_the_grammar_are_escaped),
		cmocka_unit_test(what_is_no_name_is_told),
	};

	return RUN(tests);
}
