#include "base/units.h"
#include "fake_pci.h"
#include "pci/sysfs.h"

/* ---- addresses ---- */

TEST(address_is_completed_and_lower_case)
{
	static const struct {
		const char *text, *bdf;
	} cases[] = {
		{ "1:0.0", "0000:01:00.0" },	      { "01:00.0", "0000:01:00.0" },
		{ "0000:01:00.0", "0000:01:00.0" },   { "A:1F.7", "0000:0a:1f.7" },
		{ "ABCD:EF:1f.3", "abcd:ef:1f.3" },   { "0:0:0.0", "0000:00:00.0" },
		{ "10000:e1:00.0", "10000:e1:00.0" }, /* behind VMD */
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char bdf[PCI_BDF];

		must(!pci_parse_bdf(cases[i].text, bdf, NULL), "%s is refused", cases[i].text);
		assert_string_equal(bdf, cases[i].bdf);
	}
}

TEST(malformed_address_is_told_with_one_that_is_not)
{
	static const char *const cases[] = {
		"",
		"x",
		"0000:01:00",
		"0000:01:00.",
		"0000:01:00.0 ",
		" 0000:01:00.0",
		"0000:01:00.0.0",
		"0000:01:00.00",
		"0x0:01:00.0",
		"-1:00.0",
		"+1:00.0",
		"0000:001:00.0",
		"0000:01:000.0",
		"1234567:01:00.0",
		"0000.01.00.0",
		"0000:01:00:0",
		":01:00.0",
		"::.",
		"0000:01: 0.0",
		"0000:01:00.-1",
		"0000:0g:00.0",
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reason reason = { "" };
		char bdf[PCI_BDF] = "untouched";

		must(pci_parse_bdf(cases[i], bdf, &reason) == -EINVAL, "\"%s\" is taken", cases[i]);
		must_contain(reason.text, "expected one like 0000:01:00.0");
		must_contain(reason.text, cases[i]);
		assert_string_equal(bdf, "untouched");
	}
}

TEST(device_and_function_have_bounds)
{
	static const char *const cases[] = { "0000:01:20.0", "0000:01:00.8", "1:ff.f" };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reason reason = { "" };
		char bdf[PCI_BDF];

		must(pci_parse_bdf(cases[i], bdf, &reason) == -EINVAL, "\"%s\" is taken", cases[i]);
		must_contain(reason.text, "devices go to 1f, functions to 7");
	}
}

/* ---- a device ---- */

TEST(device_that_is_not_there_is_named)
{
	struct reason reason = { "" };
	struct pci_device device;

	assert_int_equal(pci_read("0000:09:00.0", &device, &reason), -ENODEV);
	must_contain(reason.text, "no PCI device 0000:09:00.0");
	must_contain(reason.text, "lspci");
}

TEST(device_is_read_from_its_files)
{
	const char *bdf = "0000:01:00.0";
	struct pci_device device;

	fake_add(
		&(struct fake_device){ bdf, .driver = "nvme", .group = 7, .class_code = 0x010802 });
	fake_describe(bdf);
	device = fake_read(bdf);
	assert_string_equal(device.bdf, bdf);
	assert_int_equal(device.vendor, 0x8086);
	assert_int_equal(device.device, 0x10d3);
	assert_int_equal(device.class_code, 0x010802);
	assert_string_equal(device.driver, "nvme");
	assert_int_equal(device.group, 7);
	assert_false(device.noiommu);
	assert_int_equal(device.numa_node, 1);
	assert_string_equal(device.reset_methods, "flr bus");
	assert_string_equal(device.link.speed, "8.0 GT/s PCIe");
	assert_int_equal(device.link.width, 4);
	assert_string_equal(device.max_link.speed, "16.0 GT/s PCIe");
	assert_int_equal(device.max_link.width, 8);
	assert_string_equal(device.pf, "");
	assert_int_equal(device.max_vfs, 0);
}

/* As on a bus that is no PCI Express, under a kernel without NUMA, IOMMU and reset_method. */
TEST(device_without_most_files_has_nothing_made_up)
{
	const char *bdf = "0000:01:00.0";
	static const char *const files[] = { "numa_node", "driver_override", "vendor" };
	struct pci_device device;

	fake_add(&(struct fake_device){ bdf, .group = NO_GROUP });
	for (size_t i = 0; i < COUNT(files); i++)
		unlink(fake_attribute(bdf, files[i]));
	fake_file(fake_attribute(bdf, "current_link_speed"), "Unknown\n");
	fake_file(fake_attribute(bdf, "current_link_width"), "255\n");
	device = fake_read(bdf);
	assert_int_equal(device.numa_node, -1);
	assert_int_equal(device.group, -1);
	assert_int_equal(device.vendor, 0);
	assert_string_equal(device.driver, PCI_NO_DRIVER);
	assert_string_equal(device.reset_methods, "");
	assert_string_equal(device.link.speed, "");
	assert_int_equal(device.link.width, 0);
	assert_string_equal(device.max_link.speed, "");
	for (size_t i = 0; i < PCI_BARS; i++)
		assert_int_equal(device.bars[i].size_bytes, 0);
}

