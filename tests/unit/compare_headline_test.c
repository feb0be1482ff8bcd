#include "compare/headline.h"
#include "changes.h"

TEST(the_greatest_change_of_each_direction_leads)
{
	static const struct change changes[] = {
		{ "x/a=1", "map_ns", 1.1, 0.001 },   { "x/a=2", "map_ns", 1.3, 0.001 },
		{ "x/a=3", "map_ns", 0.5, 0.001 },   { "x/a=4", "map_ns", 0.51, 0.001 },
		{ "x/a=3", "free_ns", 0.51, 0.001 }, { "x/a=5", "map_ns", 1, 0.001 },
	};
	struct comparison *comparison = compare_changes(changes, COUNT(changes), PAIRS);
	struct headline headline = headline_find(comparison, 1);

	assert_int_equal(headline.nr_rows, 6);
	assert_int_equal(headline.slower.count, 2);
	assert_string_equal(headline.slower.most->cell, "x/a=2");
	assert_int_equal(headline.slower.nr_alike, 1); /* 10 % is not like 30 % */
	assert_int_equal(headline.faster.count, 3);
	assert_string_equal(headline.faster.most->cell, "x/a=3");
	assert_int_equal(headline.faster.nr_alike, 2); /* free_ns is another metric */
	assert_int_equal(headline.nr_same, 1);
	assert_int_equal(headline.nr_unresolved, 0);
	assert_int_equal(headline.boots, PAIRS);
	assert_int_equal(headline.control, CONTROL_NONE);
	assert_int_equal(headline.next, NEXT_PROFILE);
	release(comparison);
}

TEST(what_is_unresolved_never_leads)
{
	static const struct change changes[] = { { "x/a=1", "map_ns", 2, 0.9 },
						 { "x/a=2", "map_ns", 0.9, 0.001 } };
	struct comparison *comparison = compare_changes(changes, COUNT(changes), PAIRS);
	struct headline headline = headline_find(comparison, 1);

	assert_int_equal(headline.nr_unresolved, 1);
	assert_null(headline.slower.most);
	assert_string_equal(headline.faster.most->cell, "x/a=2");
	release(comparison);
}

TEST(few_boots_send_for_more)
{
	static const struct change changes[] = { { "x/a=1", "map_ns", 2, 0.001 } };
	struct comparison *comparison = compare_changes(changes, COUNT(changes), 2);
	struct headline headline = headline_find(comparison, 1);

	assert_int_equal(headline.nr_unresolved, 1);
	assert_int_equal(headline.boots, 2);
	assert_int_equal(headline.next, NEXT_BOOTS);
	assert_int_equal(headline.boots_wanted, 6);
	release(comparison);
}

TEST(what_is_only_faster_is_published)
{
	static const struct change changes[] = { { "x/a=1", "map_ns", 0.5, 0.001 } };
	struct comparison *comparison = compare_changes(changes, COUNT(changes), PAIRS);

	assert_int_equal(headline_find(comparison, 1).next, NEXT_PUBLISH);
	release(comparison);
}

TEST(a_control_that_failed_comes_before_all)
{
	static const struct change changes[] = { { "null/op=nothing", "op_ns", 1.5, 0.001 },
						 { "x/a=1", "map_ns", 1.2, 0.001 } };
	struct comparison *comparison = compare_changes(changes, COUNT(changes), PAIRS);
	struct headline headline = headline_find(comparison, 1);

	assert_int_equal(headline.control, CONTROL_FAILED);
	assert_int_equal(headline.next, NEXT_AGAIN);
	assert_string_equal(headline.slower.most->cell, "x/a=1"); /* the control never leads */
	assert_int_equal(headline.slower.count, 1);
	release(comparison);
}

TEST(more_is_better_where_the_metric_says_so)
{
	struct row row = { .higher_is_better = true };

	assert_true(headline_gain(&row, 2) > 1.9);
	row.higher_is_better = false;
	assert_true(headline_gain(&row, 2) < 0.6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_greatest_change_of_each_direction_leads),
		cmocka_unit_test(what_is_unresolved_never_leads),
		cmocka_unit_test(few_boots_send_for_more),
		cmocka_unit_test(what_is_only_faster_is_published),
		cmocka_unit_test(a_control_that_failed_comes_before_all),
		cmocka_unit_test(more_is_better_where_the_metric_says_so),
	};

	return RUN(tests);
}
