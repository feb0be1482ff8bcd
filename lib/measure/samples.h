/*
 * samples - the raw figures of one metric, in memory that was touched before.
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
	uint64_t until_next; /* that many more are passed over first */
	struct histogram *histogram; /* of all, kept and passed over; NULL: there is none */
};

static inline void samples_add(struct samples *samples, uint64_t value)
{
	if (samples->count < samples->room)
		samples->values[samples->count++] = value;
	else
		samples->lost++;
}

/* One of a series too long to be kept: every so many-th is, and all are counted. */
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

/* Room for @count samples. */
int samples_reserve(struct samples *samples, size_t count);

/*
 * For series of up to @each a time, @times over, of which about @most are kept. One in an odd
 * number is, so that what repeats by a power of two does not hide between them.
 */
int samples_reserve_many(struct samples *samples, uint64_t each, uint64_t times, uint64_t most);

void samples_forget(struct samples *samples);
void samples_release(struct samples *samples);

/* The middle one of @count values (the upper of two); 0 of none, or where memory ran out. */
uint64_t samples_median(const uint64_t *values, size_t count);

#endif
