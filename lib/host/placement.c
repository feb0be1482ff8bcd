#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "host/placement.h"

/* A request taken apart. */
struct request {
	const struct request_kind *kind;
	unsigned int node; /* node:N, or the memory node behind '@' */
	bool has_node;
	char cpus[PLACEMENT_TEXT];
};

struct request_kind {
	const char *name; /* ends in ':' where an argument follows */
	int (*parse)(struct request *request, char *argument);
	int (*resolve)(const struct topology *topology, const struct request *request,
		       struct placement *placement, struct reason *reason);
};

static int parse_nothing(struct request *request, char *argument)
{
	(void)request;
	return *argument ? -EINVAL : 0;
}

static int parse_node(struct request *request, char *argument)
{
	uint64_t node;

	if (text_to_u64(argument, &node) || node >= 4096)
		return -EINVAL;
	request->node = (unsigned int)node;
	request->has_node = true;
	return 0;
}

/* hwloc's list syntax wants commas; '+' is there for command lines, where commas part values. */
static int parse_cpus(struct request *request, char *argument)
{
	char *node = strchr(argument, '@');
	hwloc_bitmap_t set;
	int ret = 0;

	if (node)
		*node++ = '\0';
	for (char *c = argument; *c; c++)
		if (*c == '+')
			*c = ',';
	if (!*argument || argument[strspn(argument, "0123456789,-")])
		return -EINVAL;
	set = hwloc_bitmap_alloc();
	if (!set)
		return -ENOMEM;
	if (hwloc_bitmap_list_sscanf(set, argument) || hwloc_bitmap_iszero(set) ||
	    hwloc_bitmap_last(set) < 0 || hwloc_bitmap_last(set) >= 65536)
		ret = -EINVAL;
	hwloc_bitmap_free(set);
	snprintf(request->cpus, sizeof(request->cpus), "%s", argument);
	return ret ? ret : node ? parse_node(request, node) : 0;
}

/* The device's node; else the one with the most CPUs, the first of equals. */
static unsigned int home_node(const struct topology *topology, int device_node)
{
	unsigned int best = topology_node_number(topology, 0);
	int most = 0;

	if (device_node >= 0 && topology_has_node(topology, (unsigned int)device_node) &&
	    !hwloc_bitmap_iszero(topology_node_cpus(topology, (unsigned int)device_node)))
		return (unsigned int)device_node;
	for (size_t rank = 0; rank < topology_nr_nodes(topology); rank++) {
		unsigned int node = topology_node_number(topology, rank);
		hwloc_const_cpuset_t cpus = topology_node_cpus(topology, node);
		int count = cpus ? hwloc_bitmap_weight(cpus) : 0;

		if (count > most) {
			most = count;
			best = node;
		}
	}
	return best;
}

static int use_cpus(const struct topology *topology, hwloc_const_cpuset_t set, const char *where,
		    struct placement *placement, struct reason *reason)
{
	size_t wanted = placement->nr_cpus;
	size_t picked = set ? topology_pick_cpus(topology, set, placement->cpus, wanted) : 0;

	if (picked < wanted)
		return reason_set(reason, SKIPPED, "needs %zu CPU%s, %s has %zu", wanted,
				  wanted == 1 ? "" : "s", where, picked);
	placement->cpu_node = topology_node_of_cpu(topology, placement->cpus[0]);
	return 0;
}

static int use_node_cpus(const struct topology *topology, unsigned int node,
			 struct placement *placement, struct reason *reason)
{
	char where[32];

	snprintf(where, sizeof(where), "node %u", node);
	return use_cpus(topology, topology_node_cpus(topology, node), where, placement, reason);
}

static int use_memory(const struct topology *topology, unsigned int node,
		      struct placement *placement, struct reason *reason)
{
	if (!topology_has_node(topology, node))
		return reason_set(reason, SKIPPED, "this host has no memory node %u", node);
	placement->mem_nodes[0] = node;
	placement->nr_mem_nodes = 1;
	return 0;
}

static int resolve_local(const struct topology *topology, const struct request *request,
			 struct placement *placement, struct reason *reason)
{
	unsigned int node = home_node(topology, placement->device_node);
	int ret = use_node_cpus(topology, node, placement, reason);

	(void)request;
	return ret ? ret : use_memory(topology, node, placement, reason);
}

