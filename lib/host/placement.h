/*
 * placement - binds a trial to its CPUs and to its memory node.
 *
 * Requests, as configs write them:
 *   local           CPUs and memory on the device's node, or on the largest node
 *   remote          the same CPUs, memory on the node farthest from them
 *   interleave      the same CPUs, memory page by page over all nodes
 *   node:N          CPUs and memory of node N
 *   cpus:LIST       these CPUs ("0,2-3" or "0+2-3"), memory of the first one's node
 *   cpus:LIST@N     these CPUs, memory of node N
 */
#ifndef HOST_PLACEMENT_H
#define HOST_PLACEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reason.h"
#include "host/topology.h"

#define PLACEMENT_MAX_CPUS 512
#define PLACEMENT_MAX_NODES 64
#define PLACEMENT_TEXT 64
#define PLACEMENT_DEFAULT "local"

struct placement {
	char request[PLACEMENT_TEXT];
	unsigned int cpus[PLACEMENT_MAX_CPUS]; /* one a thread, in the order of threads */
	size_t nr_cpus;
	unsigned int mem_nodes[PLACEMENT_MAX_NODES];
	size_t nr_mem_nodes; /* more than one: interleaved */
	int cpu_node;
	int device_node; /* -1: no device, or one without a node */
};

/* Whether @request is well formed: 0, or -EINVAL with the reason. Asks nothing of the host. */
int placement_check(const char *request, struct reason *reason);

/* 0, or SKIPPED with the reason where this host cannot meet the request. */
int placement_resolve(const struct topology *topology, const char *request, int device_node,
		      size_t nr_threads, struct placement *ret_placement, struct reason *reason);

/*
 * Binds the calling thread (and the threads it starts) and its memory, then reads the binding
 * back into @placement. -EXDEV where the kernel gave something else.
 */
int placement_apply(const struct topology *topology, struct placement *placement,
		    struct reason *reason);

/* Binds the calling thread to one CPU of the placement. */
int placement_bind_thread(const struct topology *topology, unsigned int cpu);

/* CPUs, memory and the device (if it has a node) on one node. */
bool placement_is_local(const struct placement *placement);

#endif
