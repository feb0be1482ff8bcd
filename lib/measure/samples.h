/*
 * samples - the raw figures of one metric, in memory that was touched before.
 */
#ifndef MEASURE_SAMPLES_H
#define MEASURE_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct samples {
	uint64_t *values;
	size_t count, room;
	uint64_t lost; /* did not fit: a benchmark's mistake, reported as one */
	uint64_t every; /* only one in so many was kept, evenly; 0 or 1: all */
};

static inline void samples_add(struct samples *samples, uint64_t value)
{
	if (samples->count < samples->room)
		samples->values[samples->count++] = value;
	else
		samples->lost++;
}

/* Room for @count samples. */
int samples_reserve(struct samples *samples, size_t count);

void samples_forget(struct samples *samples);
void samples_release(struct samples *samples);

/* The middle one of @count values (the upper of two); 0 of none, or where memory ran out. */
uint64_t samples_median(const uint64_t *values, size_t count);

#endif
