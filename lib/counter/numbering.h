/*
 * numbering - gives each key that it meets a number, from 0 on.
 */
#ifndef COUNTER_NUMBERING_H
#define COUNTER_NUMBERING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUMBERING_NONE UINT32_MAX

struct numbering_key {
	uint64_t a, b, c;
};

struct numbering {
	struct numbering_key *keys; /* by number */
	uint32_t *slots; /* numbers by hash, NUMBERING_NONE where there is none */
	size_t count, room; /* of keys; there are twice as many slots */
};

/* Returns the key's number, a new one where it was not met yet; NUMBERING_NONE without memory. */
uint32_t numbering_of(struct numbering *numbering, const struct numbering_key *key);

void numbering_release(struct numbering *numbering);

#endif
