#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "base/units.h"
#include "host/facts.h"
#include "host/file_fact.h"
#include "host/hugepages.h"
#include "host/iommu_facts.h"
#include "host/memory.h"

#define CPU_FOLDER "/sys/devices/system/cpu"

/* FNV-1a is enough to tell configurations apart: nobody attacks it. */
static void add_config_hash(json_t *host, const char *release)
{
	uint64_t hash = 0xcbf29ce484222325ULL;
	char path[512], text[40];
	char *config;
	size_t length;

	snprintf(path, sizeof(path), "/boot/config-%s", release);
	if (file_read_all("/proc/config.gz", &config, &length) &&
	    file_read_all(path, &config, &length))
		return;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)config[i]) * 0x100000001b3ULL;
	free(config);
	snprintf(text, sizeof(text), "fnv1a64:%016llx", (unsigned long long)hash);
	file_fact_add_text(host, "kernel_config", text);
}

static void add_kernel(json_t *host)
{
	struct utsname name;
	char command[4096];

	if (uname(&name))
		return;
	file_fact_add_text(host, "kernel", name.release);
	file_fact_add_text(host, "kernel_version", name.version);
	file_fact_add_text(host, "machine", name.machine);
	if (file_read(command, sizeof(command), "/proc/cmdline") > 0)
		file_fact_add_text(host, "command_line", text_trim(command));
	add_config_hash(host, name.release);
}

/* The value of the first "name : value" line of /proc/cpuinfo. */
static void add_cpuinfo(json_t *cpu, const char *name, const char *table, const char *key)
{
	const char *line = strstr(table, key);
	const char *value = line ? strchr(line, ':') : NULL;
	char text[256];

	if (!value)
		return;
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(value + 1, "\n"), value + 1);
	file_fact_add_text(cpu, name, text_trim(text));
}

static json_t *collect_mitigations(void)
{
	json_t *found = json_object();
	DIR *dir = opendir(CPU_FOLDER "/vulnerabilities");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char path[512];
		struct file_fact fact = { entry->d_name, path };

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), CPU_FOLDER "/vulnerabilities/%.200s", entry->d_name);
		file_fact_add(found, &fact);
	}
	if (dir)
		closedir(dir);
	return found;
}

#if defined(__x86_64__)
#define CPUID_OSXSAVE (1u << 27) /* leaf 1, ecx: set by the kernel, not by the CPU */
#define CPUID_OSPKE (1u << 4) /* leaf 7, ecx: likewise */

/*
 * The features by which a kernel chooses its code, as the CPU itself tells them: what /proc/cpuinfo
 * says differs from kernel to kernel on one machine.
 */
static void add_features(json_t *cpu)
{
	static const struct {
		unsigned int leaf, part;
	} leaves[] = { { 1, 0 },   { 7, 0 },	      { 7, 1 },
		       { 0xd, 1 }, { 0x80000001, 0 }, { 0x80000008, 0 } };
	char text[512];
	size_t used = 0;

	for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++) {
		unsigned int a = 0, b = 0, c = 0, d = 0;
		unsigned int leaf = leaves[i].leaf;

		__get_cpuid_count(leaf, leaves[i].part, &a, &b, &c, &d);
		if (leaf == 1) {
			b = 0; /* whose CPU it is that asks */
			c &= ~CPUID_OSXSAVE;
		} else if (leaf == 7 && !leaves[i].part) {
			a = 0; /* the number of parts */
			c &= ~CPUID_OSPKE;
		} else if (leaf == 0xd) {
			b = 0; /* the size of what the kernel switched on */
		} else if (leaf == 0x80000008) {
			c = 0; /* the number of threads */
		}
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%x.%x:%08x,%08x,%08x,%08x", i ? " " : "", leaf,
					 leaves[i].part, a, b, c, d);
	}
	file_fact_add_text(cpu, "features", text);
}
#else
static void add_features(json_t *cpu)
{
	(void)cpu;
}
#endif

