#include "fail_nth.h"

#include "table/fault_price.h"

static const char *prices(const struct fault_price *list, size_t count)
{
	static char text[4096];
	FILE *file = fmemopen(memset(text, 0, sizeof(text)), sizeof(text), "w");

	assert_int_equal(fault_price_print(list, count, file, false), 0);
	fclose(file);
	return text;
}

TEST(a_misaligned_address_pays_for_each_fault)
{
	static const struct fault_price list[] = {
		{ "pfnmap-fault/align=1GiB", 1 << 30, 1, 2000, 4000 },
		{ "pfnmap-fault/align=4KiB", 4096, 262144, 3000, 26e6 },
	};
	const char *text = prices(list, COUNT(list));

	must_contain(text, "without the accesses");
	must_contain(text, "pfnmap-fault/align=1GiB     1GiB       1  2.00 us     2.00 us");
	must_contain(text, "pfnmap-fault/align=4KiB     4KiB  262144  3.00 us      786 ms");
}

TEST(what_the_noise_hides_is_left_open)
{
	static const struct fault_price lost = { "a", 4096, 1, 0, 0 };

	must_contain(prices(&lost, 1), "a        4KiB       1   ");
	assert_null(strstr(prices(&lost, 1), " ns"));
}

TEST(no_bars_take_no_room)
{
	assert_string_equal(prices(NULL, 0), "");
}

static FILE *nowhere;

static enum outcome print_two(void)
{
	static const struct fault_price list[] = { { "a", 4096, 1, 1, 1 }, { "b", 4096, 2, 1, 1 } };
	int ret;

	memory_runs_out();
	ret = fault_price_print(list, COUNT(list), nowhere, true);
	memory_is_back();
	return !ret ? COMPLETE : ret == -ENOMEM ? REFUSED : WRONG;
}

TEST(memory_that_runs_out_is_told)
{
	nowhere = fopen("/dev/null", "we");
	fprintf(nowhere, "its buffer is there\n");
	fail_walk(&(struct fail_walk){ .work = print_two });
	fclose(nowhere);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_misaligned_address_pays_for_each_fault),
		cmocka_unit_test(what_the_noise_hides_is_left_open),
		cmocka_unit_test(no_bars_take_no_room),
		cmocka_unit_test(memory_that_runs_out_is_told),
	};

	return RUN(tests);
}
