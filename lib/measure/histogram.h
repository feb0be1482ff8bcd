/*
 * histogram - counts a very long series in buckets that grow with the value.
 *
 * Values up to 15 have a bucket each; above, every power of two is cut in eight, so that a bucket
 * is at most an eighth of its value wide. Least, most, count and sum are exact.
 */
#ifndef MEASURE_HISTOGRAM_H
#define MEASURE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_STEPS 8 /* buckets a power of two */
#define HISTOGRAM_BUCKETS (62 * HISTOGRAM_STEPS)

struct histogram {
	uint64_t counts[HISTOGRAM_BUCKETS];
	uint64_t count, sum, least, most; /* least and most mean nothing where count is 0 */
};

static inline size_t histogram_bucket(uint64_t value)
{
	unsigned int shift;

	if (value < 2 * HISTOGRAM_STEPS)
		return value;
	shift = 60 - (unsigned int)__builtin_clzll(value); /* leaves four bits: 8 to 15 */
	return (size_t)shift * HISTOGRAM_STEPS + (value >> shift);
}

/* Returns the least value that falls in a bucket. */
static inline uint64_t histogram_floor(size_t bucket)
{
	uint64_t shift;

	if (bucket < 2 * HISTOGRAM_STEPS)
		return bucket;
	shift = bucket / HISTOGRAM_STEPS - 1;
	return (bucket - shift * HISTOGRAM_STEPS) << shift;
}

static inline void histogram_add(struct histogram *histogram, uint64_t value)
{
	if (!histogram->count || value < histogram->least)
		histogram->least = value;
	if (!histogram->count || value > histogram->most)
		histogram->most = value;
	histogram->counts[histogram_bucket(value)]++;
	histogram->count++;
	histogram->sum += value;
}

#endif