static json_t *collect_cpu(const struct topology *topology)
{
	static const struct file_fact files[] = {
		{ "smt", CPU_FOLDER "/smt/control" },
		{ "governor", CPU_FOLDER "/cpu0/cpufreq/scaling_governor" },
		{ "driver", CPU_FOLDER "/cpu0/cpufreq/scaling_driver" },
		{ "no_turbo", CPU_FOLDER "/intel_pstate/no_turbo" },
		{ "boost", CPU_FOLDER "/cpufreq/boost" },
		{ "midr", CPU_FOLDER "/cpu0/regs/identification/midr_el1" },
		{ "isolated", CPU_FOLDER "/isolated" },
		{ "nohz_full", CPU_FOLDER "/nohz_full" },
		{ NULL, NULL },
	};
	json_t *cpu = json_object();
	char table[4096];

	json_object_set_new(cpu, "count", json_integer((json_int_t)topology_nr_cpus(topology)));
	if (file_read(table, sizeof(table), "/proc/cpuinfo") > 0) {
		add_cpuinfo(cpu, "model", table, "model name");
		add_cpuinfo(cpu, "microcode", table, "microcode");
		add_cpuinfo(cpu, "implementer", table, "CPU implementer");
		add_cpuinfo(cpu, "part", table, "CPU part");
	}
	file_fact_add_all(cpu, files);
	add_features(cpu);
	json_object_set_new(cpu, "mitigations", collect_mitigations());
	return cpu;
}

static json_t *collect_pools(unsigned int node)
{
	json_t *pools = json_object();
	uint64_t sizes[HUGEPAGES_MAX_SIZES];
	size_t count = hugetlb_sizes(sizes);

	for (size_t i = 0; i < count; i++) {
		char name[UNIT_TEXT];
		uint64_t pages;

		snprintf(name, sizeof(name), "%llu", (unsigned long long)sizes[i]);
		if (!hugetlb_free_pages(sizes[i], node, &pages))
			json_object_set_new(pools, name, json_integer((json_int_t)pages));
	}
	return pools;
}

static json_t *collect_node(const struct topology *topology, unsigned int node)
{
	json_t *object = json_object();
	json_t *distances = json_array();
	hwloc_const_cpuset_t cpus = topology_node_cpus(topology, node);
	char list[1024] = "";
	char table[8192];
	const char *total;

	json_object_set_new(object, "node", json_integer(node));
	if (cpus)
		hwloc_bitmap_list_snprintf(list, sizeof(list), cpus);
	json_object_set_new(object, "cpus", json_string(list));
	if (file_read(table, sizeof(table), "/sys/devices/system/node/node%u/meminfo", node) > 0) {
		total = strstr(table, "MemTotal:");
		if (total)
			json_object_set_new(
				object, "memory_bytes",
				json_integer((json_int_t)(strtoull(total + 9, NULL, 10) * KIB)));
	}
	for (size_t rank = 0; rank < topology_nr_nodes(topology); rank++)
		json_array_append_new(distances,
				      json_integer(topology_distance(
					      node, topology_node_number(topology, rank))));
	json_object_set_new(object, "distances", distances);
	json_object_set_new(object, "hugetlb_free", collect_pools(node));
	return object;
}

static json_t *collect_numa(const struct topology *topology)
{
	json_t *nodes = json_array();

	for (size_t rank = 0; rank < topology_nr_nodes(topology); rank++)
		json_array_append_new(nodes,
				      collect_node(topology, topology_node_number(topology, rank)));
	return nodes;
}

static json_t *collect_thp(void)
{
	static const char *const switches[] = { "enabled", "defrag", "shmem_enabled", NULL };
	json_t *thp = json_object();
	json_t *by_size = json_object();
	uint64_t sizes[HUGEPAGES_MAX_SIZES];
	size_t count = thp_sizes(sizes);
	char word[32];

	for (const char *const *name = switches; *name; name++)
		if (!file_read_setting(word, sizeof(word), THP_FOLDER "/%s", *name))
			file_fact_add_text(thp, *name, word);
	for (size_t i = 0; i < count; i++) {
		char size[UNIT_TEXT];

		snprintf(size, sizeof(size), "%llu", (unsigned long long)sizes[i]);
		if (!file_read_setting(word, sizeof(word), THP_FOLDER "/hugepages-%llukB/enabled",
				       (unsigned long long)(sizes[i] / KIB)))
			file_fact_add_text(by_size, size, word);
	}
	json_object_set_new(thp, "sizes", by_size);
	return thp;
}