static int resolve_remote(const struct topology *topology, const struct request *request,
			  struct placement *placement, struct reason *reason)
{
	unsigned int node = home_node(topology, placement->device_node);
	unsigned int farthest = node, distance = 0;
	int ret;

	(void)request;
	for (size_t rank = 0; rank < topology_nr_nodes(topology); rank++) {
		unsigned int other = topology_node_number(topology, rank);

		if (other != node && topology_distance(node, other) > distance) {
			distance = topology_distance(node, other);
			farthest = other;
		}
	}
	if (farthest == node)
		return reason_set(reason, SKIPPED,
				  "remote memory needs two memory nodes, this host has one");
	ret = use_node_cpus(topology, node, placement, reason);
	return ret ? ret : use_memory(topology, farthest, placement, reason);
}

static int resolve_interleave(const struct topology *topology, const struct request *request,
			      struct placement *placement, struct reason *reason)
{
	size_t nodes = topology_nr_nodes(topology);

	(void)request;
	if (nodes < 2)
		return reason_set(reason, SKIPPED,
				  "interleaving needs two memory nodes, this host has one");
	if (nodes > PLACEMENT_MAX_NODES)
		nodes = PLACEMENT_MAX_NODES;
	for (size_t rank = 0; rank < nodes; rank++)
		placement->mem_nodes[rank] = topology_node_number(topology, rank);
	placement->nr_mem_nodes = nodes;
	return use_node_cpus(topology, home_node(topology, placement->device_node), placement,
			     reason);
}

static int resolve_node(const struct topology *topology, const struct request *request,
			struct placement *placement, struct reason *reason)
{
	int ret = use_memory(topology, request->node, placement, reason);

	return ret ? ret : use_node_cpus(topology, request->node, placement, reason);
}

static int resolve_cpus(const struct topology *topology, const struct request *request,
			struct placement *placement, struct reason *reason)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	int ret;

	if (!set)
		return -ENOMEM;
	hwloc_bitmap_list_sscanf(set, request->cpus);
	if (!hwloc_bitmap_isincluded(set, topology_cpus(topology)))
		ret = reason_set(reason, SKIPPED, "CPUs %s are not all here or not all allowed",
				 request->cpus);
	else
		ret = use_cpus(topology, set, "the list", placement, reason);
	hwloc_bitmap_free(set);
	if (ret)
		return ret;
	return use_memory(topology,
			  request->has_node	     ? request->node
			  : placement->cpu_node >= 0 ? (unsigned int)placement->cpu_node
						     : topology_node_number(topology, 0),
			  placement, reason);
}

static const struct request_kind request_kinds[] = {
	{ "local", parse_nothing, resolve_local },
	{ "remote", parse_nothing, resolve_remote },
	{ "interleave", parse_nothing, resolve_interleave },
	{ "node:", parse_node, resolve_node },
	{ "cpus:", parse_cpus, resolve_cpus },
	{ NULL, NULL, NULL },
};

static int parse_request(const char *text, struct request *ret_request, struct reason *reason)
{
	static const char *const names[] = { "local",  "remote", "interleave",
					     "node:0", "cpus:0", NULL };
	char copy[PLACEMENT_TEXT], hint[80];

	if (strlen(text) >= sizeof(copy))
		return reason_set(reason, -EINVAL, "placement \"%.20s…\" is too long", text);
	snprintf(copy, sizeof(copy), "%s", text);
	for (const struct request_kind *kind = request_kinds; kind->name; kind++) {
		if (!text_starts_with(copy, kind->name))
			continue;
		*ret_request = (struct request){ .kind = kind };
		if (!kind->parse(ret_request, copy + strlen(kind->name)))
			return 0;
	}
	return reason_set(reason, -EINVAL,
			  "unknown placement \"%s\"%s, expected local, remote, interleave, node:N, "
			  "cpus:LIST or cpus:LIST@NODE",
			  text, text_suggest(text, names, hint, sizeof(hint)));
}

int placement_check(const char *request, struct reason *reason)
{
	struct request parsed;

	return parse_request(request, &parsed, reason);
}

