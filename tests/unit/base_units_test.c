#include "base/units.h"
#include "unit.h"

TEST(size_is_read_with_its_unit)
{
	static const struct {
		const char *text;
		int ret;
		uint64_t bytes;
	} cases[] = {
		{ "512", 0, 512 },
		{ "512B", 0, 512 },
		{ "4K", 0, 4 * KIB },
		{ "4k", 0, 4 * KIB },
		{ "4KB", -EINVAL, 0 },
		{ "64mb", -EINVAL, 0 },
		{ "1GB", -EINVAL, 0 },
		{ "1TB", -EINVAL, 0 },
		{ "4KiB", 0, 4 * KIB },
		{ "2MiB", 0, 2 * MIB },
		{ "2mib", 0, 2 * MIB },
		{ "2 MiB", 0, 2 * MIB },
		{ "16G", 0, 16 * GIB },
		{ "1TiB", 0, TIB },
		{ "0", 0, 0 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "16777215TiB", 0, 16777215 * TIB },
		{ "16777216TiB", -ERANGE, 0 },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "18446744073709551615K", -ERANGE, 0 },
		{ "999999999999999999999999999999G", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "K", -EINVAL, 0 },
		{ "-4K", -EINVAL, 0 },
		{ "+4K", -EINVAL, 0 },
		{ "1.5G", -EINVAL, 0 },
		{ "4X", -EINVAL, 0 },
		{ "4Kbit", -EINVAL, 0 },
		{ "4K ", -EINVAL, 0 },
		{ "0x1000", -EINVAL, 0 },
		{ "4P", -EINVAL, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t bytes = 42;
		int ret = size_parse(cases[i].text, &bytes);

		must(ret == cases[i].ret, "\"%s\" gave %d", cases[i].text, ret);
		must(ret || bytes == cases[i].bytes, "\"%s\" is not %llu", cases[i].text,
		     (unsigned long long)bytes);
	}
}

TEST(size_that_may_mean_either_is_told_with_both_spellings)
{
	static const struct {
		const char *text, *hint;
	} cases[] = {
		{ "64MB", "write 64MiB or 64000000" },
		{ "4kB", "write 4KiB or 4000" },
		{ "2 GB", "write 2GiB or 2000000000" },
		{ "1tb", "write 1TiB or 1000000000000" },
		{ "64MiB", NULL },
		{ "64M", NULL },
		{ "512B", NULL },
		{ "MB", NULL },
		{ "-4KB", NULL },
		{ "18446744073709551615KB", NULL },
		{ "99999999999999999999999999KB", NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char hint[UNIT_HINT] = "";

		must(size_is_ambiguous(cases[i].text, hint) == (cases[i].hint != NULL), "\"%s\"",
		     cases[i].text);
		assert_string_equal(hint, cases[i].hint ? cases[i].hint : "");
	}
}

TEST(size_that_overflows_leaves_the_result_alone)
{
	uint64_t bytes = 42;

	assert_int_equal(size_parse("16777216TiB", &bytes), -ERANGE);
	assert_int_equal(bytes, 42);
}

TEST(size_is_written_exactly_and_short)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{ 0, "0B" },
		{ 1, "1B" },
		{ 4096, "4KiB" },
		{ 4097, "4097B" },
		{ 1536 * MIB, "1536MiB" },
		{ GIB, "1GiB" },
		{ 3 * TIB, "3TiB" },
		{ 1024 * TIB, "1024TiB" },
		{ UINT64_MAX, "18446744073709551615B" },
	};
	char text[UNIT_TEXT];

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(size_format(cases[i].bytes, text), cases[i].text);
}

TEST(size_that_is_written_is_read_back_the_same)
{
	char text[UNIT_TEXT];

	for (unsigned int shift = 0; shift < 64; shift++) {
		const uint64_t sizes[] = { 1ULL << shift, (1ULL << shift) - 1, (1ULL << shift) + 1,
					   3ULL << shift };

		for (size_t i = 0; i < COUNT(sizes); i++) {
			uint64_t again = 42;

			assert_int_equal(size_parse(size_format(sizes[i], text), &again), 0);
			must(again == sizes[i], "%s is not what was written", text);
		}
	}
}

