#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/units.h"
#include "host/memory.h"

#define CAP_IPC_LOCK_BIT 14
#define RESERVE_MIN (64 * MIB)
#define RESERVE_SHARE 32 /* one part in so many is left alone */

uint64_t memory_page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

/* "Node 0 MemFree:  123 kB": the lines of a node, made to look like those of /proc/meminfo. */
static int read_node(unsigned int node, char *table, size_t room)
{
	char prefix[24];
	char *from = table, *to = table;
	int ret = file_read(table, room, "/sys/devices/system/node/node%u/meminfo", node);
	size_t length = (size_t)snprintf(prefix, sizeof(prefix), "Node %u ", node);

	if (ret < 0)
		return ret;
	while (*from) {
		if (!strncmp(from, prefix, length))
			from += length;
		while (*from && (*to++ = *from++) != '\n')
			;
	}
	*to = '\0';
	return 0;
}

static uint64_t kib(const char *table, const char *name)
{
	uint64_t value = 0;

	file_table_u64(table, name, &value);
	return value * KIB;
}

/* Free memory, and clean page cache, which the kernel drops. */
static int node_available(unsigned int node, uint64_t *ret_bytes)
{
	char table[8192];
	int ret = read_node(node, table, sizeof(table));

	if (ret)
		return ret;
	*ret_bytes = kib(table, "MemFree") + kib(table, "Inactive(file)");
	return 0;
}

static int system_available(uint64_t *ret_bytes)
{
	char table[8192];
	int ret = file_read(table, sizeof(table), "/proc/meminfo");

	if (ret < 0)
		return ret;
	ret = file_table_u64(table, "MemAvailable", ret_bytes);
	*ret_bytes *= KIB;
	return ret;
}

/* The two kinds of cgroup: how a line of /proc/self/cgroup names one, and its files. */
static const struct cgroup_kind {
	const char *line, *root, *limit, *usage, *inactive;
} cgroup_kinds[] = {
	{ "0::", "/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file" },
	{ ":memory:", "/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
	  "total_inactive_file" },
};

/* What one cgroup leaves, with the files that it could drop counted as free. */
static uint64_t cgroup_available(const struct cgroup_kind *kind, const char *path)
{
	char table[8192];
	uint64_t limit, used, inactive = 0;

	if (file_read_u64(&limit, "%s%s/%s", kind->root, path, kind->limit) ||
	    file_read_u64(&used, "%s%s/%s", kind->root, path, kind->usage))
		return UINT64_MAX;
	if (file_read(table, sizeof(table), "%s%s/memory.stat", kind->root, path) >= 0)
		file_table_u64(table, kind->inactive, &inactive);
	used = used > inactive ? used - inactive : 0;
	return limit > used ? limit - used : 0;
}

/* Every ancestor's limit counts. */
static uint64_t ancestors_available(const struct cgroup_kind *kind)
{
	char text[4096];
	uint64_t least = UINT64_MAX;
	char *path, *slash;

	if (file_read(text, sizeof(text), "/proc/self/cgroup") < 0)
		return least;
	path = strstr(text, kind->line);
	if (!path)
		return least;
	path += strlen(kind->line);
	path[strcspn(path, "\n")] = '\0';
	while ((slash = strrchr(path, '/'))) {
		uint64_t here = cgroup_available(kind, path[1] ? path : "");

		if (here < least)
			least = here;
		*slash = '\0';
	}
	return least;
}

static uint64_t cgroups_available(void)
{
	uint64_t least = UINT64_MAX;

	for (size_t i = 0; i < sizeof(cgroup_kinds) / sizeof(cgroup_kinds[0]); i++) {
		uint64_t here = ancestors_available(&cgroup_kinds[i]);

		if (here < least)
			least = here;
	}
	return least;
}

int memory_available(const unsigned int *nodes, size_t nr_nodes, uint64_t *ret_bytes)
{
	uint64_t system, limit, on_nodes = 0;
	bool known = nr_nodes > 0;
	int ret = system_available(&system);

	if (ret)
		return ret;
	for (size_t i = 0; i < nr_nodes; i++) {
		uint64_t bytes;

		if (node_available(nodes[i], &bytes))
			known = false;
		else
			on_nodes += bytes;
	}
	if (known && on_nodes < system)
		system = on_nodes;
	limit = cgroups_available();
	if (limit < system)
		system = limit;
	limit = system / RESERVE_SHARE > RESERVE_MIN ? system / RESERVE_SHARE : RESERVE_MIN;
	*ret_bytes = system > limit ? system - limit : 0;
	return 0;
}

static bool may_lock_all(void)
{
	char status[8192];
	const char *line;

	if (file_read(status, sizeof(status), "/proc/self/status") < 0)
		return false;
	line = strstr(status, "CapEff:");
	return line && (strtoull(line + strlen("CapEff:"), NULL, 16) >> CAP_IPC_LOCK_BIT) & 1;
}

uint64_t memory_lock_limit(void)
{
	struct rlimit limit;

	if (may_lock_all() || getrlimit(RLIMIT_MEMLOCK, &limit) || limit.rlim_max == RLIM_INFINITY)
		return UINT64_MAX;
	return limit.rlim_max;
}

void memory_lock_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_MEMLOCK, &limit);
}

uint64_t memory_resident(void)
{
	char text[128];
	const char *pages;

	if (file_read(text, sizeof(text), "/proc/self/statm") < 0)
		return 0;
	pages = strchr(text, ' ');
	return pages ? strtoull(pages, NULL, 10) * memory_page_size() : 0;
}
