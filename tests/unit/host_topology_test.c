#include <sched.h>

#include "host/topology.h"
#include "topologies.h"

TEST(host_is_seen_as_the_kernel_shows_it)
{
	struct topology *topology;
	cpu_set_t set;

	assert_int_equal(topology_open(NULL, &topology), 0);
	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	assert_int_equal(topology_nr_cpus(topology), CPU_COUNT(&set));
	assert_true(topology_nr_nodes(topology) >= 1);
	for (unsigned int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set))
			must(topology_node_of_cpu(topology, cpu) >= 0, "CPU %u has no node", cpu);
	topology_close(topology);
}

TEST(exported_topology_is_opened_the_same)
{
	struct topology *topology, *again;
	char *xml;

	assert_int_equal(topology_open(NULL, &topology), 0);
	assert_int_equal(topology_export(topology, &xml), 0);
	assert_int_equal(topology_open(xml, &again), 0);
	assert_int_equal(topology_nr_cpus(again), topology_nr_cpus(topology));
	assert_int_equal(topology_nr_nodes(again), topology_nr_nodes(topology));
	assert_true(hwloc_bitmap_isequal(topology_cpus(again), topology_cpus(topology)));
	/* It may bind: that it came by way of a text makes it no foreign host. */
	assert_true(hwloc_topology_is_thissystem(again->hwloc));
	free(xml);
	topology_close(topology);
	topology_close(again);
	topology_close(NULL);
}

TEST(nonsense_in_place_of_a_topology_is_an_error)
{
	struct topology *topology = NULL;

	assert_true(topology_open("this is no topology", &topology) < 0);
	assert_true(topology_open("", &topology) < 0);
	assert_null(topology);
}

TEST(nodes_and_their_cpus_are_found_by_number)
{
	struct topology *topology = synthetic(TWO_NODES);

	assert_int_equal(topology_nr_nodes(topology), 2);
	assert_int_equal(topology_nr_cpus(topology), 8);
	assert_true(topology_has_node(topology, 1));
	assert_false(topology_has_node(topology, 2));
	assert_int_equal(topology_node_number(topology, 1), 1);
	assert_int_equal(hwloc_bitmap_weight(topology_node_cpus(topology, 1)), 4);
	assert_null(topology_node_cpus(topology, 2));
	assert_int_equal(topology_node_of_cpu(topology, 3), 0);
	assert_int_equal(topology_node_of_cpu(topology, 4), 1);
	assert_int_equal(topology_node_of_cpu(topology, 8), -1);
	topology_close(topology);
}

static void check_order(const char *description, const char *set_text, size_t count,
			const char *expected)
{
	struct topology *topology = synthetic(description);
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	unsigned int cpus[64];
	char text[256] = "";
	size_t used = 0, picked;

	hwloc_bitmap_list_sscanf(set, set_text);
	picked = topology_pick_cpus(topology, set, cpus, count);
	for (size_t i = 0; i < picked; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%u", i ? "," : "",
					 cpus[i]);
	must(!strcmp(text, expected), "of %s in %s came %s, not %s", set_text, description, text,
	     expected);
	hwloc_bitmap_free(set);
	topology_close(topology);
}

TEST(cpus_come_one_a_core_before_any_sibling)
{
	/* Siblings side by side, as on arm64 and some x86. */
	check_order(TWO_NODES, "0-7", 8, "6,4,2,0,7,5,3,1");
	check_order(TWO_NODES, "0-7", 3, "6,4,2");
	check_order("numa:1 core:2 pu:4", "0-7", 8, "4,0,5,1,6,2,7,3");
	/* Siblings in the second half, as most x86 number them. */
	check_order("numa:1 core:4 pu:2(indexes=0,4,1,5,2,6,3,7)", "0-7", 8, "3,2,1,0,7,6,5,4");
	/* Siblings alone, without the first of their core. */
	check_order(TWO_NODES, "1,3", 2, "3,1");
	check_order(TWO_NODES, "1,4", 2, "4,1");
	check_order(TWO_NODES, "5", 4, "5");
}

TEST(nothing_is_picked_of_no_cpus)
{
	struct topology *topology = synthetic(ONE_NODE);
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	unsigned int cpu;

	assert_int_equal(topology_pick_cpus(topology, set, &cpu, 1), 0);
	hwloc_bitmap_free(set);
	topology_close(topology);
}

TEST(distance_is_ten_at_home_and_twenty_where_the_kernel_tells_none)
{
	assert_int_equal(topology_distance(0, 0), 10);
	assert_int_equal(topology_distance(900, 900), 10);
	assert_int_equal(topology_distance(900, 901), 20);
	must(topology_distance(0, 901) == 20, "a node beyond the last is at %u",
	     topology_distance(0, 901));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_is_seen_as_the_kernel_shows_it),
		cmocka_unit_test(exported_topology_is_opened_the_same),
		cmocka_unit_test(nonsense_in_place_of_a_topology_is_an_error),
		cmocka_unit_test(nodes_and_their_cpus_are_found_by_number),
		cmocka_unit_test(cpus_come_one_a_core_before_any_sibling),
		cmocka_unit_test(nothing_is_picked_of_no_cpus),
		cmocka_unit_test(distance_is_ten_at_home_and_twenty_where_the_kernel_tells_none),
	};

	return RUN(tests);
}
