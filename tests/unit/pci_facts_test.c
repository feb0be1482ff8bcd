#include "fail_nth.h"
#include "fake_pci.h"
#include "pci/facts.h"

static int setup(void **state)
{
	const char *bdf = "0000:01:00.0";

	if (fake_pci_setup(state))
		return -1;
	fake_add(
		&(struct fake_device){ bdf, NULL, "vfio-pci", .group = 7, .class_code = 0x010802 });
	fake_describe(bdf);
	fake_file(fake_attribute(bdf, "resource"),
		  "0x00000000fe000000 0x00000000fe003fff 0x0000000000040200\n"
		  "0x000000000000c000 0x000000000000c01f 0x0000000000040101\n"
		  "0x0000004000000000 0x00000047ffffffff 0x000000000014220c\n");
	fake_add(&(struct fake_device){ "0000:01:02.0", NULL, "vfio-pci", .group = 8 });
	fake_link(fake_path("sys/bus/pci/devices/0000:01:00.0"),
		  fake_attribute("0000:01:02.0", "physfn"));
	fake_add(&(struct fake_device){ "0000:05:00.0", NULL, "nvme", .group = 9 });
	return 0;
}

static void must_be(json_t *got, const char *expected)
{
	json_t *wanted = json_loads(expected, 0, NULL);
	char *text = json_dumps(got, JSON_SORT_KEYS);

	must(wanted && json_equal(got, wanted), "%s", text);
	free(text);
	json_decref(wanted);
	json_decref(got);
}

TEST(devices_of_vfio_are_told_with_what_explains_a_difference)
{
	must_be(pci_facts(),
		"[{\"address\": \"0000:01:00.0\", \"vendor\": \"8086\", \"device\": \"10d3\","
		" \"class\": \"010802\", \"driver\": \"vfio-pci\", \"group\": 7, \"numa_node\": 1,"
		" \"link\": {\"speed\": \"8.0 GT/s PCIe\", \"width\": 4},"
		" \"max_link\": {\"speed\": \"16.0 GT/s PCIe\", \"width\": 8},"
		" \"reset_methods\": [\"flr\", \"bus\"], \"bars\": ["
		"{\"index\": 0, \"type\": \"mem32\", \"prefetchable\": false, \"size_bytes\": "
		"16384},"
		"{\"index\": 1, \"type\": \"io\", \"prefetchable\": false, \"size_bytes\": 32},"
		"{\"index\": 2, \"type\": \"mem64\", \"prefetchable\": true,"
		" \"size_bytes\": 34359738368}]},"
		"{\"address\": \"0000:01:02.0\", \"vendor\": \"8086\", \"device\": \"10d3\","
		" \"class\": \"020000\", \"driver\": \"vfio-pci\", \"group\": 8,"
		" \"physical_function\": \"0000:01:00.0\", \"reset_methods\": [], \"bars\": []}]");
}

TEST(device_without_an_iommu_is_marked)
{
	json_t *facts;

	fake_file(fake_path("sys/kernel/iommu_groups/7/name"), "vfio-noiommu\n");
	facts = pci_facts();
	assert_true(json_is_true(json_object_get(json_array_get(facts, 0), "noiommu")));
	assert_null(json_object_get(json_array_get(facts, 1), "noiommu"));
	json_decref(facts);
}

TEST(host_without_vfio_has_no_devices)
{
	setenv("DMABENCH_SYSFS", fake_path("nothing"), 1);
	must_be(pci_facts(), "[]");
}

static json_t *expected;

static enum outcome walk(void)
{
	enum outcome outcome = COMPLETE;
	json_t *facts;

	memory_runs_out();
	facts = pci_facts();
	memory_is_back();
	if (!facts)
		return REFUSED;
	if (!json_equal(facts, expected))
		outcome = WRONG;
	json_decref(facts);
	return outcome;
}

TEST(devices_are_all_there_or_there_are_none)
{
	expected = pci_facts();
	fail_walk(&(struct fail_walk){ .work = walk });
	json_decref(expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(devices_of_vfio_are_told_with_what_explains_a_difference,
				       setup),
		cmocka_unit_test_setup(device_without_an_iommu_is_marked, setup),
		cmocka_unit_test_setup(host_without_vfio_has_no_devices, setup),
		cmocka_unit_test_setup(devices_are_all_there_or_there_are_none, setup),
	};

	return RUN(tests);
}