int placement_resolve(const struct topology *topology, const char *request, int device_node,
		      size_t nr_threads, struct placement *ret_placement, struct reason *reason)
{
	struct placement placement;
	struct request parsed;
	int ret = parse_request(request, &parsed, reason);

	if (ret)
		return ret;
	if (nr_threads > PLACEMENT_MAX_CPUS)
		return reason_set(reason, SKIPPED, "%zu threads are more than the %d supported",
				  nr_threads, PLACEMENT_MAX_CPUS);
	placement = (struct placement){
		.nr_cpus = nr_threads,
		.cpu_node = -1,
		.device_node = device_node,
	};
	snprintf(placement.request, sizeof(placement.request), "%s", request);
	// NOLINTNEXTLINE(clang-analyzer-core.NullDereference): parse_request() set it, or failed
	ret = parsed.kind->resolve(topology, &parsed, &placement, reason);
	if (!ret)
		*ret_placement = placement;
	return ret;
}

int placement_bind_thread(const struct topology *topology, unsigned int cpu)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	int ret = 0;

	if (!set)
		return -ENOMEM;
	hwloc_bitmap_only(set, cpu);
	if (hwloc_set_cpubind(topology->hwloc, set, HWLOC_CPUBIND_THREAD | HWLOC_CPUBIND_STRICT))
		ret = -errno;
	hwloc_bitmap_free(set);
	return ret;
}

static int bind_memory(const struct topology *topology, const struct placement *placement)
{
	hwloc_membind_policy_t policy =
		placement->nr_mem_nodes > 1 ? HWLOC_MEMBIND_INTERLEAVE : HWLOC_MEMBIND_BIND;
	hwloc_bitmap_t nodes = hwloc_bitmap_alloc();
	int ret = 0;

	if (!nodes)
		return -ENOMEM;
	for (size_t i = 0; i < placement->nr_mem_nodes; i++)
		hwloc_bitmap_set(nodes, placement->mem_nodes[i]);
	if (hwloc_set_membind(topology->hwloc, nodes, policy,
			      HWLOC_MEMBIND_THREAD | HWLOC_MEMBIND_STRICT |
				      HWLOC_MEMBIND_BYNODESET))
		ret = -errno;
	hwloc_bitmap_free(nodes);
	/* A kernel without NUMA binds nothing, and there is nothing to bind. */
	if (ret == -ENOSYS && topology_nr_nodes(topology) == 1)
		return 0;
	return ret;
}

/* What the kernel says now, in place of what was asked for. */
static int read_back(const struct topology *topology, struct placement *placement)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	hwloc_membind_policy_t policy;
	int ret = 0;

	if (!set)
		return -ENOMEM;
	if (hwloc_get_cpubind(topology->hwloc, set, HWLOC_CPUBIND_THREAD))
		ret = -errno;
	else if (hwloc_bitmap_weight(set) != 1 || !hwloc_bitmap_isset(set, placement->cpus[0]))
		ret = -EXDEV;
	if (!ret && topology_nr_nodes(topology) > 1) {
		size_t count = 0;

		if (hwloc_get_membind(topology->hwloc, set, &policy,
				      HWLOC_MEMBIND_THREAD | HWLOC_MEMBIND_BYNODESET))
			ret = -errno;
		for (int node = hwloc_bitmap_first(set); node >= 0 && count < PLACEMENT_MAX_NODES;
		     node = hwloc_bitmap_next(set, node))
			placement->mem_nodes[count++] = (unsigned int)node;
		if (!ret && count != placement->nr_mem_nodes)
			ret = -EXDEV;
	}
	hwloc_bitmap_free(set);
	return ret;
}

int placement_apply(const struct topology *topology, struct placement *placement,
		    struct reason *reason)
{
	int ret = placement_bind_thread(topology, placement->cpus[0]);

	if (ret)
		return reason_set(reason, ret, "cannot bind to CPU %u: %s", placement->cpus[0],
				  strerror(-ret));
	ret = bind_memory(topology, placement);
	if (ret)
		return reason_set(reason, ret, "cannot bind memory to node %u: %s",
				  placement->mem_nodes[0], strerror(-ret));
	ret = read_back(topology, placement);
	if (ret)
		return reason_set(reason, ret, "the kernel did not keep the binding to CPU %u",
				  placement->cpus[0]);
	return 0;
}

bool placement_is_local(const struct placement *placement)
{
	int node = placement->cpu_node;

	if (placement->nr_mem_nodes != 1 || (int)placement->mem_nodes[0] != node)
		return false;
	return placement->device_node < 0 || placement->device_node == node;
}
