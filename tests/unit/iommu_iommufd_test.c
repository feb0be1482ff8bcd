/* iommufd, as it is and in a container's place, before a kernel that answers as it is told. */
#include "fake_pci.h"
#include "fake_vfio.h"
#include "iommu/modes.h"

static const struct pci_device device = {
	.bdf = "0000:01:00.0", .group = 12, .driver = PCI_DRIVER_VFIO, .cdev = "vfio3"
};
static const struct pci_device other = {
	.bdf = "0000:02:00.0", .group = 13, .driver = PCI_DRIVER_VFIO, .cdev = "vfio4"
};

static const char *const all[] = { "type1", "type1v2", "iommufd-compat-type1",
				   "iommufd-compat-type1v2", "iommufd" };
static const char *const compats[] = { "iommufd-compat-type1", "iommufd-compat-type1v2" };
static const char *const iommufds[] = { "iommufd-compat-type1", "iommufd-compat-type1v2",
					"iommufd" };

static int setup(void **state)
{
	fake_vfio_reset();
	return fake_pci_setup(state);
}

static struct iommu opened(const char *mode, const struct iommu_options *options)
{
	struct reason reason = { "" };
	struct iommu iommu;
	int ret = iommu_open_with(iommu_find_mode(mode), options, &device, 1, &iommu, &reason);

	must(!ret, "%s: %d %s", mode, ret, reason.text);
	return iommu;
}

static struct iommu simply_opened(const char *mode)
{
	return opened(mode, &(struct iommu_options){ 0 });
}

static void must_not_open(const char *mode, const struct pci_device *one, int error,
			  const char *part, const char *fix)
{
	struct reason reason = { "" };
	struct iommu iommu = { .fd = 42 };
	int ret = iommu_open(iommu_find_mode(mode), one, 1, &iommu, &reason);

	must(ret == error, "%s: expected %d (%s): %d \"%s\"", mode, error, part, ret, reason.text);
	must_contain(reason.text, part);
	must_contain(reason.text, fix);
	must(!strchr(reason.text, '\n'), "\"%s\" is more than a line", reason.text);
	assert_int_equal(iommu.fd, 42);
	assert_int_equal(fake_vfio_open_fds(), 0);
}

/* ---- open and close ---- */

/* The kernel would take the mapping and pin nothing; the made-up one refuses. */
TEST(each_mode_attaches_what_it_maps_for)
{
	static char memory[4096];

	for (size_t i = 0; i < COUNT(all); i++) {
		struct iommu iommu;

		fake_vfio_reset();
		iommu = simply_opened(all[i]);
		must(!iommu_map(&iommu, GIB, memory, 4096, IOMMU_READ), "%s maps nothing", all[i]);
		must(!iommu_unmap(&iommu, GIB, 4096), "%s unmaps nothing", all[i]);
		assert_int_equal(iommu.nr_ranges, 2);
		assert_int_equal(iommu.ranges[1].start, 0xfef00000);
		assert_int_equal(iommu.page_sizes & 4 * KIB, 4 * KIB);
		assert_true(iommu.can_unmap_all);
		iommu_close(&iommu);
		assert_int_equal(fake_vfio_open_fds(), 0);
	}
}

TEST(compatibility_asks_for_the_version_that_its_name_says)
{
	static const unsigned long types[] = { VFIO_TYPE1_IOMMU, VFIO_TYPE1v2_IOMMU };

	for (size_t i = 0; i < COUNT(compats); i++) {
		struct iommu iommu = simply_opened(compats[i]);

		assert_int_equal(fake_vfio.iommu_type, types[i]);
		assert_int_equal(fake_vfio.kinds[iommu.fd], 'i');
		iommu_close(&iommu);
	}
}

TEST(native_mode_needs_no_group)
{
	struct iommu iommu;

	fake_vfio.group_error = fake_vfio.container_error = ENOENT;
	iommu = simply_opened("iommufd");
	assert_int_equal(iommu.mappings_left, IOMMU_NO_LIMIT);
	assert_int_equal(iommu.nr_groups, 0);
	iommu_close(&iommu);
}

