/*
 * own_memory - starts the processes of a trial that map memory of their own, and gives each of them
 * a share of it.
 */
#ifndef MEASURE_OWN_MEMORY_H
#define MEASURE_OWN_MEMORY_H

#include "iommu/shares.h"
#include "measure/trial.h"

struct own_memory {
	struct shares *shares; /* a process each; what they say of addresses is replaced */
	const char *backing;
	enum frames frames;
	struct region *region; /* of the caller: each process finds its own memory here */
};

/*
 * Starts a team of processes in which each has allocated, faulted in and proved memory of the size
 * of its share. The proof of all of it is in the trial. Returns what setup() should return; a team
 * that was started is the caller's to close even then.
 */
int own_memory_start(struct trial *t, const struct own_memory *own, struct team **ret_team);

#endif
