#include <sched.h>

#include "host/placement.h"
#include "topologies.h"

TEST(requests_of_the_grammar_are_accepted)
{
	static const char *const requests[] = {
		"local",      "remote",	    "interleave", "node:0",	  "node:17",	 "cpus:0",
		"cpus:0,2-3", "cpus:0+2-3", "cpus:1@0",	  "cpus:0,2-3@1", "cpus:0-3@12",
	};
	struct reason reason = { "untouched" };

	for (size_t i = 0; i < COUNT(requests); i++)
		must(!placement_check(requests[i], &reason), "%s: %s", requests[i], reason.text);
	assert_string_equal(reason.text, "untouched");
}

TEST(requests_that_mean_nothing_are_refused_with_the_way_out)
{
	static const struct {
		const char *request, *hint;
	} cases[] = {
		{ "locale", "did you mean \"local\"?" },
		{ "Local", "did you mean \"local\"?" },
		{ "remot", "did you mean \"remote\"?" },
		{ "interleaved", "did you mean \"interleave\"?" },
		{ "nod:0", "did you mean \"node:0\"?" },
		{ "node0", "did you mean \"node:0\"?" },
		{ "node:", "node:N" },
		{ "node:x", "node:N" },
		{ "node:-1", "node:N" },
		{ "node:99999", "node:N" },
		{ "node:0,1", "node:N" },
		{ "cpus:", "cpus:LIST" },
		{ "cpus:a", "cpus:LIST" },
		{ "cpus:,", "cpus:LIST" },
		{ "cpus:-", "cpus:LIST" },
		{ "cpus:0-", "cpus:LIST" },
		{ "cpus:-3", "cpus:LIST" },
		{ "cpus:3-1", "cpus:LIST" },
		{ "cpus:0@", "cpus:LIST@NODE" },
		{ "cpus:0@x", "cpus:LIST@NODE" },
		{ "cpus:@0", "cpus:LIST@NODE" },
		{ "cpus:0@0@0", "cpus:LIST@NODE" },
		{ "cpus:99999999", "cpus:LIST" },
		{ "", "expected local" },
		{ "qqqqqqqq", "expected local" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reason reason = { "" };

		must(placement_check(cases[i].request, &reason) == -EINVAL, "\"%s\" was taken",
		     cases[i].request);
		must_contain(reason.text, cases[i].request);
		must_contain(reason.text, cases[i].hint);
	}
}

TEST(request_of_any_length_is_refused_not_cut)
{
	struct reason reason = { "" };
	char request[PLACEMENT_TEXT + 20] = "cpus:";

	memset(request + 5, '0', sizeof(request) - 6);
	request[sizeof(request) - 1] = '\0';
	assert_int_equal(placement_check(request, &reason), -EINVAL);
	must_contain(reason.text, "too long");
	assert_int_equal(placement_check(request, NULL), -EINVAL);
}

/* "2,0,3" and the like. */
static const char *numbers(const unsigned int *list, size_t count)
{
	static char text[256];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%u", i ? "," : "",
					 list[i]);
	return text;
}

static void check_resolved(const struct topology *topology, const char *request, int device_node,
			   size_t threads, const char *cpus, const char *nodes, int cpu_node,
			   bool local)
{
	struct placement placement;
	struct reason reason = { "" };
	int ret = placement_resolve(topology, request, device_node, threads, &placement, &reason);

	must(!ret, "%s for %zu threads gave %d: %s", request, threads, ret, reason.text);
	assert_string_equal(numbers(placement.cpus, placement.nr_cpus), cpus);
	assert_string_equal(numbers(placement.mem_nodes, placement.nr_mem_nodes), nodes);
	assert_string_equal(placement.request, request);
	assert_int_equal(placement.cpu_node, cpu_node);
	assert_int_equal(placement.device_node, device_node);
	must(placement_is_local(&placement) == local, "%s is%s local", request,
	     local ? " not" : "");
}

