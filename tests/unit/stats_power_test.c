#include <math.h>

#include "stats/power.h"
#include "stats/signflip.h"
#include "simulation.h"
#include "unit.h"

/* R: power.t.test(delta = 1, power = 0.9) says 22.02 a side; (delta = 0.5, power = 0.8, type =
 * "paired") says 33.37. */
TEST(numbers_wanted_are_those_of_r)
{
	assert_int_equal(power_boots_wanted(1, 1, 0.9, 0.05, 1), 23);
	assert_int_equal(power_pairs_wanted(1, 0.5, 0.8, 0.05, 1), 34);
}

TEST(number_wanted_is_the_first_that_reaches_the_power)
{
	static const size_t rows[] = { 1, 40, 500 };

	for (int step = 0; step < 11; step++) {
		double sigma = 0.002 * pow(1.5, step);

		for (size_t i = 0; i < COUNT(rows); i++) {
			size_t pairs = power_pairs_wanted(sigma, 0.02, 0.9, 0.05, rows[i]);

			assert_true(pairs >= SIGNFLIP_LEAST_PAIRS);
			assert_true(power_of_pairs(pairs, sigma, 0.02, 0.05, rows[i]) >= 0.9);
			assert_true(pairs == SIGNFLIP_LEAST_PAIRS ||
				    power_of_pairs(pairs - 1, sigma, 0.02, 0.05, rows[i]) < 0.9);
		}
	}
}

/* Pairs are 21 (sigma of a boot / effect)^2, and z^2 / 2 or about two for not knowing sigma. */
TEST(rule_of_thumb_holds)
{
	for (int step = 0; step < 10; step++) {
		double sigma = 0.015 * pow(1.3, step);
		double rule = 21 * pow(sigma / 0.02, 2);
		double pairs = (double)power_pairs_wanted(sqrt(2) * sigma, 0.02, 0.9, 0.05, 1);

		must(pairs > rule - 1 && pairs < rule * 1.01 + 4, "sigma %g: %g, by the rule %g",
		     sigma, pairs, rule);
	}
}

TEST(power_is_what_a_simulation_finds)
{
	static const struct {
		size_t pairs;
		double shift;
	} cases[] = { { 6, 1.5 }, { 7, 1.5 }, { 8, 1.4 }, { 12, 1 }, { 16, 0.8 } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct random random = random_seeded(11, i);
		double power = power_of_pairs(cases[i].pairs, 1, cases[i].shift, 0.05, 1);
		struct tally found = { 0 };

		for (int round = 0; round < 2000; round++) {
			double values[16];

			for (size_t pair = 0; pair < cases[i].pairs; pair++)
				values[pair] = cases[i].shift + draw_normal(&random);
			tally_add(&found, signflip_test(values, cases[i].pairs, SIGNFLIP_TWO_SIDED,
							1) <= 0.05);
		}
		/* what t says of flips is no better than a percent or so */
		must(fabs(tally_rate(found) - power) < tally_luck(found, power) + 0.015,
		     "%zu pairs: found %g, power %g", cases[i].pairs, tally_rate(found), power);
	}
}

TEST(limits_are_said)
{
	assert_true(power_of_pairs(5, 0.01, 1, 0.05, 1) == 0);
	assert_true(power_of_pairs(6, 0, 0.01, 0.05, 1) == 1);
	assert_true(power_of_pairs(6, 0, 0, 0.05, 1) == 0);
	assert_int_equal(power_pairs_wanted(0.01, 0, 0.9, 0.05, 1), 0);
	assert_int_equal(power_pairs_wanted(NAN, 0.01, 0.9, 0.05, 1), 0);
	assert_int_equal(power_pairs_wanted(1e6, 0.01, 0.9, 0.05, 1), 0);
	assert_int_equal(power_pairs_wanted(0, 0.01, 0.9, 0.05, 1), SIGNFLIP_LEAST_PAIRS);
	assert_int_equal(power_boots_wanted(0, 0.01, 0.9, 0.05, 1), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_wanted_are_those_of_r),
		cmocka_unit_test(number_wanted_is_the_first_that_reaches_the_power),
		cmocka_unit_test(rule_of_thumb_holds),
		cmocka_unit_test(power_is_what_a_simulation_finds),
		cmocka_unit_test(limits_are_said),
	};

	return RUN(tests);
}
