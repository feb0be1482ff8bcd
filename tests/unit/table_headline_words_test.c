#include "changes.h"
#include "table/headline_words.h"

static const char *words_of(struct comparison *comparison, struct text *text)
{
	text_release(text);
	headline_add_lines(comparison, text);
	assert_false(text->failed);
	return text->text;
}

TEST(slower_rows_come_first_with_what_they_have_in_common)
{
	static const struct change changes[] = {
		{ "x/a=1/b=1", "map_ns", 1.046, 0.0001 },  { "x/a=1/b=2", "map_ns", 0.25, 0.0001 },
		{ "x/a=1/b=3", "map_ns", 0.251, 0.0001 },  { "x/a=1/b=3", "free_ns", 0.9, 0.0001 },
		{ "null/op=nothing", "op_ns", 1, 0.0001 },
	};
	struct comparison *comparison = compare_changes(changes, COUNT(changes), PAIRS);
	struct text text = { 0 };

	assert_string_equal(
		words_of(comparison, &text),
		"young against old: Slower: 1 of 5 rows, x map_ns by 4.6 % (1). Faster: 3 of 5 "
		"rows, most of all x map_ns by 4.0× (2, 3), 1 other by less. The same within 2 %: "
		"1. 8 pairs of boots, sure to 95 % over all rows at once; the control passed.\n"
		"Next, see which functions the row that got slower most spends more in:\n"
		"  dmabench run --profile -o NEW/profile.jsonl CONFIG\n");
	text_release(&text);
	release(comparison);
}

TEST(nothing_is_claimed_of_what_is_unresolved)
{
	static const struct change changes[] = { { "x/a=1", "map_ns", 3, 0.001 } };
	struct comparison *comparison = compare_changes(changes, COUNT(changes), 2);
	struct text text = { 0 };

	assert_string_equal(
		words_of(comparison, &text),
		"young against old: No row was shown to be slower. Unresolved: 1, all of them, "
		"which may have changed or not: these boots cannot tell. 2 pairs of boots; no "
		"control was measured.\n"
		"Next, measure on 6 boots a side, which may resolve the rest (reboot before each, "
		"the kernels in turns):\n"
		"  dmabench run CONFIG -o NEW/boot-6.jsonl\n");
	text_release(&text);
	release(comparison);
}

TEST(words_without_a_case_are_left_out)
{
	static const struct change changes[] = { { "x/a=1", "map_ns", 1, 0.0001 } };
	struct comparison *comparison = compare_changes(changes, COUNT(changes), PAIRS);
	struct text text = { 0 };
	const char *words = words_of(comparison, &text);

	must_contain(words, "No row is slower. The same within 2 %: 1. 8 pairs");
	must(!strstr(words, "nresolved") && !strstr(words, "Faster"), "%s", words);
	must_contain(words, "dmabench report BASE NEW -o DIR");
	text_release(&text);
	release(comparison);
}

TEST(a_control_that_failed_is_told_first)
{
	static const struct change changes[] = { { "null/op=nothing", "op_ns", 1.5, 0.001 },
						 { "x/a=1", "map_ns", 1.2, 0.001 } };
	struct comparison *comparison = compare_changes(changes, COUNT(changes), PAIRS);
	struct text text = { 0 };

	must_contain(
		words_of(comparison, &text),
		"young against old: The control failed: a row that no kernel can change differs, "
		"so nothing below can be relied on. Slower: 1 of 2 rows, x map_ns by 20 %. 8 "
		"pairs");
	must_contain(text.text, "Next, measure both sides anew");
	text_release(&text);
	release(comparison);
}

/* Counts that are 0 have no ratio, and so rest on no pair. */
TEST(rows_of_zeros_do_not_count_as_pairs)
{
	static const struct change changes[] = { { "x/a=1", "map_ns", 1.2, 0.001 },
						 { "x/a=1", "faults", 0, 0 } };
	struct comparison *comparison = compare_changes(changes, COUNT(changes), PAIRS);
	struct text text = { 0 };

	must_contain(words_of(comparison, &text), " 8 pairs of boots, sure to 95 %");
	text_release(&text);
	release(comparison);
}

TEST(names_of_cells_cannot_leave_the_command)
{
	static const struct change changes[] = { { "x/a=1;$(reboot)'\x1b", "map_ns", 1.2, 0.001 } };
	struct comparison *comparison = compare_changes(changes, COUNT(changes), PAIRS);
	struct headline headline = headline_find(comparison, 1);
	struct text text = { 0 };

	json_decref(sides.list[0].boots[0]->run);
	sides.list[0].boots[0]->run =
		json_loads("{\"host\":{\"emulator\":\"QEMU 10.0\"}}", 0, NULL);
	headline_add_lines(comparison, &text);
	assert_int_equal(headline.next, NEXT_PROFILE);
	must_contain(text.text, " 'x/a=1;$(reboot)'\\''?'\n");
	text_release(&text);
	release(comparison);
}

TEST(changes_are_parts_or_factors)
{
	static const struct {
		double ratio;
		const char *text;
	} cases[] = {
		{ 1.046, "4.6 %" }, { 0.954, "4.6 %" }, { 1.0004, "0.04 %" }, { 1.3, "30 %" },
		{ 1.5, "1.5×" },    { 0.25, "4.0×" },	{ 12, "12×" },
	};
	const struct row row = { .higher_is_better = false };
	char text[HEADLINE_CHANGE];

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(headline_change(&row, cases[i].ratio, text), cases[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slower_rows_come_first_with_what_they_have_in_common),
		cmocka_unit_test(nothing_is_claimed_of_what_is_unresolved),
		cmocka_unit_test(words_without_a_case_are_left_out),
		cmocka_unit_test(a_control_that_failed_is_told_first),
		cmocka_unit_test(rows_of_zeros_do_not_count_as_pairs),
		cmocka_unit_test(names_of_cells_cannot_leave_the_command),
		cmocka_unit_test(changes_are_parts_or_factors),
	};

	return RUN(tests);
}
