#include <math.h>

#include "base/random.h"
#include "stats/share.h"
#include "unit.h"

/* A bound is a share from which what was found is 1.96 standard deviations away. */
static void must_be_bound(double share, double hits, double count)
{
	double away = hits / count - share, variance = share * (1 - share) / count;

	must(fabs(away * away - 1.959963984540054 * 1.959963984540054 * variance) < 1e-12,
	     "%g of %g: %.9g", hits, count, share);
}

TEST(interval_is_wilsons)
{
	static const struct {
		double hits, count;
	} cases[] = {
		{ 1, 10 }, { 5, 10 }, { 9, 10 }, { 420, 1000 }, { 3, 1000 }, { 99999, 100000 }
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		double hits = cases[i].hits, count = cases[i].count;
		struct interval interval = share_interval(hits, count);

		assert_true(interval.known);
		assert_true(0 < interval.lo && interval.lo < hits / count);
		assert_true(hits / count < interval.hi && interval.hi < 1);
		must_be_bound(interval.lo, hits, count);
		must_be_bound(interval.hi, hits, count);
	}
}

TEST(none_and_all_are_bounds_themselves)
{
	struct interval none = share_interval(0, 10), all = share_interval(10, 10);

	assert_true(none.lo == 0 && all.hi == 1);
	must_be_bound(none.hi, 0, 10);
	must_be_bound(all.lo, 10, 10);
}

TEST(no_samples_tell_nothing)
{
	struct interval interval = share_interval(0, 0);

	assert_false(interval.known);
	assert_true(interval.lo == 0 && interval.hi == 0);
}

/* The truth lies inside as often as the interval promises. */
TEST(interval_holds_the_truth_in_95_of_100)
{
	static const double truths[] = { 0.02, 0.3, 0.9 };
	struct random random = random_seeded(1, 2);

	for (size_t i = 0; i < COUNT(truths); i++) {
		int held = 0;

		for (int round = 0; round < 2000; round++) {
			double hits = 0;
			struct interval interval;

			for (int sample = 0; sample < 400; sample++)
				hits += (double)random_below(&random, 1000000) < truths[i] * 1e6;
			interval = share_interval(hits, 400);
			held += interval.lo <= truths[i] && truths[i] <= interval.hi;
		}
		must(held > 1860 && held < 1960, "%g: in %d of 2000", truths[i], held);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interval_is_wilsons),
		cmocka_unit_test(none_and_all_are_bounds_themselves),
		cmocka_unit_test(no_samples_tell_nothing),
		cmocka_unit_test(interval_holds_the_truth_in_95_of_100),
	};

	return RUN(tests);
}
