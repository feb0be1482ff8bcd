#include <stdbool.h>
#include <stdlib.h>

#include "stats/summary.h"

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

double quantile(const double *sorted, size_t count, double q)
{
	double position = q * (double)(count - 1);
	size_t below = (size_t)position;

	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] + (position - (double)below) * (sorted[below + 1] - sorted[below]);
}

/*
 * Returns the median of the deviations from @median. Walking outwards from the median and taking
 * the nearer side first meets the deviations in order; the middle one (or the mean of two) is the
 * result.
 */
static double median_deviation(const double *sorted, size_t count, double median)
{
	size_t right = 0, left, middle = (count - 1) / 2;
	double deviation = 0, before = 0;

	while (right < count && sorted[right] < median)
		right++;
	left = right; /* the next value to the left is at left - 1 */
	for (size_t met = 0; met <= count / 2; met++) {
		bool go_left = left > 0 && (right == count ||
					    median - sorted[left - 1] < sorted[right] - median);

		deviation = go_left ? median - sorted[--left] : sorted[right++] - median;
		if (met == middle)
			before = deviation;
	}
	return (before + deviation) / 2;
}

struct summary summarize(double *values, size_t count)
{
	struct summary summary = { .count = count };

	if (!count)
		return summary;
	qsort(values, count, sizeof(*values), compare);
	summary.min = values[0];
	summary.lower_quartile = quantile(values, count, 0.25);
	summary.median = quantile(values, count, 0.5);
	summary.upper_quartile = quantile(values, count, 0.75);
	summary.max = values[count - 1];
	summary.mad = median_deviation(values, count, summary.median);
	return summary;
}
