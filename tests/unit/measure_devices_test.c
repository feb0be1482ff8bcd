#include "fake_pci.h"
#include "measure/devices.h"

static const struct param params[] = {
	{ .name = "device", .type = &param_device, .fallback = "any", .help = "which" },
	{ .name = NULL },
};

static const struct bench bench = { .name = "x", .params = params, .needs = NEEDS_VFIO_DEVICE };

static int setup(void **state)
{
	static const char *const nodes[] = { "0\n", "1\n", "-1\n" };
	static const char *const bdfs[] = { "0000:01:00.0", "0000:02:00.0", "0000:03:00.0" };

	if (fake_pci_setup(state))
		return -1;
	for (size_t i = 0; i < COUNT(bdfs); i++) {
		fake_add(&(struct fake_device){ bdfs[i], .driver = "vfio-pci",
						.group = 1 + (int)i });
		fake_file(fake_attribute(bdfs[i], "numa_node"), nodes[i]);
	}
	fake_add(&(struct fake_device){ "0000:04:00.0", .driver = "nvme", .group = 4 });
	fake_add(&(struct fake_device){ "0000:05:00.0", .group = 5 });
	return 0;
}

static struct value value_of(const char *text)
{
	struct reason reason = { "" };
	struct value value;

	must(!param_device.parse(&params[0], text, &value, &reason), "%s", reason.text);
	return value;
}

/* ---- what is asked for ---- */

TEST(device_is_any_a_node_or_an_address)
{
	assert_string_equal(value_of("any").word, "any");
	assert_string_equal(value_of("node:1").word, "node:1");
	assert_string_equal(value_of("0000:01:00.0").word, "0000:01:00.0");
	/* One device has one name, as cells are joined by it. */
	assert_ptr_equal(value_of("1:0.0").word, value_of("0000:01:00.0").word);
}

TEST(what_is_no_device_is_told_with_what_is)
{
	static const char *const cases[] = { "", "ANY", "node:", "node:x", "node:-1", "1:2:3" };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct value value = { 42, "untouched" };
		struct reason reason = { "" };

		must(param_device.parse(&params[0], cases[i], &value, &reason) == -EINVAL,
		     "\"%s\" is taken", cases[i]);
		must_contain(reason.text, "expected any, node:N or an address like 0000:01:00.0");
		assert_string_equal(value.word, "untouched");
		assert_int_equal(value.number, 42);
	}
}

TEST(all_devices_are_those_of_vfio)
{
	struct value values[PARAM_MAX_ALL];

	assert_int_equal(param_device.list(&params[0], values), 3);
	assert_string_equal(values[0].word, "0000:01:00.0");
	assert_string_equal(values[2].word, "0000:03:00.0");
	setenv("DMABENCH_SYSFS", fake_path("nothing"), 1);
	assert_int_equal(param_device.list(&params[0], values), 0);
}

/* ---- what is there ---- */

static int choose(const char *word, struct devices *devices, struct reason *reason)
{
	struct value value = value_of(word);

	return devices_choose(&bench, &value, devices, reason);
}

static void must_choose(const char *word, size_t count, const char *leader, int node)
{
	struct reason reason = { "" };
	struct devices devices;
	int ret = choose(word, &devices, &reason);

	must(!ret, "%s: %d %s", word, ret, reason.text);
	assert_int_equal(devices.count, count);
	assert_string_equal(devices.list[0].bdf, leader);
	assert_int_equal(devices_node(&devices), node);
	devices_release(&devices);
	devices_release(&devices);
}

TEST(devices_are_those_that_are_asked_for)
{
	must_choose("any", 3, "0000:01:00.0", 0);
	must_choose("node:1", 1, "0000:02:00.0", 1);
	must_choose("0000:02:00.0", 1, "0000:02:00.0", 1);
	must_choose("0000:03:00.0", 1, "0000:03:00.0", -1);
}

TEST(groups_are_counted_once)
{
	struct pci_device list[] = { { .bdf = "a", .group = 4 },
				     { .bdf = "b", .group = 4 },
				     { .bdf = "c", .group = 1 },
				     { .bdf = "d", .group = 4 } };
	const struct devices devices = { list, COUNT(list) };

	assert_string_equal(devices_of_group(&devices, 0)->bdf, "a");
	assert_string_equal(devices_of_group(&devices, 1)->bdf, "c");
	assert_null(devices_of_group(&devices, 2));
	assert_null(devices_of_group(&(struct devices){ NULL, 0 }, 0));
}

TEST(benchmark_without_a_need_gets_none)
{
	static const struct bench other = { .name = "y", .params = params };
	struct value value = value_of("any");
	struct devices devices;

	assert_int_equal(devices_choose(&other, &value, &devices, NULL), 0);
	assert_int_equal(devices.count, 0);
	assert_int_equal(devices_node(&devices), -1);
}

static void must_skip(const char *word, const char *part, const char *fix)
{
	struct reason reason = { "" };
	struct devices devices;

	assert_int_equal(choose(word, &devices, &reason), SKIPPED);
	must_contain(reason.text, part);
	must_contain(reason.text, fix);
	assert_int_equal(devices.count, 0);
	assert_null(devices.list);
}

TEST(device_that_is_not_to_be_had_is_told_with_what_it_is)
{
	must_skip("0000:04:00.0", "0000:04:00.0 is bound to nvme, not to vfio-pci",
		  "dmabench bind 0000:04:00.0");
	must_skip("0000:05:00.0", "0000:05:00.0 has no driver", "dmabench bind 0000:05:00.0");
	must_skip("0000:0a:00.0", "no PCI device 0000:0a:00.0", "lspci");
	must_skip("node:7", "3 devices are bound to vfio-pci, none is on memory node 7", "");
}

TEST(without_any_device_it_says_how_to_get_one)
{
	setenv("DMABENCH_SYSFS", fake_path("nothing"), 1);
	must_skip("any", "no device is bound to vfio-pci", "dmabench bind BDF");
	must_skip("node:0", "no device is bound to vfio-pci", "dmabench bind BDF");
}

TEST(device_without_an_iommu_is_not_chosen)
{
	fake_file(fake_path("sys/kernel/iommu_groups/1/name"), "vfio-noiommu\n");
	must_choose("any", 2, "0000:02:00.0", 1);
	must_skip("0000:01:00.0", "noiommu", "switch the IOMMU on");
	fake_file(fake_path("sys/kernel/iommu_groups/2/name"), "vfio-noiommu\n");
	fake_file(fake_path("sys/kernel/iommu_groups/3/name"), "vfio-noiommu\n");
	must_skip("any", "noiommu", "switch the IOMMU on");
}

int main(void)
{
#define DEVICES_TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		DEVICES_TEST(device_is_any_a_node_or_an_address),
		DEVICES_TEST(what_is_no_device_is_told_with_what_is),
		DEVICES_TEST(all_devices_are_those_of_vfio),
		DEVICES_TEST(devices_are_those_that_are_asked_for),
		DEVICES_TEST(groups_are_counted_once),
		DEVICES_TEST(benchmark_without_a_need_gets_none),
		DEVICES_TEST(device_that_is_not_to_be_had_is_told_with_what_it_is),
		DEVICES_TEST(without_any_device_it_says_how_to_get_one),
		DEVICES_TEST(device_without_an_iommu_is_not_chosen),
	};

	return RUN(tests);
}
