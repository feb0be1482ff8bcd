#include <math.h>

#include "stats/order.h"
#include "unit.h"

static const double ranks[] = { 1,  2,	3,  4,	5,  6,	7,  8,	9,  10, 11, 12, 13,
				14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25 };

/*
 * Of ten values, ranks 2 to 9 cover 97.85 % and 3 to 8 89.06 %: Hettmansperger and Sheather's
 * weight of the inner rank for 95 % is 8 I / (2 + 6 I) with I = (97.85 - 95) / (97.85 - 89.06).
 */
TEST(median_interval_is_hettmansperger_and_sheathers)
{
	double outer = 1 - 2 * 11 / 1024.0, inner = 1 - 2 * 56 / 1024.0;
	double part = (outer - 0.95) / (outer - inner), weight = 8 * part / (2 + 6 * part);
	struct interval interval = order_median_interval(ranks, 10);

	assert_true(interval.known);
	must(fabs(interval.lo - (2 + weight)) < 1e-9, "from %g, not %g", interval.lo, 2 + weight);
	must(fabs(interval.hi - (9 - weight)) < 1e-9, "to %g, not %g", interval.hi, 9 - weight);
}

/* The textbook's ranks, which cover at least 95 %: the interpolated interval is within them. */
TEST(median_interval_lies_between_the_ranks_of_the_binomial_table)
{
	static const size_t outer[] = {
		[6] = 1,  [7] = 1,  [8] = 1,  [9] = 2,	[10] = 2, [11] = 2, [12] = 3,
		[13] = 3, [14] = 3, [15] = 4, [16] = 4, [17] = 5, [18] = 5, [19] = 5,
		[20] = 6, [21] = 6, [22] = 6, [23] = 7, [24] = 7, [25] = 8
	};

	for (size_t n = 6; n <= 25; n++) {
		struct interval interval = order_median_interval(ranks, n);

		must(interval.lo >= (double)outer[n] && interval.lo < (double)outer[n] + 1,
		     "%zu values: from %g", n, interval.lo);
		must(fabs(interval.lo + interval.hi - (double)(n + 1)) < 1e-9,
		     "%zu values: %g to %g is lopsided", n, interval.lo, interval.hi);
	}
}

TEST(too_few_values_say_so_without_a_number)
{
	for (size_t n = 0; n < 6; n++) {
		struct interval interval = order_median_interval(ranks, n);

		assert_false(interval.known);
		assert_true(interval.lo == 0 && interval.hi == 0);
	}
	assert_false(order_interval(ranks, 25, 0.99, 0.95).known);
	assert_false(order_interval(ranks, 25, 0, 0.95).known);
	assert_false(order_interval(ranks, 25, 1, 0.95).known);
	assert_true(order_interval(ranks, 5, 0.5, 0.9).known);
}

TEST(quantiles_mirror_each_other)
{
	for (int percent = 25; percent < 80; percent += 5) {
		double q = percent / 100.0;
		struct interval low = order_interval(ranks, 25, q, 0.9);
		struct interval high = order_interval(ranks, 25, 1 - q, 0.9);

		assert_true(low.known && high.known);
		must(fabs(low.lo + high.hi - 26) < 1e-9, "%g: %g and %g", q, low.lo, high.hi);
		must(fabs(low.hi + high.lo - 26) < 1e-9, "%g: %g and %g", q, low.hi, high.lo);
		assert_true(low.lo <= 26 * q && 26 * q <= low.hi);
	}
}

TEST(a_hundred_thousand_values_have_an_interval_too)
{
	const size_t n = 100000;
	double *values = calloc(n, sizeof(*values));
	struct interval interval;

	assert_non_null(values);
	for (size_t i = 0; i < n; i++)
		values[i] = (double)i / (double)n;
	interval = order_interval(values, n, 0.999, 0.95);
	assert_true(interval.known && interval.lo < 0.999 && 0.999 < interval.hi);
	assert_true(interval.hi - interval.lo < 2.2 * 1.96 * sqrt(0.999 * 0.001 / (double)n));
	free(values);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(median_interval_is_hettmansperger_and_sheathers),
		cmocka_unit_test(median_interval_lies_between_the_ranks_of_the_binomial_table),
		cmocka_unit_test(too_few_values_say_so_without_a_number),
		cmocka_unit_test(quantiles_mirror_each_other),
		cmocka_unit_test(a_hundred_thousand_values_have_an_interval_too),
	};

	return RUN(tests);
}
