#include <math.h>
#include <stdbool.h>

#include "stats/distribution.h"
#include "stats/power.h"
#include "stats/signflip.h"

#define MOST 1000000

/* The effect to show, and whether boots are paired. */
struct wish {
	bool paired;
	double sigma, effect; /* for a pair, or for a boot */
	double alpha;
	double rows;
};

/* Returns the level that sign flips can reach: p is a multiple of 2 / 2^pairs. */
static double level_reached(size_t pairs, double alpha)
{
	if (pairs > 50)
		return alpha;
	return ldexp(floor(ldexp(alpha, (int)pairs - 1)), 1 - (int)pairs);
}

/*
 * Returns the chance that all pairs have one sign. With the fewest pairs only that is significant,
 * and t would promise too much.
 */
static double power_of_one_sign(const struct wish *wish, size_t pairs)
{
	double shift = wish->effect / wish->sigma;

	return pow(normal_cdf(shift), (double)pairs) + pow(normal_cdf(-shift), (double)pairs);
}

static double power_of(const struct wish *wish, size_t count)
{
	double n = (double)count, freedom = wish->paired ? n - 1 : 2 * n - 2;
	double level = wish->paired ? level_reached(count, wish->alpha) : wish->alpha;
	double error = wish->sigma * sqrt((wish->paired ? 1 : 2) / n);
	double critical, power;

	if (count < 2 || level <= 0)
		return 0;
	if (error <= 0)
		return wish->effect != 0;
	critical = student_quantile_above(level / wish->rows / 2, freedom);
	power = student_shifted_beyond(critical, freedom, fabs(wish->effect) / error);
	if (wish->paired && level == ldexp(1, 1 - (int)count))
		power = fmin(power, power_of_one_sign(wish, count));
	return power;
}

/*
 * Returns a first guess of the number of boots: by the normal distribution, with a term for t
 * (Guenther 1981).
 */
static double guess(const struct wish *wish, double power)
{
	double z = normal_quantile_above(wish->alpha / wish->rows / 2);
	double z_power = power <= 0.5 ? 0 : normal_quantile_above(1 - power);
	double ratio = (z + z_power) * wish->sigma / fabs(wish->effect);

	return wish->paired ? ratio * ratio + z * z / 2 : 2 * ratio * ratio + z * z / 4;
}

static size_t least_that_reaches(const struct wish *wish, double power, size_t least)
{
	size_t count = least;
	double guessed;

	if (!(wish->effect != 0) || !(wish->sigma >= 0) || power >= 1)
		return 0;
	guessed = guess(wish, power);
	if (guessed > MOST)
		return 0;
	if (guessed > (double)least)
		count = (size_t)guessed;
	while (count > least && power_of(wish, count - 1) >= power)
		count--;
	while (power_of(wish, count) < power)
		count++;
	return count;
}

static struct wish wish_for(bool paired, double sigma, double effect, double alpha, size_t rows)
{
	return (struct wish){ .paired = paired,
			      .sigma = sigma,
			      .effect = effect,
			      .alpha = alpha,
			      .rows = rows ? (double)rows : 1 };
}

double power_of_pairs(size_t pairs, double pair_sigma, double effect, double alpha, size_t rows)
{
	struct wish wish = wish_for(true, pair_sigma, effect, alpha, rows);

	return power_of(&wish, pairs);
}

size_t power_pairs_wanted(double pair_sigma, double effect, double power, double alpha, size_t rows)
{
	struct wish wish = wish_for(true, pair_sigma, effect, alpha, rows);

	return least_that_reaches(&wish, power, SIGNFLIP_LEAST_PAIRS);
}

size_t power_boots_wanted(double boot_sigma, double effect, double power, double alpha, size_t rows)
{
	struct wish wish = wish_for(false, boot_sigma, effect, alpha, rows);

	return least_that_reaches(&wish, power, 2);
}