TEST(requests_resolve_to_cpus_and_nodes)
{
	static const struct {
		const char *request;
		int device_node;
		size_t threads;
		const char *cpus, *nodes;
		int cpu_node;
		bool local;
	} cases[] = {
		/* Cores first, siblings after; the last first, since the first take interrupts. */
		{ "local", -1, 1, "2", "0", 0, true },
		{ "local", -1, 2, "2,0", "0", 0, true },
		{ "local", -1, 4, "2,0,3,1", "0", 0, true },
		{ "local", 1, 2, "6,4", "1", 1, true },
		{ "local", 0, 1, "2", "0", 0, true },
		{ "local", 9, 1, "2", "0", 0, false },
		{ "remote", -1, 1, "2", "1", 0, false },
		{ "remote", 1, 1, "6", "0", 1, false },
		{ "interleave", -1, 2, "2,0", "0,1", 0, false },
		{ "node:0", -1, 1, "2", "0", 0, true },
		{ "node:1", -1, 3, "6,4,7", "1", 1, true },
		{ "node:1", 0, 1, "6", "1", 1, false },
		{ "cpus:5", -1, 1, "5", "1", 1, true },
		{ "cpus:1,4-5", -1, 3, "4,5,1", "1", 1, true },
		{ "cpus:1+4-5", -1, 2, "4,5", "1", 1, true },
		{ "cpus:0@1", -1, 1, "0", "1", 0, false },
		{ "cpus:4@1", -1, 1, "4", "1", 1, true },
	};
	struct topology *topology = synthetic(TWO_NODES);

	for (size_t i = 0; i < COUNT(cases); i++)
		check_resolved(topology, cases[i].request, cases[i].device_node, cases[i].threads,
			       cases[i].cpus, cases[i].nodes, cases[i].cpu_node, cases[i].local);
	topology_close(topology);
}

TEST(local_is_the_node_with_the_most_cpus)
{
	struct topology *topology = synthetic_with_cpus(TWO_NODES, "0-2,4-7");

	check_resolved(topology, "local", -1, 1, "6", "1", 1, true);
	topology_close(topology);
}

/* Memory behind CXL has no CPUs: it is far from everybody, and home to nobody. */
TEST(memory_without_cpus_is_remote)
{
	struct topology *topology = synthetic_with_cpus(TWO_NODES, "0-3");

	check_resolved(topology, "local", -1, 1, "2", "0", 0, true);
	check_resolved(topology, "local", 1, 1, "2", "0", 0, false);
	check_resolved(topology, "remote", -1, 1, "2", "1", 0, false);
	check_resolved(topology, "cpus:0@1", -1, 1, "0", "1", 0, false);
	topology_close(topology);
}

/* Closes the topology. */
static void must_skip(struct topology *topology, const char *request, size_t threads,
		      const char *part)
{
	struct placement placement;
	struct reason reason = { "" };
	int ret = placement_resolve(topology, request, -1, threads, &placement, &reason);

	must(ret == SKIPPED, "%s for %zu threads gave %d", request, threads, ret);
	must_contain(reason.text, part);
	topology_close(topology);
}

TEST(requests_that_this_host_cannot_meet_are_skipped_with_both_figures)
{
	static const struct {
		const char *topology, *request;
		size_t threads;
		const char *why[2];
	} cases[] = {
		{ TWO_NODES, "local", 5, { "needs 5 CPUs", "node 0 has 4" } },
		{ TWO_NODES, "remote", 5, { "needs 5 CPUs", "node 0 has 4" } },
		{ TWO_NODES, "interleave", 8, { "needs 8 CPUs", "has 4" } },
		{ TWO_NODES, "node:1", 64, { "needs 64 CPUs", "node 1 has 4" } },
		{ TWO_NODES, "node:2", 1, { "no memory node 2", "" } },
		{ TWO_NODES, "cpus:0-1", 3, { "needs 3 CPUs", "has 2" } },
		{ TWO_NODES, "cpus:0,9", 1, { "0,9", "not all here" } },
		{ TWO_NODES, "cpus:0@5", 1, { "no memory node 5", "" } },
		{ ONE_NODE, "remote", 1, { "two memory nodes", "has one" } },
		{ ONE_NODE, "interleave", 1, { "two memory nodes", "has one" } },
		{ ONE_NODE, "node:1", 1, { "node 1", "" } },
		{ TWO_NODES, "local", 513, { "513", "512" } },
		{ TWO_NODES, "local", SIZE_MAX, { "threads", "512" } },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		for (size_t j = 0; j < COUNT(cases[i].why); j++)
			must_skip(synthetic(cases[i].topology), cases[i].request, cases[i].threads,
				  cases[i].why[j]);
	}
}