TEST(node_of_minus_one_is_none)
{
	fake_add(&(struct fake_device){ "0000:01:00.0", .group = 1 });
	assert_int_equal(fake_read("0000:01:00.0").numa_node, -1);
	fake_file(fake_attribute("0000:01:00.0", "numa_node"), "0\n");
	assert_int_equal(fake_read("0000:01:00.0").numa_node, 0);
}

TEST(bars_are_memory_ports_wide_or_absent)
{
	const char *bdf = "0000:01:00.0";
	struct pci_device device;

	fake_add(&(struct fake_device){ bdf, .group = 1 });
	fake_file(fake_attribute(bdf, "resource"),
		  "0x00000000fe000000 0x00000000fe01ffff 0x0000000000040200\n"
		  "0x000000000000c000 0x000000000000c01f 0x0000000000040101\n"
		  "0x0000004000000000 0x00000047ffffffff 0x000000000014220c\n"
		  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		  "0x0000000000000000 0x0000000000000fff 0x0000000000040200\n"
		  "0x00000000fe020000 0x0000000000000001 0x0000000000040200\n"
		  "0x00000000fe040000 0x00000000fe07ffff 0x0000000000046200\n");
	device = fake_read(bdf);
	assert_int_equal(device.bars[0].size_bytes, 128 * KIB);
	assert_int_equal(device.bars[0].start, 0xfe000000);
	assert_false(device.bars[0].flags & (PCI_BAR_IO | PCI_BAR_64_BIT | PCI_BAR_PREFETCHABLE));
	assert_int_equal(device.bars[1].size_bytes, 32);
	assert_true(device.bars[1].flags & PCI_BAR_IO);
	assert_int_equal(device.bars[2].size_bytes, 32 * GIB);
	assert_true(device.bars[2].flags & PCI_BAR_64_BIT);
	assert_true(device.bars[2].flags & PCI_BAR_PREFETCHABLE);
	assert_int_equal(device.bars[3].size_bytes, 0); /* the other half of the wide one */
	assert_int_equal(device.bars[4].size_bytes, 4 * KIB); /* nobody gave it an address */
	assert_int_equal(device.bars[5].size_bytes, 0); /* nonsense */
}

TEST(table_of_bars_that_ends_early_leaves_the_rest_absent)
{
	const char *bdf = "0000:01:00.0";
	struct pci_device device;

	fake_add(&(struct fake_device){ bdf, .group = 1 });
	fake_file(fake_attribute(bdf, "resource"),
		  "0x00000000fe000000 0x00000000fe01ffff 0x0000000000040200\n0x00000000fe1");
	device = fake_read(bdf);
	assert_int_equal(device.bars[0].size_bytes, 128 * KIB);
	assert_int_equal(device.bars[1].size_bytes, 0);
	fake_file(fake_attribute(bdf, "resource"), "");
	assert_int_equal(fake_read(bdf).bars[0].size_bytes, 0);
}

TEST(virtual_function_knows_its_physical_one)
{
	struct pci_device pf;
	char bdf[PCI_BDF];

	fake_add(&(struct fake_device){ "0000:01:00.0", .group = 1, .max_vfs = 300 });
	fake_add(&(struct fake_device){ "0000:01:02.0", .group = 2 });
	fake_link(fake_path("sys/bus/pci/devices/0000:01:00.0"),
		  fake_attribute("0000:01:02.0", "physfn"));
	fake_file(fake_attribute("0000:01:00.0", "sriov_numvfs"), "1\n");
	pf = fake_read("0000:01:00.0");
	assert_int_equal(pf.nr_vfs, 1);
	assert_int_equal(pf.max_vfs, 300);
	assert_string_equal(pf.pf, "");
	assert_string_equal(fake_read("0000:01:02.0").pf, "0000:01:00.0");
	assert_int_equal(pci_nth_function(&pf, 0, bdf), 0);
	assert_string_equal(bdf, "0000:01:02.0");
	assert_int_equal(pci_nth_function(&pf, 9, bdf), 0);
	assert_string_equal(bdf, "0000:01:03.1");
	assert_int_equal(pci_nth_function(&pf, 250, bdf), 0); /* over the end of the bus */
	assert_string_equal(bdf, "0000:02:01.2");
	pf.vf_offset = 0;
	assert_int_equal(pci_nth_function(&pf, 0, bdf), -ENOENT);
}

TEST(group_that_vfio_made_up_is_no_iommu)
{
	fake_add(&(struct fake_device){ "0000:01:00.0", .group = 0 });
	fake_add(&(struct fake_device){ "0000:02:00.0", .group = 1 });
	fake_file(fake_path("sys/kernel/iommu_groups/0/name"), "vfio-noiommu\n");
	fake_file(fake_path("sys/kernel/iommu_groups/1/name"), "something else\n");
	assert_true(fake_read("0000:01:00.0").noiommu);
	assert_false(fake_read("0000:02:00.0").noiommu);
	assert_int_equal(fake_read("0000:02:00.0").group, 1);
}

