#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "host/topology.h"

/* hwloc 2.9 aborts on a folder of nodes that has none. */
static bool nodes_are_missing(void)
{
	DIR *dir = opendir("/sys/devices/system/node");
	struct dirent *entry;
	bool found = false;

	if (!dir)
		return false;
	while (!found && (entry = readdir(dir)))
		found = !strncmp(entry->d_name, "node", strlen("node"));
	closedir(dir);
	return !found;
}

static int load(hwloc_topology_t hwloc, const char *xml)
{
	unsigned long flags = 0;

	/* Caches, packages and devices play no part here: reading them costs time in every trial. */
	hwloc_topology_set_all_types_filter(hwloc, HWLOC_TYPE_FILTER_KEEP_NONE);
	hwloc_topology_set_type_filter(hwloc, HWLOC_OBJ_CORE, HWLOC_TYPE_FILTER_KEEP_ALL);
	if (xml) {
		if (hwloc_topology_set_xmlbuffer(hwloc, xml, (int)strlen(xml) + 1))
			return -EINVAL;
		flags |= HWLOC_TOPOLOGY_FLAG_IS_THISSYSTEM;
	}
	if (!xml && nodes_are_missing())
		return -ENODATA;
	hwloc_topology_set_flags(hwloc, flags);
	return hwloc_topology_load(hwloc) ? -EIO : 0;
}

int topology_open(const char *xml, struct topology **ret_topology)
{
	struct topology *topology = calloc(1, sizeof(*topology));
	int ret;

	if (!topology)
		return -ENOMEM;
	if (hwloc_topology_init(&topology->hwloc)) {
		free(topology);
		return -ENOMEM;
	}
	ret = load(topology->hwloc, xml);
	if (ret) {
		topology_close(topology);
		return ret;
	}
	*ret_topology = topology;
	return 0;
}

void topology_close(struct topology *topology)
{
	if (!topology)
		return;
	hwloc_topology_destroy(topology->hwloc);
	free(topology);
}

int topology_export(const struct topology *topology, char **ret_xml)
{
	char *xml;
	int length;

	if (hwloc_topology_export_xmlbuffer(topology->hwloc, &xml, &length, 0))
		return -EIO;
	*ret_xml = strndup(xml, (size_t)length);
	hwloc_free_xmlbuffer(topology->hwloc, xml);
	return *ret_xml ? 0 : -ENOMEM;
}

size_t topology_nr_nodes(const struct topology *topology)
{
	int count = hwloc_get_nbobjs_by_type(topology->hwloc, HWLOC_OBJ_NUMANODE);

	return count > 0 ? (size_t)count : 1;
}

static hwloc_obj_t node_by_rank(const struct topology *topology, size_t rank)
{
	return hwloc_get_obj_by_type(topology->hwloc, HWLOC_OBJ_NUMANODE, (unsigned int)rank);
}

unsigned int topology_node_number(const struct topology *topology, size_t rank)
{
	hwloc_obj_t node = node_by_rank(topology, rank);

	return node ? node->os_index : 0;
}

bool topology_has_node(const struct topology *topology, unsigned int node)
{
	return hwloc_get_numanode_obj_by_os_index(topology->hwloc, node) != NULL;
}

size_t topology_nr_cpus(const struct topology *topology)
{
	return (size_t)hwloc_bitmap_weight(topology_cpus(topology));
}

hwloc_const_cpuset_t topology_node_cpus(const struct topology *topology, unsigned int node)
{
	hwloc_obj_t object = hwloc_get_numanode_obj_by_os_index(topology->hwloc, node);

	return object ? object->cpuset : NULL;
}

hwloc_const_cpuset_t topology_cpus(const struct topology *topology)
{
	return hwloc_topology_get_topology_cpuset(topology->hwloc);
}

int topology_node_of_cpu(const struct topology *topology, unsigned int cpu)
{
	for (size_t rank = 0; rank < topology_nr_nodes(topology); rank++) {
		hwloc_obj_t node = node_by_rank(topology, rank);

		if (node && node->cpuset && hwloc_bitmap_isset(node->cpuset, cpu))
			return (int)node->os_index;
	}
	return -1;
}

unsigned int topology_distance(unsigned int from, unsigned int to)
{
	unsigned int usual = from == to ? 10 : 20;
	unsigned long distance = usual;
	char line[4096];
	char *next = line;

	if (file_read(line, sizeof(line), "/sys/devices/system/node/node%u/distance", from) < 0)
		return usual;
	for (unsigned int node = 0; node <= to; node++) {
		char *end;

		distance = strtoul(next, &end, 10);
		if (end == next)
			return usual;
		next = end;
	}
	return (unsigned int)distance;
}

/* How many hardware threads of @cpu's core come before it: 0 for the first. */
static size_t sibling_rank(const struct topology *topology, unsigned int cpu)
{
	hwloc_obj_t pu = hwloc_get_pu_obj_by_os_index(topology->hwloc, cpu);
	hwloc_obj_t core =
		pu ? hwloc_get_ancestor_obj_by_type(topology->hwloc, HWLOC_OBJ_CORE, pu) : NULL;
	size_t rank = 0;

	if (!core)
		return 0;
	for (int other = hwloc_bitmap_first(core->cpuset); other >= 0 && other < (int)cpu;
	     other = hwloc_bitmap_next(core->cpuset, other))
		rank++;
	return rank;
}

size_t topology_pick_cpus(const struct topology *topology, hwloc_const_cpuset_t set,
			  unsigned int *cpus, size_t count)
{
	size_t total = (size_t)hwloc_bitmap_weight(set);
	size_t picked = 0;

	for (size_t rank = 0; picked < count && picked < total; rank++) {
		int cpu = hwloc_bitmap_last(set);

		for (; cpu >= 0 && picked < count; cpu--)
			if (hwloc_bitmap_isset(set, (unsigned int)cpu) &&
			    sibling_rank(topology, (unsigned int)cpu) == rank)
				cpus[picked++] = (unsigned int)cpu;
	}
	return picked;
}
