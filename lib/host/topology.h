/*
 * topology - lists the CPUs and memory nodes of this host, as hwloc sees them.
 */
#ifndef HOST_TOPOLOGY_H
#define HOST_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>

#include <hwloc.h>

struct topology {
	hwloc_topology_t hwloc;
};

/* @xml: what topology_export() gave, so that a trial need not read sysfs again; or NULL. */
int topology_open(const char *xml, struct topology **ret_topology);
void topology_close(struct topology *topology);

/* An XML text for topology_open(); the caller frees it with free(). */
int topology_export(const struct topology *topology, char **ret_xml);

/* Memory nodes, by rank; a node's number is what the kernel calls it. */
size_t topology_nr_nodes(const struct topology *topology);
unsigned int topology_node_number(const struct topology *topology, size_t rank);
bool topology_has_node(const struct topology *topology, unsigned int node);

size_t topology_nr_cpus(const struct topology *topology);

/* The CPUs of a node that this process may use; the topology owns the set. */
hwloc_const_cpuset_t topology_node_cpus(const struct topology *topology, unsigned int node);
hwloc_const_cpuset_t topology_cpus(const struct topology *topology);

/* The node that @cpu belongs to, or -1. */
int topology_node_of_cpu(const struct topology *topology, unsigned int cpu);

/* The kernel's distance; 10 from a node to itself, 20 where the kernel tells none. */
unsigned int topology_distance(unsigned int from, unsigned int to);

/*
 * Picks @count CPUs of @set in the order in which trials should use them: a core
 * each before any sibling, the last ones first, since the first take more interrupts.
 * Returns how many there were.
 */
size_t topology_pick_cpus(const struct topology *topology, hwloc_const_cpuset_t set,
			  unsigned int *cpus, size_t count);

#endif