TEST(memory_node_that_a_host_of_one_node_lacks_is_skipped)
{
	must_skip(synthetic(ONE_NODE), "cpus:0@1", 1, "no memory node 1");
}

TEST(node_without_cpus_runs_nothing)
{
	must_skip(synthetic_with_cpus(TWO_NODES, "0-3"), "node:1", 1, "needs 1 CPU, node 1 has 0");
}

TEST(placement_is_untouched_when_it_cannot_be_resolved)
{
	struct topology *topology = synthetic(TWO_NODES);
	struct placement placement, before;

	memset(&placement, 0x5a, sizeof(placement));
	before = placement;
	assert_int_equal(placement_resolve(topology, "nowhere", -1, 1, &placement, NULL), -EINVAL);
	assert_memory_equal(&placement, &before, sizeof(before));
	assert_int_equal(placement_resolve(topology, "local", -1, 5, &placement, NULL), SKIPPED);
	assert_memory_equal(&placement, &before, sizeof(before));
	topology_close(topology);
}

static int apply_and_look(void *argument)
{
	struct topology *topology;
	struct placement placement;
	cpu_set_t set;

	(void)argument;
	if (topology_open(NULL, &topology) ||
	    placement_resolve(topology, "local", -1, 1, &placement, NULL) ||
	    placement_apply(topology, &placement, NULL))
		return 1;
	if (sched_getaffinity(0, sizeof(set), &set) || CPU_COUNT(&set) != 1 ||
	    !CPU_ISSET(placement.cpus[0], &set))
		return 2;
	if (placement.nr_cpus != 1 || placement.nr_mem_nodes != 1)
		return 3;
	return sched_getcpu() == (int)placement.cpus[0] ? 0 : 4;
}

TEST(applied_placement_is_where_the_kernel_runs_us)
{
	assert_int_equal(in_child(apply_and_look, NULL), 0);
}

static int apply_to_no_cpu(void *argument)
{
	struct placement placement = { .cpus = { 4000 }, .nr_cpus = 1, .nr_mem_nodes = 1 };
	struct reason reason = { "" };
	struct topology *topology;

	(void)argument;
	if (topology_open(NULL, &topology))
		return 1;
	if (placement_apply(topology, &placement, &reason) >= 0)
		return 2;
	return strstr(reason.text, "CPU 4000") ? 0 : 3;
}

TEST(cpu_that_is_not_there_cannot_be_bound_to)
{
	assert_int_equal(in_child(apply_to_no_cpu, NULL), 0);
}

static int apply_to_no_node(void *argument)
{
	struct placement placement = { .nr_cpus = 1, .mem_nodes = { 63 }, .nr_mem_nodes = 1 };
	struct reason reason = { "" };
	struct topology *topology;

	(void)argument;
	if (topology_open(NULL, &topology))
		return 1;
	placement.cpus[0] = (unsigned int)sched_getcpu();
	if (topology_has_node(topology, 63))
		return 0;
	if (placement_apply(topology, &placement, &reason) >= 0)
		return 2;
	return strstr(reason.text, "node 63") ? 0 : 3;
}

TEST(memory_node_that_is_not_there_cannot_be_bound_to)
{
	assert_int_equal(in_child(apply_to_no_node, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_of_the_grammar_are_accepted),
		cmocka_unit_test(requests_that_mean_nothing_are_refused_with_the_way_out),
		cmocka_unit_test(request_of_any_length_is_refused_not_cut),
		cmocka_unit_test(requests_resolve_to_cpus_and_nodes),
		cmocka_unit_test(local_is_the_node_with_the_most_cpus),
		cmocka_unit_test(memory_without_cpus_is_remote),
		cmocka_unit_test(requests_that_this_host_cannot_meet_are_skipped_with_both_figures),
		cmocka_unit_test(memory_node_that_a_host_of_one_node_lacks_is_skipped),
		cmocka_unit_test(node_without_cpus_runs_nothing),
		cmocka_unit_test(placement_is_untouched_when_it_cannot_be_resolved),
		cmocka_unit_test(applied_placement_is_where_the_kernel_runs_us),
		cmocka_unit_test(cpu_that_is_not_there_cannot_be_bound_to),
		cmocka_unit_test(memory_node_that_is_not_there_cannot_be_bound_to),
	};

	return RUN(tests);
}
