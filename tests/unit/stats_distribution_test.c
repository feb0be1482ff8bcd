#include <math.h>

#include "stats/distribution.h"
#include "unit.h"

static void check(const char *what, double is, double should, double within)
{
	must(fabs(is - should) <= within, "%s: %.12g, not %.12g", what, is, should);
}

/* Printed in every table of Student's t; the last is the normal distribution's. */
TEST(quantiles_are_those_of_the_tables)
{
	static const struct {
		double above, freedom, t;
	} table[] = {
		{ 0.025, 1, 12.706205 }, { 0.025, 2, 4.302653 },    { 0.025, 4, 2.776445 },
		{ 0.025, 7, 2.364624 },	 { 0.025, 10, 2.228139 },   { 0.025, 30, 2.042272 },
		{ 0.005, 5, 4.032143 },	 { 0.0005, 1, 636.619249 }, { 0.05, 20, 1.724718 },
		{ 0.1, 3, 1.637744 },
	};

	for (size_t i = 0; i < COUNT(table); i++)
		check("t", student_quantile_above(table[i].above, table[i].freedom), table[i].t,
		      1e-6 * table[i].t);
	check("z", normal_quantile_above(0.025), 1.959963984540, 1e-11);
	check("z", normal_quantile_above(0.001), 3.090232306168, 1e-11);
	check("cdf", normal_cdf(1), 0.841344746069, 1e-12);
	check("t of 1 is Cauchy's", student_above(1, 1), 0.25, 1e-14);
	check("t of 2", student_above(1, 2), (1 - 1 / sqrt(3)) / 2, 1e-14);
	check("below 0", student_above(-1, 1), 0.75, 1e-14);
}

TEST(quantile_and_chance_undo_each_other)
{
	for (int i = 0; i < 8; i++) {
		for (int j = 0; j < 10; j++) {
			double freedom = pow(3, i), above = 0.4 / pow(7, j);

			check("chance",
			      student_above(student_quantile_above(above, freedom), freedom), above,
			      1e-10 * above);
		}
	}
}

static double binomial_by_hand(size_t successes, size_t trials, double p)
{
	double sum = 0;

	for (size_t k = 0; k <= successes && k <= trials; k++) {
		double term = 1;

		for (size_t i = 0; i < k; i++)
			term *= (double)(trials - i) / (double)(i + 1) * p;
		sum += term * pow(1 - p, (double)(trials - k));
	}
	return sum;
}

TEST(binomial_is_the_sum_of_its_terms)
{
	static const double chances[] = { 0.01, 0.25, 0.5, 0.9, 0.99 };

	for (size_t trials = 1; trials <= 40; trials++) {
		for (size_t k = 0; k <= trials + 1; k++) {
			for (size_t i = 0; i < COUNT(chances); i++)
				check("binomial", binomial_cdf(k, trials, chances[i]),
				      binomial_by_hand(k, trials, chances[i]), 1e-12);
		}
	}
	check("a million coins", binomial_cdf(499999, 1000000, 0.5), 0.5 - 0.000398942, 1e-7);
}

/* R: power.t.test(n = 20, delta = 1, sd = 1) has power 0.8689528. */
TEST(noncentral_t_is_that_of_r)
{
	double t = student_quantile_above(0.025, 38);

	check("power", student_shifted_beyond(t, 38, 1 / sqrt(2.0 / 20)), 0.8689528, 1e-6);
	check("no shift", student_shifted_beyond(t, 38, 0), 0.05, 1e-9);
	check("few", student_shifted_beyond(student_quantile_above(0.025, 2), 2, 0), 0.05, 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_those_of_the_tables),
		cmocka_unit_test(quantile_and_chance_undo_each_other),
		cmocka_unit_test(binomial_is_the_sum_of_its_terms),
		cmocka_unit_test(noncentral_t_is_that_of_r),
	};

	return RUN(tests);
}
