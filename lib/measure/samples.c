#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "measure/samples.h"

int samples_reserve(struct samples *samples, size_t count)
{
	uint64_t *values;

	if (count <= samples->room)
		return 0;
	values = realloc(samples->values, count * sizeof(*values));
	if (!values)
		return -ENOMEM;
	memset(values + samples->count, 0xff, (count - samples->count) * sizeof(*values));
	samples->values = values;
	samples->room = count;
	return 0;
}

int samples_reserve_many(struct samples *samples, uint64_t each, uint64_t times, uint64_t most)
{
	samples->every = (each * times / most) | 1;
	if (!samples->histogram)
		samples->histogram = calloc(1, sizeof(*samples->histogram));
	if (!samples->histogram)
		return -ENOMEM;
	return samples_reserve(samples, each * times / samples->every + 1);
}

void samples_forget(struct samples *samples)
{
	samples->count = 0;
	samples->lost = 0;
	samples->until_next = 0;
	if (samples->histogram)
		*samples->histogram = (struct histogram){ .count = 0 };
}

void samples_release(struct samples *samples)
{
	free(samples->values);
	free(samples->histogram);
	*samples = (struct samples){ 0 };
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

uint64_t samples_median(const uint64_t *values, size_t count)
{
	uint64_t *sorted = malloc(count * sizeof(*sorted));
	uint64_t median = 0;

	if (sorted && count) {
		memcpy(sorted, values, count * sizeof(*sorted));
		qsort(sorted, count, sizeof(*sorted), compare);
		median = sorted[count / 2];
	}
	free(sorted);
	return median;
}
