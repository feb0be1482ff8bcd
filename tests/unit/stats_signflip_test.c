#include <math.h>

#include "base/random.h"
#include "stats/signflip.h"
#include "unit.h"

static double even(struct random *random)
{
	return (double)(random_next(random) >> 11) * 0x1p-53;
}

/* Whole numbers now and then, so that sums tie; all sums are exact. */
static void draw(struct random *random, double *values, size_t count)
{
	bool ties = random_below(random, 2);

	for (size_t i = 0; i < count; i++)
		values[i] = ties ? (double)random_below(random, 7) - 2
				 : rint(0x1p30 * (even(random) - 0.4)) * 0x1p-30;
}

static double by_hand(const double *values, size_t count, enum signflip_side side)
{
	double observed = 0;
	size_t reached = 0;

	for (size_t i = 0; i < count; i++)
		observed += values[i];
	for (size_t pattern = 0; pattern < (size_t)1 << count; pattern++) {
		double sum = 0;

		for (size_t i = 0; i < count; i++)
			sum += pattern >> i & 1 ? -values[i] : values[i];
		reached += side == SIGNFLIP_TWO_SIDED ? fabs(sum) >= fabs(observed)
			   : side == SIGNFLIP_GREATER ? sum >= observed
						      : sum <= observed;
	}
	return (double)reached / (double)((size_t)1 << count);
}

TEST(test_counts_what_all_patterns_flipped_by_hand_count)
{
	struct random random = random_seeded(1, 1);

	for (size_t count = 0; count <= 12; count++) {
		for (int round = 0; round < 30; round++) {
			double values[12];

			draw(&random, values, count);
			for (int side = SIGNFLIP_TWO_SIDED; side <= SIGNFLIP_LESS; side++) {
				double is = signflip_test(values, count, side, 1);
				double should = by_hand(values, count, side);

				must(is == should, "%zu values, side %d: %g, not %g", count, side,
				     is, should);
			}
		}
	}
}

/*
 * Fisher (1935) on Darwin's fifteen pairs of maize: of the 2^15 patterns, 863 reach the sum of 314
 * eighths of an inch and 863 its opposite; one-sided 2.634 %.
 */
