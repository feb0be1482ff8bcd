/*
 * crew - runs items of work by threads or processes, each item with a time limit.
 *
 * Where a team shares out one piece of work, a crew has items that are known by name: a device
 * each, say. All workers start at one instant, and an item that takes longer than the limit is
 * given up: its worker is left behind (it may be stuck in the kernel), and the others go on.
 * Workers outlive a run, so that a process can close what it opened.
 */
#ifndef HOST_CREW_H
#define HOST_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/topology.h"

#define CREW_MAX 256 /* items, and so workers */

struct crew;

struct crew_plan {
	bool processes; /* else threads */
	bool one_by_one; /* one worker does all items in order; else a worker an item */
	size_t nr_items;
	const struct topology *topology;
	const unsigned int *cpus; /* workers are dealt out over them; copied */
	size_t nr_cpus;
	uint64_t limit_ns; /* for an item */
};

/*
 * Does one item: 0 or -errno. A crew of processes sees only such parts of @argument as lie in
 * crew_memory() that was allocated before the crew was opened.
 */
typedef int crew_work(void *argument, size_t item);

struct crew_result {
	uint64_t start, end; /* ticks */
	int ret; /* -ETIMEDOUT: the item was given up; -ECANCELED: its worker had been before */
};

/* Starts the workers, which sleep until crew_run(). */
int crew_open(const struct crew_plan *plan, struct crew **ret_crew);

/*
 * Does all items; @results has room for each. @ret_ticks: from the first start to the last end
 * of those that came to an end. Returns the first error of an item, in their order.
 */
int crew_run(struct crew *crew, crew_work *work, void *argument, struct crew_result *results,
	     uint64_t *ret_ticks);

/* Ends the workers; those that were left behind end with this process. */
void crew_close(struct crew *crew);

/* Allocates zeroed memory that all workers see, processes too; NULL without memory. */
void *crew_memory(size_t bytes);
void crew_memory_free(void *memory, size_t bytes);

#endif
