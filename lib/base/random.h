/*
 * random - a small seeded generator: the same seed gives the same order on every machine.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

/* @stream tells apart generators of one seed (a block's order, a boot's order, …). */
struct random random_seeded(uint64_t seed, uint64_t stream);

uint64_t random_next(struct random *random);

/* Evenly from 0 to @bound - 1; @bound is at least 1. */
uint64_t random_below(struct random *random, uint64_t bound);

void random_shuffle(struct random *random, uint32_t *items, size_t count);

/* A seed for when the user gave none; small enough to be typed again. */
uint64_t random_fresh_seed(void);

#endif
