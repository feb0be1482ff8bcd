/*
 * found - what the processes of a trial's team came to, each with a trial of its own copied at
 * the fork: told in memory that all see, and gathered by the one that goes on.
 */
#ifndef MEASURE_FOUND_H
#define MEASURE_FOUND_H

#include "measure/trial.h"

struct found {
	struct reason reason;
	struct proof proof;
	uint64_t fault_in_ns, verify_ns;
};

/* For @count members, as if none had done anything; NULL without memory. */
struct found *found_new(size_t count);
void found_free(struct found *found, size_t count);

/* A member's: its reason and its proof. */
void found_tell(struct found *found, const struct trial *t);

/*
 * Into the trial of member 0, whose own is there already: the proof of all memory; on an @error of
 * the team, the first reason that a member gave. Returns @error.
 */
int found_gather(const struct found *found, size_t count, int error, struct trial *t);

#endif
