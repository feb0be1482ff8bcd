#include <math.h>

#include "stats/summary.h"
#include "unit.h"

/* Worked out by hand; quartiles are those of R's default, type 7. */
static const struct {
	const char *what;
	double values[8];
	size_t count;
	double min, lower, median, upper, max, mad;
} cases[] = {
	{ "none", { 0 }, 0, 0, 0, 0, 0, 0, 0 },
	{ "one", { 5 }, 1, 5, 5, 5, 5, 5, 0 },
	{ "two", { 10, 20 }, 2, 10, 12.5, 15, 17.5, 20, 5 },
	{ "three", { 3, 1, 2 }, 3, 1, 1.5, 2, 2.5, 3, 1 },
	{ "even count", { 4, 1, 3, 2 }, 4, 1, 1.75, 2.5, 3.25, 4, 1 },
	{ "odd count", { 1, 2, 3, 4, 100 }, 5, 1, 2, 3, 4, 100, 1 },
	{ "ties", { 7, 7, 7, 7 }, 4, 7, 7, 7, 7, 7, 0 },
	{ "ties about the middle", { 1, 5, 5, 5, 9, 9 }, 6, 1, 5, 5, 8, 9, 2 },
	{ "eight", { 8, 7, 6, 5, 4, 3, 2, 1 }, 8, 1, 2.75, 4.5, 6.25, 8, 2 },
	{ "negative", { -3, -1, -2 }, 3, -3, -2.5, -2, -1.5, -1, 1 },
	{ "fractions", { 0.5, 0.25 }, 2, 0.25, 0.3125, 0.375, 0.4375, 0.5, 0.125 },
};

static void check(const char *what, const char *figure, double is, double should)
{
	must(fabs(is - should) < 1e-12, "%s: %s is %g, not %g", what, figure, is, should);
}

TEST(summary_is_what_a_hand_works_out)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		double values[8];
		struct summary summary;

		memcpy(values, cases[i].values, sizeof(values));
		summary = summarize(values, cases[i].count);
		assert_int_equal(summary.count, cases[i].count);
		check(cases[i].what, "least", summary.min, cases[i].min);
		check(cases[i].what, "lower quartile", summary.lower_quartile, cases[i].lower);
		check(cases[i].what, "median", summary.median, cases[i].median);
		check(cases[i].what, "upper quartile", summary.upper_quartile, cases[i].upper);
		check(cases[i].what, "most", summary.max, cases[i].max);
		check(cases[i].what, "MAD", summary.mad, cases[i].mad);
	}
}

TEST(values_are_left_sorted_and_whole)
{
	double values[] = { 4, 1, 3, 2, 2 };

	summarize(values, COUNT(values));
	for (size_t i = 1; i < COUNT(values); i++)
		assert_true(values[i - 1] <= values[i]);
	assert_true(values[0] + values[1] + values[2] + values[3] + values[4] == 12);
}

TEST(quantile_goes_linearly_between_neighbours)
{
	static const double sorted[] = { 0, 10, 20, 30, 40 };
	static const struct {
		double q, value;
	} wanted[] = {
		{ 0, 0 }, { 0.1, 4 }, { 0.25, 10 }, { 0.5, 20 }, { 0.9, 36 }, { 1, 40 },
	};

	for (size_t i = 0; i < COUNT(wanted); i++)
		check("quantile", "value", quantile(sorted, COUNT(sorted), wanted[i].q),
		      wanted[i].value);
	check("quantile of one", "value", quantile(sorted + 3, 1, 0.7), 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(summary_is_what_a_hand_works_out),
		cmocka_unit_test(values_are_left_sorted_and_whole),
		cmocka_unit_test(quantile_goes_linearly_between_neighbours),
	};

	return RUN(tests);
}
