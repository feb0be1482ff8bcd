#include <math.h>
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

/* The values are in order already: they are overwritten by their deviations. */
static double median_deviation(double *values, size_t count, double median)
{
	for (size_t i = 0; i < count; i++)
		values[i] = fabs(values[i] - median);
	qsort(values, count, sizeof(*values), compare);
	return quantile(values, count, 0.5);
}

struct summary summarize(double *values, size_t count)
{
	struct summary summary = { .count = count };
	double *copy;

	if (!count)
		return summary;
	qsort(values, count, sizeof(*values), compare);
	summary.min = values[0];
	summary.lower_quartile = quantile(values, count, 0.25);
	summary.median = quantile(values, count, 0.5);
	summary.upper_quartile = quantile(values, count, 0.75);
	summary.max = values[count - 1];
	copy = malloc(count * sizeof(*copy));
	if (!copy)
		return summary;
	for (size_t i = 0; i < count; i++)
		copy[i] = values[i];
	summary.mad = median_deviation(copy, count, summary.median);
	free(copy);
	return summary;
}
