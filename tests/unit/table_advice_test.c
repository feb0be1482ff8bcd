#include "table/advice.h"
#include "unit.h"

static const char *advice(const struct advice_row *rows, size_t count)
{
	static char text[4096];
	FILE *file = fmemopen(memset(text, 0, sizeof(text)), sizeof(text), "w");

	advice_print(rows, count, file);
	fclose(file);
	return text;
}

TEST(the_best_change_of_each_parameter_is_told)
{
	static const struct advice_row rows[] = {
		{ "guest-boot/backing=anon/size=4GiB/open=one-by-one", 4e9 },
		{ "guest-boot/backing=thp/size=4GiB/open=one-by-one", 2e9 },
		{ "guest-boot/backing=hugetlb-2m/size=4GiB/open=one-by-one", 1e9 },
		{ "guest-boot/backing=anon/size=4GiB/open=together", 3e9 },
	};
	const char *text = advice(rows, COUNT(rows));

	must_contain(text, "  guest-boot/backing=anon/size=4GiB/open=one-by-one, 4.00 s\n"
			   "      backing=hugetlb-2m: 1.00 s, saves 3.00 s (75 %)\n"
			   "      open=together: 3.00 s, saves 1.00 s (25 %)\n");
	must_contain(text, "  guest-boot/backing=thp/size=4GiB/open=one-by-one, 2.00 s\n"
			   "      backing=hugetlb-2m: 1.00 s, saves 1.00 s (50 %)\n");
	assert_null(strstr(text, "backing=anon/size=4GiB/open=together, "));
}

TEST(a_parameter_at_its_default_is_told_by_its_name)
{
	static const struct advice_row rows[] = {
		{ "guest-boot/backing=thp/bar_align=4KiB", 2e9 },
		{ "guest-boot/backing=thp", 1e9 },
	};

	must_contain(advice(rows, COUNT(rows)),
		     "bar_align at its default: 1.00 s, saves 1.00 s (50 %)\n");
}

TEST(what_is_not_the_same_start_is_not_compared)
{
	static const struct advice_row cases[][2] = {
		/* half the memory */
		{ { "guest-boot/backing=thp/size=4GiB", 2e9 },
		  { "guest-boot/backing=thp/size=2GiB", 1e9 } },
		/* two parameters at a time */
		{ { "guest-boot/backing=thp/open=one-by-one", 2e9 },
		  { "guest-boot/backing=anon/open=together", 1e9 } },
		/* a parameter more and another less */
		{ { "guest-boot/prefault=no", 2e9 }, { "guest-boot/open=together", 1e9 } },
		/* another benchmark */
		{ { "guest-boot/backing=thp", 2e9 }, { "guest-boots/backing=anon", 1e9 } },
		{ { "vfio-map/backing=thp", 2e9 }, { "vfio-map/backing=anon", 1e9 } },
		/* under 5 % */
		{ { "guest-boot/backing=thp", 2e9 }, { "guest-boot/backing=anon", 1.91e9 } },
		/* the same cell */
		{ { "guest-boot/backing=thp", 2e9 }, { "guest-boot/backing=thp", 1e9 } },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		must(!advice(cases[i], 2)[0], "case %zu: %s", i, advice(cases[i], 2));
}

TEST(the_price_of_a_misaligned_address_is_told)
{
	static const struct advice_row rows[] = {
		{ "pfnmap-fault/span=1GiB/align=4KiB", 883e6 },
		{ "pfnmap-fault/span=1GiB/align=2MiB", 5.77e6 },
		{ "pfnmap-fault/span=1GiB/align=1GiB", 4.73e6 },
	};

	must_contain(advice(rows, COUNT(rows)), "  pfnmap-fault/span=1GiB/align=4KiB, 883 ms\n"
						"      align=1GiB: 4.73 ms, saves 878 ms (99 %)\n");
}

TEST(advice_is_given_on_whole_times_only)
{
	assert_true(advice_wants("guest-boot/backing=thp", "wall_ns"));
	assert_true(advice_wants("guest-boot", "wall_ns"));
	assert_false(advice_wants("guest-boot/backing=thp", "ram_ns"));
	assert_false(advice_wants("device-init/devices=2", "wall_ns"));
	assert_true(advice_wants("pfnmap-fault/span=1GiB/via=dma", "dma_map_ns"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_change_of_each_parameter_is_told),
		cmocka_unit_test(a_parameter_at_its_default_is_told_by_its_name),
		cmocka_unit_test(what_is_not_the_same_start_is_not_compared),
		cmocka_unit_test(the_price_of_a_misaligned_address_is_told),
		cmocka_unit_test(advice_is_given_on_whole_times_only),
	};

	return RUN(tests);
}
