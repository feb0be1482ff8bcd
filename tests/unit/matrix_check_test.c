#include <sys/syscall.h>

#include "configs.h"
#include "fake_pci.h"
#include "matrix/check.h"

/* One device on each of two nodes, of which only the first has memory to spare. */
#define NEAR "0000:01:00.0"
#define FAR "0000:02:00.0"
#define FREE_NEAR "Node 0 MemFree: 1048576 kB\nNode 0 Inactive(file): 0 kB\n"
#define FREE_FAR "Node 1 MemFree: 71680 kB\nNode 1 Inactive(file): 0 kB\n"

static struct topology *topology;
static char *meminfo[2]; /* of each node: the file that stands in for it */
static unsigned int meminfo_reads[2];

/* What the planner asks of the host besides PCI: whether VFIO is there, and what nodes have. */
int access(const char *path, int mode)
{
	if (!strcmp(path, "/dev/vfio/vfio"))
		return 0;
	return (int)syscall(SYS_faccessat, AT_FDCWD, path, mode);
}

int open(const char *path, int flags, ...)
{
	unsigned int mode, node;
	va_list args;

	va_start(args, flags);
	mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, unsigned int) : 0;
	va_end(args);
	if (sscanf(path, "/sys/devices/system/node/node%u/meminfo", &node) == 1 && node < 2 &&
	    meminfo[node]) {
		meminfo_reads[node]++;
		path = meminfo[node];
	}
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static int setup(void **state)
{
	static const char *const bdfs[] = { NEAR, FAR };

	if (fake_pci_setup(state))
		return -1;
	for (size_t i = 0; i < COUNT(bdfs); i++) {
		fake_add(&(struct fake_device){ bdfs[i], .driver = PCI_DRIVER_VFIO,
						.group = 1 + (int)i });
		fake_file(fake_attribute(bdfs[i], "numa_node"), i ? "1\n" : "0\n");
	}
	meminfo[0] = strdup(fake_file(fake_path("node0"), FREE_NEAR));
	meminfo[1] = strdup(fake_file(fake_path("node1"), FREE_FAR));
	memset(meminfo_reads, 0, sizeof(meminfo_reads));
	topology = synthetic(TWO_NODES);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	topology_close(topology);
	for (size_t i = 0; i < COUNT(meminfo); i++) {
		free(meminfo[i]);
		meminfo[i] = NULL;
	}
	return 0;
}

/* The reason for which the cell of @device with @placement is skipped, or "runs". */
static const char *verdict_on(const struct plan *plan, const char *device, const char *placement)
{
	for (size_t i = 0; i < plan->nr_cells; i++) {
		const struct cell *cell = &plan->cells[i];

		if (!strcmp(bench_word(cell->bench, cell->values, "device"), device) &&
		    !strcmp(cell->placement, placement))
			return cell->skip ? cell->skip : "runs";
	}
	return "is not there";
}

static struct plan *plan_of(const char *devices, const char *placements, const char *more,
			    struct config **ret_config)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "{\"matrix\": [{\"bench\": \"vfio-map\", \"backing\": \"anon\", \"size\": \"4M\", "
		 "\"device\": [%s], \"placement\": [%s]%s}]}",
		 devices, placements, more);
	*ret_config = load(text);
	return make_plan(*ret_config, topology);
}

static void must_run(const struct plan *plan, const char *device, const char *placement)
{
	const char *verdict = verdict_on(plan, device, placement);

	must(!strcmp(verdict, "runs"), "%s %s: %s", device, placement, verdict);
}

static void must_lack(const struct plan *plan, const char *device, const char *placement)
{
	must_contain(verdict_on(plan, device, placement),
		     "needs 20MiB of memory, 6MiB can be had on its node");
}

/* "local" is the memory of the device's node: one word, two nodes. */
TEST(memory_is_that_of_each_devices_own_node)
{
	static const char *const orders[] = { "\"" NEAR "\", \"" FAR "\"",
					      "\"" FAR "\", \"" NEAR "\"" };

	for (size_t i = 0; i < COUNT(orders); i++) {
		struct config *config;
		struct plan *plan = plan_of(orders[i], "\"local\", \"remote\"", "", &config);

		must_run(plan, NEAR, "local");
		must_lack(plan, FAR, "local");
		must_lack(plan, NEAR, "remote");
		must_run(plan, FAR, "remote");
		plan_free(plan);
		config_free(config);
	}
}

TEST(placements_that_come_to_the_same_nodes_have_one_answer)
{
	struct config *config;
	struct plan *plan = plan_of("\"" NEAR "\", \"" FAR "\", \"any\", \"node:1\"",
				    "\"local\", \"node:1\", \"cpus:5\", \"cpus:0@1\", \"cpus:4@0\"",
				    ", \"threads\": [1, 2]", &config);

	must_run(plan, "any", "local");
	must_lack(plan, "node:1", "local");
	must_lack(plan, NEAR, "node:1");
	must_lack(plan, NEAR, "cpus:5");
	must_lack(plan, FAR, "cpus:0@1");
	must_run(plan, FAR, "cpus:4@0");
	assert_int_equal(meminfo_reads[0], 1);
	assert_int_equal(meminfo_reads[1], 1);
	plan_free(plan);
	config_free(config);
}

TEST(interleaved_memory_is_that_of_all_nodes)
{
	struct config *config;
	struct plan *plan = plan_of("\"" FAR "\"", "\"local\", \"interleave\"", "", &config);

	must_lack(plan, FAR, "local");
	must_run(plan, FAR, "interleave");
	plan_free(plan);
	config_free(config);
}

int main(void)
{
#define CHECK_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		CHECK_TEST(memory_is_that_of_each_devices_own_node),
		CHECK_TEST(placements_that_come_to_the_same_nodes_have_one_answer),
		CHECK_TEST(interleaved_memory_is_that_of_all_nodes),
	};

	return RUN(tests);
}
