#include "compare/estimate.h"
#include "unit.h"

TEST(no_boot_gives_no_figure)
{
	struct estimate estimate = { 0 };
	double none[1];

	estimate_make(&estimate, none, 0, 1, 2);
	assert_int_equal(estimate.boots, 0);
	assert_int_equal(estimate.spread, SPREAD_NONE);
}

TEST(one_boot_is_bounded_by_its_own_quartiles)
{
	struct estimate estimate = { 0 };
	double figures[] = { 10 };

	estimate_make(&estimate, figures, 1, 9, 12);
	assert_int_equal(estimate.spread, SPREAD_QUARTILES);
	assert_true(estimate.median == 10 && estimate.lo == 9 && estimate.hi == 12);
}

TEST(fewer_than_six_boots_are_bounded_by_their_range)
{
	struct estimate estimate = { 0 };
	double figures[] = { 5, 1, 3, 2, 4 };

	estimate_make(&estimate, figures, COUNT(figures), 0, 0);
	assert_int_equal(estimate.spread, SPREAD_RANGE);
	assert_int_equal(estimate.boots, 5);
	assert_true(estimate.median == 3 && estimate.lo == 1 && estimate.hi == 5);
}

TEST(six_boots_have_an_interval_within_their_range)
{
	struct estimate estimate = { 0 };
	double figures[] = { 6, 1, 3, 2, 4, 5 };

	estimate_make(&estimate, figures, COUNT(figures), 0, 0);
	assert_int_equal(estimate.spread, SPREAD_INTERVAL);
	assert_true(estimate.median == 3.5);
	assert_true(estimate.lo >= 1 && estimate.lo < 3.5 && estimate.hi > 3.5 && estimate.hi <= 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_boot_gives_no_figure),
		cmocka_unit_test(one_boot_is_bounded_by_its_own_quartiles),
		cmocka_unit_test(fewer_than_six_boots_are_bounded_by_their_range),
		cmocka_unit_test(six_boots_have_an_interval_within_their_range),
	};

	return RUN(tests);
}
