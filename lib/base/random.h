/*
 * random - generates numbers from a seed; the same on every machine.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

/* Returns a generator. @stream: one seed has many, such as one for each block of a run. */
struct random random_seeded(uint64_t seed, uint64_t stream);

uint64_t random_next(struct random *random);

/* Returns a number from 0 to @bound - 1, each equally likely; @bound is at least 1. */
uint64_t random_below(struct random *random, uint64_t bound);

void random_shuffle(struct random *random, uint32_t *items, size_t count);

/* Makes up a seed, of few enough digits to be typed again. */
uint64_t random_fresh_seed(void);

#endif