/* ---- several ---- */

TEST(devices_are_listed_in_the_order_of_their_addresses)
{
	static const char *const order[] = { "0000:00:1f.0", "0000:01:00.0", "0000:0a:00.0",
					     "10000:e1:00.0" };
	static const size_t made[] = { 2, 0, 3, 1 };
	char(*bdfs)[PCI_BDF];
	size_t count;

	for (size_t i = 0; i < COUNT(made); i++)
		fake_add(&(struct fake_device){ order[made[i]], .group = 1 });
	assert_int_equal(pci_list(&bdfs, &count), 0);
	assert_int_equal(count, COUNT(order));
	for (size_t i = 0; i < count; i++)
		assert_string_equal(bdfs[i], order[i]);
	free(bdfs);
}

TEST(group_has_all_its_members_with_bridges_marked)
{
	struct pci_device *members;
	size_t count;

	fake_add(&(struct fake_device){ "0000:00:1c.0", .group = 5, .class_code = 0x060400 });
	fake_add(&(struct fake_device){ "0000:01:00.0", "0000:00:1c.0", .group = 5 });
	fake_add(&(struct fake_device){ "0000:01:00.1", "0000:00:1c.0", .group = 5 });
	fake_add(&(struct fake_device){ "0000:02:00.0", .group = 50 });
	assert_int_equal(pci_group(5, &members, &count), 0);
	assert_int_equal(count, 3);
	assert_true(pci_is_bridge(&members[0]));
	assert_false(pci_is_bridge(&members[1]));
	assert_string_equal(members[2].bdf, "0000:01:00.1");
	free(members);
	assert_int_equal(pci_group(6, &members, &count), -ENOENT);
}

TEST(what_vfio_drives_is_listed_alone)
{
	struct pci_device *devices;
	size_t count;

	fake_add(&(struct fake_device){ "0000:02:00.0", .driver = "vfio-pci", .group = 2 });
	fake_add(&(struct fake_device){ "0000:01:00.0", .driver = "vfio-pci", .group = 1 });
	fake_add(&(struct fake_device){ "0000:03:00.0", .driver = "nvme", .group = 3 });
	assert_int_equal(pci_list_vfio(&devices, &count), 0);
	assert_int_equal(count, 2);
	assert_string_equal(devices[0].bdf, "0000:01:00.0");
	assert_string_equal(devices[1].bdf, "0000:02:00.0");
	free(devices);
}

TEST(without_the_module_vfio_drives_nothing)
{
	struct pci_device *devices;
	size_t count = 7;

	unlink(fake_path("sys/bus/pci/drivers/vfio-pci/bind"));
	unlink(fake_path("sys/bus/pci/drivers/vfio-pci/unbind"));
	rmdir(fake_path("sys/bus/pci/drivers/vfio-pci"));
	assert_int_equal(pci_list_vfio(&devices, &count), 0);
	assert_int_equal(count, 0);
	assert_null(devices);
}

TEST(host_without_pci_is_an_error_and_no_crash)
{
	char(*bdfs)[PCI_BDF];
	size_t count;

	setenv("DMABENCH_SYSFS", fake_path("nothing"), 1);
	assert_int_equal(pci_list(&bdfs, &count), -ENOENT);
}

TEST(roots_are_the_hosts_own_unless_given)
{
	assert_false(sysfs_is_real());
	unsetenv("DMABENCH_SYSFS");
	setenv("DMABENCH_PROC", "", 1);
	assert_string_equal(sysfs_root(), "/sys");
	assert_string_equal(procfs_root(), "/proc");
	assert_true(sysfs_is_real());
}

int main(void)
{
#define PCI_TEST(name) cmocka_unit_test_setup(name, fake_pci_setup)
	const struct CMUnitTest tests[] = {
		PCI_TEST(address_is_completed_and_lower_case),
		PCI_TEST(malformed_address_is_told_with_one_that_is_not),
		PCI_TEST(device_and_function_have_bounds),
		PCI_TEST(device_that_is_not_there_is_named),
		PCI_TEST(device_is_read_from_its_files),
		PCI_TEST(device_without_most_files_has_nothing_made_up),
		PCI_TEST(node_of_minus_one_is_none),
		PCI_TEST(bars_are_memory_ports_wide_or_absent),
		PCI_TEST(table_of_bars_that_ends_early_leaves_the_rest_absent),
		PCI_TEST(virtual_function_knows_its_physical_one),
		PCI_TEST(group_that_vfio_made_up_is_no_iommu),
		PCI_TEST(devices_are_listed_in_the_order_of_their_addresses),
		PCI_TEST(group_has_all_its_members_with_bridges_marked),
		PCI_TEST(what_vfio_drives_is_listed_alone),
		PCI_TEST(without_the_module_vfio_drives_nothing),
		PCI_TEST(host_without_pci_is_an_error_and_no_crash),
		PCI_TEST(roots_are_the_hosts_own_unless_given),
	};

	return RUN(tests);
}