TEST(kernel_without_iommufd_is_a_skip_that_says_so)
{
	for (size_t i = 0; i < COUNT(iommufds); i++) {
		fake_vfio_reset();
		fake_vfio.iommu_error = ENOENT;
		must_not_open(iommufds[i], &device, SKIPPED, "no /dev/iommu", "CONFIG_IOMMUFD");
		fake_vfio.iommu_error = EACCES;
		must_not_open(iommufds[i], &device, -EACCES, "/dev/iommu", "run as root");
	}
}

TEST(kernel_without_character_devices_is_a_skip_that_says_so)
{
	struct pci_device without = device;

	without.cdev[0] = '\0';
	must_not_open("iommufd", &without, SKIPPED, "no character device for 0000:01:00.0",
		      "CONFIG_VFIO_DEVICE_CDEV");
	must_not_open("iommufd", &without, SKIPPED, "", "iommufd-compat-type1v2");
	strcpy(without.driver, "nvme");
	must_not_open("iommufd", &without, -ENOENT, "vfio-pci does not have 0000:01:00.0",
		      "dmabench bind 0000:01:00.0");
}

TEST(errors_of_attaching_are_explained_with_the_way_out)
{
	static const struct {
		int *error, value;
		const char *part, *fix;
	} cases[] = {
		{ &fake_vfio.cdev_error, EBUSY, "0000:01:00.0 is in use", "one mode at a time" },
		{ &fake_vfio.cdev_error, EACCES, "0000:01:00.0", "run as root" },
		{ &fake_vfio.bind_error, EBUSY, "0000:01:00.0 is in use", "one mode at a time" },
		{ &fake_vfio.bind_error, ENODEV, "0000:01:00.0 cannot be attached", "No such" },
		{ &fake_vfio.attach_error, EPERM, "no interrupt remapping",
		  "allow_unsafe_interrupts=1" },
		{ &fake_vfio.alloc_error, ENOMEM, "no address space", "memory" },
		{ &fake_vfio.info_error, EFAULT, "I/O addresses", "Bad address" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		fake_vfio_reset();
		*cases[i].error = cases[i].value;
		must_not_open("iommufd", &device, -cases[i].value, cases[i].part, cases[i].fix);
	}
	for (size_t i = 0; i < COUNT(compats); i++) {
		fake_vfio_reset();
		fake_vfio.attach_error = EPERM;
		must_not_open(compats[i], &device, -EPERM, "no interrupt remapping", "firmware");
	}
}

TEST(device_in_another_mode_is_told_with_the_process)
{
	fake_file(fake_attribute(device.bdf, "vfio-dev/vfio3/dev"), "4094:9\n");
	fake_process(4711, "/dev/vfio/12");
	fake_vfio.bind_error = EBUSY;
	must_not_open("iommufd", &device, -EBUSY, "in use by process 4711", "");
}

/* ---- devices ---- */

TEST(open_device_is_handed_out_once_more)
{
	for (size_t i = 0; i < COUNT(iommufds); i++) {
		struct iommu iommu;
		int fd;

		fake_vfio_reset();
		iommu = simply_opened(iommufds[i]);
		fd = iommu_open_device(&iommu, &device);
		must(fd >= 0 && fd != iommu.devices[0], "%s: %d", iommufds[i], fd);
		close(fd);
		iommu_close(&iommu);
		assert_int_equal(fake_vfio_open_fds(), 0);
	}
}

/* What is to be timed by itself is left to the caller. */
TEST(prepared_address_space_has_devices_as_they_are_opened)
{
	static char memory[4096];

	for (size_t i = 0; i < COUNT(iommufds); i++) {
		struct iommu iommu;
		int fd;

		fake_vfio_reset();
		assert_int_equal(
			iommu_prepare(iommu_find_mode(iommufds[i]), &device, 1, &iommu, NULL), 0);
		assert_int_equal(iommu.nr_devices, 0);
		assert_int_equal(iommu_map(&iommu, GIB, memory, 4096, IOMMU_READ), -EIO);
		fd = iommu_open_device(&iommu, &device);
		assert_true(fd >= 0);
		assert_int_equal(iommu_map(&iommu, GIB, memory, 4096, IOMMU_READ), 0);
		close(fd);
		iommu_close(&iommu);
		assert_int_equal(fake_vfio_open_fds(), 0);
	}
}

TEST(several_devices_are_attached)
{
	const struct pci_device devices[] = { device, other };
	struct reason reason = { "" };
	struct iommu iommu;

	assert_int_equal(iommu_open(iommu_find_mode("iommufd"), devices, 2, &iommu, &reason), 0);
	assert_int_equal(iommu.nr_devices, 2);
	iommu_close(&iommu);
	assert_int_equal(fake_vfio_open_fds(), 0);
}

/* ---- options ---- */

TEST(options_are_set_before_anything_is_mapped)
{
	struct iommu iommu = opened("iommufd", &(struct iommu_options){ .small_pages = true,
									.count_by_process = true });

	assert_int_equal(fake_vfio.small_pages, 1);
	assert_int_equal(fake_vfio.by_process, 1);
	iommu_close(&iommu);
	fake_vfio_reset();
	iommu = simply_opened("iommufd");
	assert_int_equal(fake_vfio.small_pages + fake_vfio.by_process, 0);
	iommu_close(&iommu);
}

TEST(mode_without_options_is_skipped)
{
	const struct iommu_options small = { .small_pages = true };

	for (size_t i = 0; i < 4; i++) {
		struct reason reason = { "" };
		struct iommu iommu;

		assert_int_equal(iommu_open_with(iommu_find_mode(all[i]), &small, &device, 1,
						 &iommu, &reason),
				 SKIPPED);
		must_contain(reason.text, "iommu=iommufd has");
	}
}

TEST(option_that_is_refused_is_an_error)
{
	const struct iommu_options by_process = { .count_by_process = true };
	struct reason reason = { "" };
	struct iommu iommu;

	fake_vfio.option_error = EPERM;
	assert_int_equal(iommu_open_with(iommu_find_mode("iommufd"), &by_process, &device, 1,
					 &iommu, &reason),
			 -EPERM);
	must_contain(reason.text, "accounting=process");
	must_contain(reason.text, "run as root");
	assert_int_equal(fake_vfio_open_fds(), 0);
}

/* ---- map and unmap ---- */

TEST(memory_is_mapped_and_unmapped_as_asked)
{
	static char memory[8192];
	struct iommu iommu = simply_opened("iommufd");

	assert_int_equal(iommu_map(&iommu, GIB, memory, 4096, IOMMU_READ), 0);
	assert_int_equal(fake_vfio.last_flags, VFIO_DMA_MAP_FLAG_READ);
	assert_int_equal(iommu_map(&iommu, GIB, memory, 4096, IOMMU_READ), -EEXIST);
	assert_int_equal(iommu_map(&iommu, GIB + 4096, memory, 4096, IOMMU_READ | IOMMU_WRITE), 0);
	assert_int_equal(fake_vfio.last_flags, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE);
	assert_int_equal(iommu_unmap(&iommu, GIB, 4096), 0);
	assert_int_equal(iommu_unmap(&iommu, GIB, 4096), -ENODATA); /* nothing is there */
	assert_int_equal(iommu_unmap(&iommu, GIB, 8192), -ENODATA); /* less than that */
	assert_int_equal(iommu_map(&iommu, GIB, memory, 4096, IOMMU_WRITE), 0);
	assert_int_equal(iommu_unmap_all(&iommu), 0);
	assert_int_equal(fake_vfio.all_unmaps, 1);
	assert_int_equal(fake_vfio.nr_mappings, 0);
	fake_vfio.unmap_fails_at = 1;
	fake_vfio.unmap_error = EIO;
	assert_int_equal(iommu_unmap(&iommu, GIB, 4096), -EIO);
	iommu_close(&iommu);
}

static struct region memfd_region(void)
{
	struct region region = REGION_NONE;
	struct backing backing;

	assert_int_equal(backing_find("memfd", &backing, NULL), 0);
	assert_int_equal(region_reserve(&backing, MIB, &region, NULL), 0);
	assert_int_equal(region_map(&region, false), 0);
	return region;
}

TEST(file_is_mapped_from_where_its_part_lies)
{
	struct iommu iommu = simply_opened("iommufd");
	struct region region = memfd_region();

	assert_int_equal(iommu_choose_method(&iommu, IOMMU_MAP_FILE, &region, 0, NULL), 0);
	assert_int_equal(iommu_map(&iommu, GIB, region.addr + 64 * KIB, 4096, IOMMU_READ), 0);
	assert_int_equal(fake_vfio.file_maps, 1);
	assert_int_equal(fake_vfio.last_file, region.memfd);
	assert_int_equal(fake_vfio.last_file_start, 64 * KIB);
	iommu_close(&iommu);
	region_release(&region);
}

TEST(copy_is_of_what_was_mapped_once)
{
	struct iommu iommu = simply_opened("iommufd");
	struct region region = memfd_region();

	assert_int_equal(iommu_choose_method(&iommu, IOMMU_COPY, &region, 2 * GIB, NULL), 0);
	assert_int_equal(fake_vfio.maps, 1);
	assert_int_equal(iommu_map(&iommu, GIB, region.addr + 64 * KIB, 4096, IOMMU_READ), 0);
	assert_int_equal(fake_vfio.copies, 1);
	assert_int_equal(fake_vfio.last_copy_source, 2 * GIB + 64 * KIB);
	assert_int_equal(iommu_unmap(&iommu, GIB, 4096), 0);
	assert_int_equal(fake_vfio.nr_mappings, 1);
	iommu_close(&iommu);
	region_release(&region);
}

static void must_skip_method(const char *mode, enum iommu_method method,
			     const struct region *region, const char *part)
{
	struct iommu iommu = simply_opened(mode);
	struct reason reason = { "" };

	assert_int_equal(iommu_choose_method(&iommu, method, region, 2 * GIB, &reason), SKIPPED);
	must_contain(reason.text, part);
	iommu_close(&iommu);
}

TEST(way_of_mapping_that_there_is_not_is_skipped)
{
	struct region region = memfd_region(), none = REGION_NONE;

	for (size_t i = 0; i < 4; i++) {
		must_skip_method(all[i], IOMMU_MAP_FILE, &region, "has no how=map-file");
		must_skip_method(all[i], IOMMU_COPY, &region, "iommu=iommufd has");
	}
	strcpy(none.backing.name, "thp");
	must_skip_method("iommufd", IOMMU_MAP_FILE, &none, "backing=thp is none (memfd");
	fake_vfio.no_map_file = true;
	must_skip_method("iommufd", IOMMU_MAP_FILE, &region, "6.13");
	region_release(&region);
}

TEST(bars_are_for_type1_alone)
{
	for (size_t i = 0; i < COUNT(all); i++) {
		struct reason reason = { "" };
		int ret = iommu_check_bars(iommu_find_mode(all[i]), &reason);

		must(ret == (i < 2 ? 0 : SKIPPED), "%s: %d", all[i], ret);
		must_contain(reason.text, i < 2 ? "" : "the kernel refuses BARs");
	}
}

int main(void)
{
#define IOMMU_TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		IOMMU_TEST(each_mode_attaches_what_it_maps_for),
		IOMMU_TEST(compatibility_asks_for_the_version_that_its_name_says),
		IOMMU_TEST(native_mode_needs_no_group),
		IOMMU_TEST(kernel_without_iommufd_is_a_skip_that_says_so),
		IOMMU_TEST(kernel_without_character_devices_is_a_skip_that_says_so),
		IOMMU_TEST(errors_of_attaching_are_explained_with_the_way_out),
		IOMMU_TEST(device_in_another_mode_is_told_with_the_process),
		IOMMU_TEST(open_device_is_handed_out_once_more),
		IOMMU_TEST(prepared_address_space_has_devices_as_they_are_opened),
		IOMMU_TEST(several_devices_are_attached),
		IOMMU_TEST(options_are_set_before_anything_is_mapped),
		IOMMU_TEST(mode_without_options_is_skipped),
		IOMMU_TEST(option_that_is_refused_is_an_error),
		IOMMU_TEST(memory_is_mapped_and_unmapped_as_asked),
		IOMMU_TEST(file_is_mapped_from_where_its_part_lies),
		IOMMU_TEST(copy_is_of_what_was_mapped_once),
		IOMMU_TEST(way_of_mapping_that_there_is_not_is_skipped),
		IOMMU_TEST(bars_are_for_type1_alone),
	};

	return RUN(tests);
}
