#include "stats/distribution.h"
#include "stats/order.h"

/* Returns the chance that the quantile lies below the order statistic of this rank (from 1). */
static double chance_below(size_t rank, size_t count, double q)
{
	return binomial_cdf(rank - 1, count, q);
}

/*
 * Returns the highest rank whose order statistic is above the quantile with at most chance @tail;
 * 0: none.
 */
static size_t lower_rank(size_t count, double q, double tail)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low + 1) / 2;

		if (chance_below(middle, count, q) <= tail)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

/*
 * Returns the rank of the lower bound, with a fraction; 0 where there is none. Coverage is not
 * linear between two ranks: the weight is exact for the Laplace distribution, and close for all
 * others.
 */
static double lower_bound_rank(size_t count, double q, double tail)
{
	size_t rank = lower_rank(count, q, tail);
	double below, above, odds;

	if (rank == 0 || rank == count)
		return (double)rank;
	below = tail - chance_below(rank, count, q);
	above = chance_below(rank + 1, count, q) - tail;
	if (below <= 0)
		return (double)rank;
	odds = (double)rank * (1 - q) * above / ((double)(count - rank) * q * below);
	return (double)rank + 1 / (1 + odds);
}

/* Returns the value at a rank (from 1), linear between two neighbours. */
static double at_rank(const double *sorted, size_t count, double rank)
{
	size_t below = (size_t)rank;

	if (below >= count)
		return sorted[count - 1];
	return sorted[below - 1] + (rank - (double)below) * (sorted[below] - sorted[below - 1]);
}

struct interval order_interval(const double *sorted, size_t count, double q, double confidence)
{
	double tail = (1 - confidence) / 2;
	struct interval interval = { .known = false };
	double from_below, from_above;

	if (!count || q <= 0 || q >= 1)
		return interval;
	from_below = lower_bound_rank(count, q, tail);
	from_above = lower_bound_rank(count, 1 - q, tail);
	if (from_below < 1 || from_above < 1)
		return interval;
	interval.known = true;
	interval.lo = at_rank(sorted, count, from_below);
	interval.hi = at_rank(sorted, count, (double)count + 1 - from_above);
	return interval;
}

struct interval order_median_interval(const double *sorted, size_t count)
{
	return order_interval(sorted, count, 0.5, 0.95);
}