TEST(darwins_maize_has_fishers_p)
{
	static const double eighths[] = {
		49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48
	};

	assert_true(signflip_test(eighths, 15, SIGNFLIP_GREATER, 1) == 863 / 32768.0);
	assert_true(signflip_test(eighths, 15, SIGNFLIP_TWO_SIDED, 1) == 1726 / 32768.0);
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

/* Hartigan (1969): the interval goes from the k-th least mean of a subset to the k-th greatest. */
TEST(interval_is_between_means_of_subsets)
{
	static double means[1 << 12];
	struct random random = random_seeded(2, 2);

	for (size_t count = 6; count <= 12; count++) {
		size_t sets = ((size_t)1 << count) - 1;
		size_t rare = (size_t)(0.025 * (double)(sets + 1));
		double values[12], range;
		struct interval interval;

		draw(&random, values, count);
		for (size_t set = 1; set <= sets; set++) {
			double sum = 0;

			for (size_t i = 0; i < count; i++)
				sum += set >> i & 1 ? values[i] : 0;
			means[set - 1] = sum / (double)__builtin_popcountl(set);
		}
		qsort(means, sets, sizeof(*means), compare);
		range = (means[sets - 1] - means[0]) * 0x1p-15;
		assert_int_equal(signflip_interval(values, count, 0.95, 1, &interval), 0);
		assert_true(interval.known);
		must(interval.lo <= means[rare - 1] && interval.lo > means[rare - 1] - range,
		     "%zu: from %.9g, not %.9g", count, interval.lo, means[rare - 1]);
		must(interval.hi >= means[sets - rare] && interval.hi < means[sets - rare] + range,
		     "%zu: to %.9g, not %.9g", count, interval.hi, means[sets - rare]);
	}
}

/* What a test does not reject, its interval holds: 0 is looked at. */
TEST(interval_holds_nothing_just_when_the_test_does_not_reject)
{
	struct random random = random_seeded(3, 3);

	for (int round = 0; round < 2000; round++) {
		double values[SIGNFLIP_ENUMERATED];
		size_t count = 6 + random_below(&random, 12);
		struct interval interval;

		draw(&random, values, count);
		assert_int_equal(signflip_interval(values, count, 0.95, 1, &interval), 0);
		must((signflip_test(values, count, SIGNFLIP_TWO_SIDED, 1) > 0.05) ==
			     (interval.lo <= 0 && 0 <= interval.hi),
		     "%zu values: p %g, but %g to %g", count,
		     signflip_test(values, count, SIGNFLIP_TWO_SIDED, 1), interval.lo, interval.hi);
	}
}

TEST(fewer_than_six_pairs_are_never_significant)
{
	static const double same[] = { 1, 1, 1, 1, 1, 1 };
	struct interval interval;

	for (size_t count = 0; count < SIGNFLIP_LEAST_PAIRS; count++) {
		assert_true(signflip_test(same, count, SIGNFLIP_TWO_SIDED, 1) > 0.05);
		assert_int_equal(signflip_interval(same, count, 0.95, 1, &interval), 0);
		assert_false(interval.known);
		assert_true(interval.lo == 0 && interval.hi == 0);
	}
	assert_true(signflip_test(same, 6, SIGNFLIP_TWO_SIDED, 1) == 2 / 64.0);
	assert_int_equal(signflip_interval(same, 6, 0.95, 1, &interval), 0);
	assert_true(interval.known && fabs(interval.lo - 1) < 1e-9 && fabs(interval.hi - 1) < 1e-9);
}

TEST(order_scale_and_sign_do_not_matter)
{
	struct random random = random_seeded(4, 4);

	for (int round = 0; round < 100; round++) {
		double values[14], other[14];
		struct interval interval, turned;

		for (size_t i = 0; i < 14; i++)
			values[i] = 0.01 * (even(&random) - 0.35);
		for (size_t i = 0; i < 14; i++)
			other[i] = -1024 * values[13 - i];
		assert_true(signflip_test(values, 14, SIGNFLIP_TWO_SIDED, 1) ==
			    signflip_test(other, 14, SIGNFLIP_TWO_SIDED, 1));
		assert_true(signflip_test(values, 14, SIGNFLIP_GREATER, 1) ==
			    signflip_test(other, 14, SIGNFLIP_LESS, 1));
		assert_int_equal(signflip_interval(values, 14, 0.95, 1, &interval), 0);
		assert_int_equal(signflip_interval(other, 14, 0.95, 1, &turned), 0);
		assert_true(interval.lo == turned.hi / -1024 && interval.hi == turned.lo / -1024);
	}
}

/* The same values, enumerated and, with a pair of zero difference to make them 21, sampled. */
TEST(sampling_agrees_with_enumeration)
{
	struct random random = random_seeded(5, 5);

	for (int round = 0; round < 5; round++) {
		double values[21] = { 0 }, p, luck;
		struct interval all, some;

		for (size_t i = 0; i < 20; i++)
			values[i] = even(&random) - 0.35;
		p = signflip_test(values, 20, SIGNFLIP_GREATER, 1);
		luck = 4 * sqrt(p * (1 - p) / SIGNFLIP_SAMPLES);
		assert_true(fabs(signflip_test(values, 21, SIGNFLIP_GREATER, 9) - p) <= luck);
		assert_true(signflip_test(values, 21, SIGNFLIP_GREATER, 9) ==
			    signflip_test(values, 21, SIGNFLIP_GREATER, 9));
		assert_int_equal(signflip_interval(values, 20, 0.95, 1, &all), 0);
		values[20] = (all.lo + all.hi) / 2;
		assert_int_equal(signflip_interval(values, 21, 0.95, 1, &some), 0);
		assert_true(fabs(some.lo - all.lo) < 0.1 * (all.hi - all.lo));
		assert_true(fabs(some.hi - all.hi) < 0.1 * (all.hi - all.lo));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts_what_all_patterns_flipped_by_hand_count),
		cmocka_unit_test(darwins_maize_has_fishers_p),
		cmocka_unit_test(interval_is_between_means_of_subsets),
		cmocka_unit_test(interval_holds_nothing_just_when_the_test_does_not_reject),
		cmocka_unit_test(fewer_than_six_pairs_are_never_significant),
		cmocka_unit_test(order_scale_and_sign_do_not_matter),
		cmocka_unit_test(sampling_agrees_with_enumeration),
	};

	return RUN(tests);
}
