/*
 * samples - keeps the raw figures of one metric, in memory that was touched before.
 */
#ifndef MEASURE_SAMPLES_H
#define MEASURE_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

#include "measure/histogram.h"

struct samples {
	uint64_t *values;
	size_t count, room;
	uint64_t lost; /* did not fit: a benchmark's mistake, reported as one */
	uint64_t every; /* only one in so many was kept, evenly; 0 or 1: all */
	uint64_t until_next; /* how many more are passed over before one is kept */
	struct histogram *histogram; /* of all, kept and passed over; NULL: there is none */
};

static inline void samples_add(struct samples *samples, uint64_t value)
{
	if (samples->count < samples->room)
		samples->values[samples->count++] = value;
	else
		samples->lost++;
}

/* Adds to a series too long to be kept: the histogram counts all, and one in `every` is kept. */
static inline void samples_add_to_many(struct samples *samples, uint64_t value)
{
	histogram_add(samples->histogram, value);
	if (samples->until_next) {
		samples->until_next--;
		return;
	}
	samples->until_next = samples->every - 1;
	samples_add(samples, value);
}

/* Makes room for @count samples. 0 or -ENOMEM. */
int samples_reserve(struct samples *samples, size_t count);

/*
 * Makes room for a series of up to @each samples in each of @times iterations, of which about @most
 * are kept: one in an odd number, since what repeats by a power of two could fall between samples
 * that are a power of two apart. 0 or -ENOMEM.
 */
int samples_reserve_many(struct samples *samples, uint64_t each, uint64_t times, uint64_t most);

void samples_forget(struct samples *samples);
void samples_release(struct samples *samples);

/* Returns the middle of @count values (the upper of two); 0 for none, or without memory. */
uint64_t samples_median(const uint64_t *values, size_t count);

#endif
