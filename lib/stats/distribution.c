#include <math.h>
#include <stdbool.h>

#include "stats/distribution.h"

static double log_gamma(double x)
{
	int sign; /* lgamma() would write it to a global variable */

	return lgamma_r(x, &sign);
}

/*
 * Computes the continued fraction of the incomplete beta function, from its head (Lentz): each step
 * multiplies by the quotient of two neighbouring numerators and denominators, which are kept off
 * zero.
 */
static double beta_fraction(double a, double b, double x)
{
	const double tiny = 1e-300, enough = 1e-15;
	double c = 1, d = 1 - (a + b) * x / (a + 1), result;

	d = 1 / (fabs(d) < tiny ? tiny : d);
	result = d;
	for (int m = 1; m <= 100000; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double change = 1;

		for (int half = 0; half < 2; half++) {
			double term = half ? odd : even;

			d = 1 + term * d;
			d = 1 / (fabs(d) < tiny ? tiny : d);
			c = 1 + term / c;
			c = fabs(c) < tiny ? tiny : c;
			change = c * d;
			result *= change;
		}
		if (fabs(change - 1) < enough)
			break;
	}
	return result;
}

/*
 * Returns the regularised incomplete beta function I_x(a, b). The continued fraction converges
 * quickly only below the mean.
 */
static double incomplete_beta(double a, double b, double x)
{
	double front;

	if (x <= 0 || x >= 1)
		return x >= 1;
	front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(a, b, x) / a;
	return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double binomial_cdf(size_t successes, size_t trials, double p)
{
	if (successes >= trials)
		return 1;
	return incomplete_beta((double)(trials - successes), (double)successes + 1, 1 - p);
}

double normal_cdf(double z)
{
	return erfc(-z / sqrt(2)) / 2;
}

double student_above(double t, double freedom)
{
	double tail = incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2;

	return t < 0 ? 1 - tail : tail;
}

/* Returns the density, which is the slope of student_above(). */
static double student_density(double t, double freedom)
{
	double constant = log_gamma((freedom + 1) / 2) - log_gamma(freedom / 2);

	return exp(constant - (freedom + 1) / 2 * log1p(t * t / freedom)) / sqrt(freedom * M_PI);
}

/*
 * Uses Newton's method. The chance falls ever less steeply from 0 on, so a step from the left never
 * passes the solution; the loop ends where rounding would step back.
 */
double student_quantile_above(double above, double freedom)
{
	double t = 0;

	for (int i = 0; i < 10000; i++) {
		double slope = student_density(t, freedom);
		double step = (student_above(t, freedom) - above) / slope;

		if (!(step > 1e-15 * t))
			break;
		t += step;
	}
	return t;
}

double normal_quantile_above(double above)
{
	double z = 0;

	for (int i = 0; i < 10000; i++) {
		double step = (normal_cdf(-z) - above) * sqrt(2 * M_PI) / exp(-z * z / 2);

		if (!(step > 1e-15 * z))
			break;
		z += step;
	}
	return z;
}

/*
 * Returns the log density of chi / sqrt(freedom), the sample's spread over the true one, without
 * the constant.
 */
static double log_spread(double spread, double freedom)
{
	return (freedom - 1) * log(spread) - freedom * spread * spread / 2;
}

/*
 * Integrates over the spreads that the sample could show, 9 standard deviations to each side, by
 * Simpson's rule.
 */
double student_shifted_beyond(double t, double freedom, double shift)
{
	const int steps = 120;
	double reach = 9 / sqrt(2 * freedom);
	double from = fmax(1 - reach, 0), step = (1 + reach - from) / steps, sum = 0;
	double constant = log(2) + freedom / 2 * log(freedom / 2) - log_gamma(freedom / 2);

	for (int i = 0; i <= steps; i++) {
		double spread = fmax(from + i * step, 1e-300);
		double weight = i == 0 || i == steps ? 1 : 2 + 2 * (i % 2);

		sum += weight * exp(constant + log_spread(spread, freedom)) *
		       (normal_cdf(shift - t * spread) + normal_cdf(-shift - t * spread));
	}
	return fmin(sum * step / 3, 1);
}
