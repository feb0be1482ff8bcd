#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "stats/geomean.h"
#include "stats/signflip.h"
#include "stats/verdict.h"

/* Computes the mean of logs, which must all be finite. */
static int geomean_of_logs(const double *logs, size_t count, size_t rows, uint64_t seed,
			   struct geomean *ret_geomean)
{
	struct geomean geomean = { .count = count, .rows = rows };
	double sum = 0;
	int ret = count > SIGNFLIP_MOST_PAIRS
			  ? -E2BIG
			  : signflip_interval(logs, count, 0.95, seed, &geomean.interval);

	if (ret)
		return ret;
	for (size_t i = 0; i < count; i++)
		sum += logs[i];
	geomean.mean = verdict_ratio(count ? sum / (double)count : 0);
	if (geomean.interval.known) {
		geomean.interval.lo = verdict_ratio(geomean.interval.lo);
		geomean.interval.hi = verdict_ratio(geomean.interval.hi);
	}
	*ret_geomean = geomean;
	return 0;
}

int geomean_of(const double *values, size_t count, uint64_t seed, struct geomean *ret_geomean)
{
	double *logs = calloc(count + 1, sizeof(*logs));
	size_t used = 0;
	int ret;

	if (!logs)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (values[i] > 0 && isfinite(values[i]))
			logs[used++] = log(values[i]);
	}
	ret = geomean_of_logs(logs, used, 1, seed, ret_geomean);
	free(logs);
	return ret;
}

static bool is_there(const double *log_ratios, size_t rows, size_t pairs, size_t pair)
{
	for (size_t row = 0; row < rows; row++) {
		if (isfinite(log_ratios[row * pairs + pair]))
			return true;
	}
	return false;
}

static bool is_whole(const double *row, size_t pairs, const bool *there)
{
	for (size_t i = 0; i < pairs; i++) {
		if (there[i] && !isfinite(row[i]))
			return false;
	}
	return true;
}

/* Averages each pair over the rows that lack no pair. Returns the number of pairs. */
static size_t average_rows(const double *log_ratios, size_t rows, size_t pairs, const bool *there,
			   double *averages, size_t *ret_whole)
{
	size_t whole = 0, used = 0;

	for (size_t row = 0; row < rows; row++) {
		if (!is_whole(log_ratios + row * pairs, pairs, there))
			continue;
		whole++;
		for (size_t i = 0; i < pairs; i++)
			averages[i] += log_ratios[row * pairs + i];
	}
	for (size_t i = 0; whole && i < pairs; i++) {
		if (there[i])
			averages[used++] = averages[i] / (double)whole;
	}
	*ret_whole = whole;
	return used;
}

int geomean_of_rows(const double *log_ratios, size_t rows, size_t pairs, uint64_t seed,
		    struct geomean *ret_geomean)
{
	double *averages = calloc(pairs + 1, sizeof(*averages));
	bool *there = calloc(pairs + 1, sizeof(*there));
	size_t whole, used;
	int ret = -ENOMEM;

	if (!averages || !there)
		goto out;
	for (size_t i = 0; i < pairs; i++)
		there[i] = is_there(log_ratios, rows, pairs, i);
	used = average_rows(log_ratios, rows, pairs, there, averages, &whole);
	ret = geomean_of_logs(averages, used, whole, seed, ret_geomean);
out:
	free(averages);
	free(there);
	return ret;
}