/* Never "1e+03MiB": these stand in messages that people must act on. */
TEST(rounded_size_has_three_digits_and_no_exponent)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{ 0, "0B" },
		{ 512, "512B" },
		{ 1536 * MIB, "1.5GiB" },
		{ 1495 * MIB, "1.46GiB" },
		{ 100 * MIB, "100MiB" },
		{ 23 * GIB + 300 * MIB, "23.3GiB" },
	};
	char text[UNIT_TEXT];

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(size_format_rounded(cases[i].bytes, text), cases[i].text);
	for (uint64_t mib = 1; mib < 1024; mib++) {
		size_format_rounded(mib * MIB, text);
		must(!strchr(text, 'e'), "%llu MiB is written \"%s\"", (unsigned long long)mib,
		     text);
	}
}

TEST(suffix_is_what_backings_are_called_by)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{ 16 * KIB, "16k" }, { 64 * KIB, "64k" }, { 2 * MIB, "2m" },
		{ GIB, "1g" },	     { 16 * GIB, "16g" }, { 512 * MIB, "512m" },
	};
	char text[UNIT_TEXT];

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(size_format_suffix(cases[i].bytes, text), cases[i].text);
}

TEST(time_is_read_with_its_unit)
{
	static const struct {
		const char *text;
		int ret;
		uint64_t ns;
	} cases[] = {
		{ "90", 0, 90 * SEC },	    { "500ms", 0, 500 * MSEC },
		{ "10m", 0, 600 * SEC },    { "1h", 0, 3600 * SEC },
		{ "3us", 0, 3 * USEC },	    { "7ns", 0, 7 },
		{ "2s", 0, 2 * SEC },	    { "0", 0, 0 },
		{ "5124096h", -ERANGE, 0 }, { "18446744073709551615", -ERANGE, 0 },
		{ "", -EINVAL, 0 },	    { "m", -EINVAL, 0 },
		{ "-1s", -EINVAL, 0 },	    { "1.5s", -EINVAL, 0 },
		{ "10min", -EINVAL, 0 },    { "1h10m", -EINVAL, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t ns = 42;
		int ret = time_parse(cases[i].text, &ns);

		must(ret == cases[i].ret, "\"%s\" gave %d", cases[i].text, ret);
		must(ret || ns == cases[i].ns, "\"%s\" is not %llu ns", cases[i].text,
		     (unsigned long long)ns);
	}
}

TEST(time_is_written_for_reading)
{
	static const struct {
		double ns;
		const char *text;
	} cases[] = {
		{ 0, "0.00 ns" },	 { 21, "21.0 ns" },    { 999, "999 ns" },
		{ 1000, "1.00 us" },	 { 41230, "41.2 us" }, { 1.5e9, "1.50 s" },
		{ 123456789, "123 ms" }, { 7.25, "7.25 ns" },
	};
	char text[UNIT_TEXT];

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(time_format(cases[i].ns, text), cases[i].text);
}

TEST(wait_is_written_in_whole_seconds_rounded_up)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} cases[] = {
		{ 0, "0s" },
		{ 1, "1s" },
		{ SEC, "1s" },
		{ SEC + 1, "2s" },
		{ 59 * SEC, "59s" },
		{ 59 * SEC + 1, "1m00s" },
		{ 125 * SEC, "2m05s" },
		{ 3599 * SEC, "59m59s" },
		{ 3600 * SEC, "1h00m" },
		{ 4200 * SEC, "1h10m" },
	};
	char text[UNIT_TEXT];

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(time_format_wait(cases[i].ns, text), cases[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(size_is_read_with_its_unit),
		cmocka_unit_test(size_that_may_mean_either_is_told_with_both_spellings),
		cmocka_unit_test(size_that_overflows_leaves_the_result_alone),
		cmocka_unit_test(size_is_written_exactly_and_short),
		cmocka_unit_test(size_that_is_written_is_read_back_the_same),
		cmocka_unit_test(rounded_size_has_three_digits_and_no_exponent),
		cmocka_unit_test(suffix_is_what_backings_are_called_by),
		cmocka_unit_test(time_is_read_with_its_unit),
		cmocka_unit_test(time_is_written_for_reading),
		cmocka_unit_test(wait_is_written_in_whole_seconds_rounded_up),
	};

	return RUN(tests);
}
