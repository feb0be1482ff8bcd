#include "base/text.h"
#include "unit.h"

TEST(text_grows_to_hold_what_is_added)
{
	struct text text = { 0 };

	assert_null(text.text);
	for (int i = 0; i < 1000; i++)
		text_add(&text, "%03d,", i);
	assert_false(text.failed);
	assert_int_equal(text.length, 4000);
	assert_int_equal(strlen(text.text), 4000);
	assert_memory_equal(text.text, "000,001,", 8);
	assert_string_equal(text.text + 3996, "999,");
	text_release(&text);
	assert_null(text.text);
	assert_int_equal(text.length, 0);
}

TEST(text_is_a_string_even_when_nothing_but_an_empty_piece_was_added)
{
	struct text text = { 0 };

	text_add_bytes(&text, "", 0);
	assert_string_equal(text.text, "");
	text_release(&text);
}

TEST(text_keeps_bytes_that_are_zero)
{
	struct text text = { 0 };

	text_add_bytes(&text, "a\0b", 3);
	assert_int_equal(text.length, 3);
	assert_memory_equal(text.text, "a\0b", 4);
	text_release(&text);
}

TEST(text_of_any_length_fits_at_once)
{
	struct text text = { 0 };
	char long_word[5000];

	memset(long_word, 'x', sizeof(long_word) - 1);
	long_word[sizeof(long_word) - 1] = '\0';
	text_add(&text, "<%s>", long_word);
	assert_int_equal(text.length, sizeof(long_word) + 1);
	assert_string_equal(text.text + sizeof(long_word), ">");
	text_release(&text);
}

TEST(prefix_is_found_only_at_the_start)
{
	assert_true(text_starts_with("hugetlb-2m", "hugetlb-"));
	assert_true(text_starts_with("x", ""));
	assert_false(text_starts_with("memfd-hugetlb-2m", "hugetlb-"));
	assert_false(text_starts_with("huge", "hugetlb-"));
}

TEST(trim_cuts_white_space_off_both_ends)
{
	static const struct {
		const char *text, *trimmed;
	} cases[] = {
		{ "word", "word" }, { "  a b \t\n", "a b" }, { "\n", "" },
		{ "", "" },	    { "\r\nx", "x" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char copy[32];

		strcpy(copy, cases[i].text);
		assert_string_equal(text_trim(copy), cases[i].trimmed);
	}
}

TEST(number_is_read_whole_or_not_at_all)
{
	static const struct {
		const char *text;
		int ret;
		uint64_t value;
	} cases[] = {
		{ "0", 0, 0 },
		{ "7", 0, 7 },
		{ "007", 0, 7 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "99999999999999999999999999", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },
		{ "0x10", -EINVAL, 0 },
		{ "1e3", -EINVAL, 0 },
		{ "1.5", -EINVAL, 0 },
		{ "99999999999999999999999999x", -EINVAL, 0 },
		{ "max", -EINVAL, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t value = 42;
		int ret = text_to_u64(cases[i].text, &value);

		must(ret == cases[i].ret, "\"%s\" gave %d", cases[i].text, ret);
		must(value == (ret ? 42 : cases[i].value), "\"%s\" wrote %llu", cases[i].text,
		     (unsigned long long)value);
	}
}

TEST(closest_word_is_the_one_probably_meant)
{
	static const char *const words[] = { "anon",	   "thp",   "shmem", "shmem-thp",
					     "hugetlb-2m", "memfd", NULL };
	static const struct {
		const char *word, *meant;
	} cases[] = {
		{ "thpp", "thp" },
		{ "amon", "anon" },
		{ "anonn", "anon" },
		{ "shmemthp", "shmem-thp" },
		{ "hugetlb-2M", "hugetlb-2m" },
		{ "hugetlb2m", "hugetlb-2m" },
		{ "memdf", "memfd" },
		{ "qqqqqq", NULL },
		{ "", NULL },
		{ "a-word-so-long-that-it-cannot-be-any-of-them-at-all", NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *closest = text_closest(cases[i].word, words);

		must(closest == cases[i].meant ||
			     (closest && cases[i].meant && !strcmp(closest, cases[i].meant)),
		     "\"%s\" was taken for %s, not %s", cases[i].word,
		     closest ? closest : "nothing", cases[i].meant ? cases[i].meant : "nothing");
	}
}

TEST(suggestion_is_a_question_or_nothing)
{
	static const char *const words[] = { "rounds", "seed", NULL };
	static const char *const none[] = { NULL };
	char hint[80] = "old";

	assert_ptr_equal(text_suggest("round", words, hint, sizeof(hint)), hint);
	assert_string_equal(hint, " (did you mean \"rounds\"?)");
	assert_string_equal(text_suggest("zzzzzzz", words, hint, sizeof(hint)), "");
	assert_string_equal(text_suggest("rounds", none, hint, sizeof(hint)), "");
}

TEST(plain_text_moves_no_cursor)
{
	static const struct {
		const char *text, *plain;
	} cases[] = {
		{ "6.18 \u00b1 1", "6.18 \u00b1 1" },
		{ "a\033[2Jb", "a?[2Jb" },
		{ "a\r\nb\tc", "a??b?c" },
		{ "a\177b", "a?b" },
		{ "a\302\233b\302\240", "a?b\302\240" },
		{ "a\u202eb\u2066c\u2028d", "a?b?c?d" },
		{ "\u2013\u2065\u20ac", "\u2013\u2065\u20ac" },
		{ "", "" },
		{ "0123456789abcdef", "0123456789abcde" },
		{ "0123456789abcd\u00e9f", "0123456789abcd" },
		{ "0123456789abcd\u20ac", "0123456789abcd" },
	};
	char plain[16];

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(text_plain(cases[i].text, plain, sizeof(plain)),
				    cases[i].plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_moves_no_cursor),
		cmocka_unit_test(text_grows_to_hold_what_is_added),
		cmocka_unit_test(text_is_a_string_even_when_nothing_but_an_empty_piece_was_added),
		cmocka_unit_test(text_keeps_bytes_that_are_zero),
		cmocka_unit_test(text_of_any_length_fits_at_once),
		cmocka_unit_test(prefix_is_found_only_at_the_start),
		cmocka_unit_test(trim_cuts_white_space_off_both_ends),
		cmocka_unit_test(number_is_read_whole_or_not_at_all),
		cmocka_unit_test(closest_word_is_the_one_probably_meant),
		cmocka_unit_test(suggestion_is_a_question_or_nothing),
	};

	return RUN(tests);
}