static json_t *collect_limits(void)
{
	static const struct file_fact files[] = {
		{ "dma_entry_limit", "/sys/module/vfio_iommu_type1/parameters/dma_entry_limit" },
		{ "max_map_count", "/proc/sys/vm/max_map_count" },
		{ "perf_event_paranoid", "/proc/sys/kernel/perf_event_paranoid" },
		{ "io_uring_disabled", "/proc/sys/kernel/io_uring_disabled" },
		{ NULL, NULL },
	};
	json_t *limits = json_object();
	struct rlimit limit;

	if (!getrlimit(RLIMIT_MEMLOCK, &limit) && limit.rlim_cur != RLIM_INFINITY)
		json_object_set_new(limits, "memlock_bytes",
				    json_integer((json_int_t)limit.rlim_cur));
	file_fact_add_all(limits, files);
	return limits;
}

#if defined(__x86_64__)
const char *facts_virtual(void)
{
	static const struct {
		const char *signature, *name;
	} known[] = {
		{ "KVMKVMKVM", "kvm" },	       { "TCGTCGTCGTCG", "qemu-tcg" },
		{ "Microsoft Hv", "hyper-v" }, { "VMwareVMware", "vmware" },
		{ "XenVMMXenVMM", "xen" },     { "bhyve bhyve ", "bhyve" },
	};
	unsigned int a, b, c, d;
	char signature[13] = "";

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1u << 31)))
		return "none";
	__cpuid(0x40000000, a, b, c, d);
	memcpy(signature, &b, 4);
	memcpy(signature + 4, &c, 4);
	memcpy(signature + 8, &d, 4);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strncmp(signature, known[i].signature, strlen(known[i].signature)))
			return known[i].name;
	return "unknown";
}
#else
const char *facts_virtual(void)
{
	char tree[256];

	if (!access("/sys/hypervisor/type", F_OK))
		return "xen";
	if (file_read(tree, sizeof(tree), "/proc/device-tree/compatible") <= 0)
		return "unknown";
	return facts_virtual_by_tree(tree);
}
#endif

const char *facts_virtual_by_tree(const char *compatible)
{
	static const struct {
		const char *start, *name;
	} known[] = { { "linux,dummy-virt", "qemu" }, { "xen,", "xen" } };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (text_starts_with(compatible, known[i].start))
			return known[i].name;
	return "none";
}

const char *facts_timing(void)
{
	const char *timing = getenv("DMABENCH_TIMING");

	return timing && !strcmp(timing, "icount") ? "icount" : "wall";
}

json_t *facts_collect(const struct topology *topology)
{
	static const struct file_fact platform[] = {
		{ "vendor", "/sys/class/dmi/id/sys_vendor" },
		{ "product", "/sys/class/dmi/id/product_name" },
		{ "device_tree", "/proc/device-tree/compatible" },
		{ "clocksource",
		  "/sys/devices/system/clocksource/clocksource0/current_clocksource" },
		{ NULL, NULL },
	};
	json_t *host = json_object();

	add_kernel(host);
	json_object_set_new(host, "virtual", json_string(facts_virtual()));
	json_object_set_new(host, "timing", json_string(facts_timing()));
	file_fact_add_text(host, "emulator", getenv("DMABENCH_EMULATOR"));
	file_fact_add_all(host, platform);
	json_object_set_new(host, "page_bytes", json_integer((json_int_t)memory_page_size()));
	json_object_set_new(host, "cpu", collect_cpu(topology));
	json_object_set_new(host, "numa", collect_numa(topology));
	json_object_set_new(host, "thp", collect_thp());
	json_object_set_new(host, "iommu", iommu_facts_collect());
	json_object_set_new(host, "limits", collect_limits());
	return json_whole(host);
}
