/*
 * topologies - hosts that are not this one, made by hwloc from a description.
 */
#ifndef TOPOLOGIES_H
#define TOPOLOGIES_H

#include "host/topology.h"
#include "unit.h"

/* Two nodes of two cores of two threads: CPUs 0-3 and 4-7, a core's siblings side by side. */
#define TWO_NODES "numa:2 core:2 pu:2"
#define ONE_NODE "numa:1 core:2 pu:2"

/* topology_close() frees it. */
static inline struct topology *synthetic(const char *description)
{
	struct topology *topology = calloc(1, sizeof(*topology));

	if (!topology || hwloc_topology_init(&topology->hwloc) ||
	    hwloc_topology_set_synthetic(topology->hwloc, description) ||
	    hwloc_topology_load(topology->hwloc))
		abort();
	return topology;
}

/* The same with the CPUs of @list alone: nodes may be left without any. */
static inline struct topology *synthetic_with_cpus(const char *description, const char *list)
{
	struct topology *topology = synthetic(description);
	hwloc_bitmap_t set = hwloc_bitmap_alloc();

	if (!set || hwloc_bitmap_list_sscanf(set, list) ||
	    hwloc_topology_restrict(topology->hwloc, set, 0))
		abort();
	hwloc_bitmap_free(set);
	return topology;
}

#endif
