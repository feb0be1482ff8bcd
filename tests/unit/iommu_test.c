#include <sys/resource.h>

#include "fake_pci.h"
#include "fake_vfio.h"
#include "iommu/leaves.h"
#include "iommu/modes.h"

static const struct pci_device device = { .bdf = "0000:01:00.0", .group = 12 };

static int setup(void **state)
{
	fake_vfio_reset();
	return fake_pci_setup(state);
}

/* ---- a backend of our own: what stands before all of them ---- */

static struct {
	int open_error;
	unsigned int closed, calls;
} mock;

static int mock_open(struct iommu *iommu, const struct pci_device *devices, size_t count,
		     struct reason *reason)
{
	assert_int_equal(iommu->fd, -1);
	assert_int_equal(iommu->mappings_left, IOMMU_NO_LIMIT);
	iommu->nr_groups = count;
	iommu->groups[0] = devices[0].group;
	iommu->page_sizes = 4 * KIB;
	return mock.open_error ? reason_set(reason, mock.open_error, "as told") : 0;
}

static int mock_map(struct iommu *iommu, uint64_t iova, void *addr, uint64_t size_bytes,
		    unsigned int access)
{
	(void)iommu, (void)addr;
	mock.calls++;
	return iova == 1 && size_bytes == 2 && access == IOMMU_READ ? 0 : -EINVAL;
}

static int mock_unmap(struct iommu *iommu, uint64_t iova, uint64_t size_bytes)
{
	(void)iommu;
	mock.calls++;
	return iova == 1 && size_bytes == 2 ? 0 : -ENODATA;
}

static int mock_unmap_all(struct iommu *iommu)
{
	(void)iommu;
	mock.calls++;
	return 0;
}

static int mock_open_device(struct iommu *iommu, const struct pci_device *pci)
{
	(void)iommu;
	mock.calls++;
	return pci ? 77 : -ENODEV;
}

static void mock_close(struct iommu *iommu)
{
	assert_int_equal(iommu->nr_groups, 1);
	mock.closed++;
}

static int mock_read_info(struct iommu *iommu, struct reason *reason)
{
	(void)reason;
	iommu->page_sizes = 4 * KIB;
	return 0;
}

static const struct iommu_ops mock_ops = {
	.open = mock_open,
	.read_info = mock_read_info,
	.map = { mock_map },
	.unmap = mock_unmap,
	.unmap_all = mock_unmap_all,
	.open_device = mock_open_device,
	.close = mock_close,
};
static const struct iommu_mode mock_mode = { .name = "mock",
					     .ops = &mock_ops,
					     .has_entry_limit = true };

static struct iommu mock_iommu(void)
{
	struct iommu iommu;

	memset(&mock, 0, sizeof(mock));
	assert_int_equal(iommu_open(&mock_mode, &device, 1, &iommu, NULL), 0);
	return iommu;
}

TEST(calls_go_to_the_backend_of_the_mode)
{
	struct iommu iommu = mock_iommu();

	assert_int_equal(iommu_map(&iommu, 1, NULL, 2, IOMMU_READ), 0);
	assert_int_equal(iommu_map(&iommu, 1, NULL, 2, IOMMU_WRITE), -EINVAL);
	assert_int_equal(iommu_unmap(&iommu, 1, 2), 0);
	assert_int_equal(iommu_unmap(&iommu, 1, 3), -ENODATA);
	assert_int_equal(iommu_unmap_all(&iommu), 0);
	assert_int_equal(iommu_open_device(&iommu, NULL), -ENODEV);
	assert_int_equal(mock.calls, 6);
	iommu_close(&iommu);
	iommu_close(&iommu);
	assert_int_equal(mock.closed, 1);
}

TEST(address_space_that_did_not_open_is_closed_and_not_handed_out)
{
	struct iommu iommu = { .fd = 77 };
	struct reason reason = { "" };

	memset(&mock, 0, sizeof(mock));
	mock.open_error = -EPERM;
	assert_int_equal(iommu_open(&mock_mode, &device, 1, &iommu, &reason), -EPERM);
	assert_string_equal(reason.text, "as told");
	assert_int_equal(mock.closed, 1);
	assert_int_equal(iommu.fd, 77);
	assert_null(iommu.mode);
}

TEST(modes_are_found_by_their_names)
{
	size_t nr_modes = 0;

	for (const char *const *name = iommu_mode_names; *name; name++, nr_modes++) {
		must(iommu_find_mode(*name), "%s is no mode", *name);
		assert_string_equal(iommu_find_mode(*name)->name, *name);
	}
	assert_int_equal(nr_modes, 5);
	assert_null(iommu_find_mode("type2"));
	assert_null(iommu_find_mode(""));
}

/* ---- I/O addresses ---- */

static struct iommu with_ranges(const struct fake_range *ranges, size_t count)
{
	struct iommu iommu = { .mode = &mock_mode, .page_sizes = 4 * KIB, .nr_ranges = count };

	for (size_t i = 0; i < count; i++)
		iommu.ranges[i] = (struct iommu_range){ ranges[i].start, ranges[i].end };
	return iommu;
}

TEST(address_is_the_first_at_which_all_of_it_fits)
{
	static const struct fake_range ranges[] = {
		{ 0x1000, 0xfedfffff }, /* up to the window of interrupts */
		{ 0xfef00000, 0xffffffff },
		{ 0x100000000, (1ULL << 39) - 1 },
		{ UINT64_MAX - GIB + 1, UINT64_MAX },
	};
	static const struct {
		size_t nr_ranges;
		uint64_t size, align, iova;
		int ret;
	} cases[] = {
		{ 4, 4 * KIB, 4 * KIB, 0x1000, 0 },
		{ 4, 4 * KIB, 2 * MIB, 2 * MIB, 0 },
		{ 4, 2 * GIB, GIB, GIB, 0 },
		{ 4, 3 * GIB, GIB, 4 * GIB, 0 }, /* not over the hole */
		{ 4, 0xfedff000, 4 * KIB, 0x1000, 0 }, /* exactly */
		{ 4, 0xfee00000, 4 * KIB, 4 * GIB, 0 }, /* a page more */
		{ 4, TIB, GIB, 0, -ENOSPC },
		{ 1, 2 * GIB, GIB, GIB, 0 }, /* 32 bits only */
		{ 1, 3 * GIB, GIB, 0, -ENOSPC },
		{ 1, 3 * GIB, 4 * KIB, 0x1000, 0 },
		{ 0, 4 * KIB, 4 * KIB, 0, -ENOSPC },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct iommu iommu = with_ranges(ranges, cases[i].nr_ranges);
		struct reason reason = { "" };
		uint64_t iova = 42;
		int ret = iommu_find_iova(&iommu, cases[i].size, cases[i].align, &iova, &reason);

		must(ret == cases[i].ret, "case %zu: %d %s", i, ret, reason.text);
		must(iova == (ret ? 42 : cases[i].iova), "case %zu: 0x%llx", i,
		     (unsigned long long)iova);
	}
}

/* A range whose alignment would run over the end of all addresses. */
TEST(address_does_not_wrap_around)
{
	static const struct fake_range last = { UINT64_MAX - MIB + 1, UINT64_MAX };
	struct iommu iommu = with_ranges(&last, 1);
	uint64_t iova;

	assert_int_equal(iommu_find_iova(&iommu, 4 * KIB, GIB, &iova, NULL), -ENOSPC);
	assert_int_equal(iommu_find_iova(&iommu, MIB, MIB, &iova, NULL), 0);
	assert_int_equal(iommu_find_iova(&iommu, MIB + 1, MIB, &iova, NULL), -ENOSPC);
}

TEST(no_room_is_told_with_the_ranges_that_there_are)
{
	static const struct fake_range ranges[] = { { 0, 0xfedfffff }, { 0xfef00000, 0xffffffff } };
	struct iommu iommu = with_ranges(ranges, 2);
	struct reason reason = { "" };
	uint64_t iova;

	iommu_find_iova(&iommu, 8 * GIB, GIB, &iova, &reason);
	must_contain(reason.text, "no room for 8GiB");
	must_contain(reason.text, "0x0-0xfedfffff, 0xfef00000-0xffffffff");
	iommu.nr_ranges = 0;
	iommu_find_iova(&iommu, 8 * GIB, GIB, &iova, &reason);
	must_contain(reason.text, "none");
}

/* ---- as many mappings as the kernel allows ---- */

TEST(plan_beyond_the_mappings_left_is_skipped_with_both_figures)
{
	struct iommu iommu = { .mode = &mock_mode, .mappings_left = 65535 };
	struct reason reason = { "" };

	assert_int_equal(iommu_check_mappings(&iommu, 65535, &reason), 0);
	assert_int_equal(iommu_check_mappings(&iommu, TIB / (2 * MIB), &reason), SKIPPED);
	must_contain(reason.text, "needs 524288 mappings at a time, mock allows 65535 more");
	must_contain(reason.text, "larger chunk");
	must_contain(reason.text, "vfio_iommu_type1.dma_entry_limit");
	iommu.mappings_left = IOMMU_NO_LIMIT;
	assert_int_equal(iommu_check_mappings(&iommu, UINT64_MAX, NULL), 0);
}

/* ---- errors explained ---- */

static const char *explain(int error)
{
	static const struct fake_range ranges[] = { { 0, 0xffffffff } };
	static struct reason reason;
	struct iommu iommu = with_ranges(ranges, 1);

	reason.text[0] = '\0';
	assert_int_equal(iommu_explain_map(&iommu, error, &reason), error);
	return reason.text;
}

TEST(errors_of_mapping_are_explained_with_the_way_out)
{
	must_contain(explain(-ENOSPC), "dma_entry_limit");
	must_contain(explain(-ENOSPC), "larger chunk");
	must_contain(explain(-EEXIST), "mapped already");
	must_contain(explain(-EFAULT), "cannot be pinned");
	must_contain(explain(-EINVAL), "multiples of 4KiB and in 0x0-0xffffffff");
	must_contain(explain(-EIO), "mock: mapping failed: Input/output error");
}

/* As a user who may lock little. */
static int explain_low_limit(void *argument)
{
	const struct rlimit limit = { MIB, MIB };

	(void)argument;
	if (setrlimit(RLIMIT_MEMLOCK, &limit) || (!geteuid() && setuid(65534)))
		return 1;
	must_contain(explain(-ENOMEM), "may lock 1MiB");
	must_contain(explain(-ENOMEM), "ulimit -l unlimited");
	return 0;
}

TEST(too_little_to_lock_is_told_from_too_little_memory)
{
	assert_int_equal(in_child(explain_low_limit, NULL), 0);
	if (geteuid())
		skip_because("needs root");
	must_contain(explain(-ENOMEM), "ran out of memory");
	must(!strstr(explain(-ENOMEM), "EiB"), "%s", explain(-ENOMEM));
}

TEST(unmap_of_another_size_is_told_as_that)
{
	struct iommu iommu = { .mode = &mock_mode };
	struct reason reason = { "" };

	assert_int_equal(iommu_explain_unmap(&iommu, -ENODATA, &reason), -ENODATA);
	must_contain(reason.text, "unmapped another size");
	assert_int_equal(iommu_explain_unmap(&iommu, -EBUSY, &reason), -EBUSY);
	must_contain(reason.text, "Device or resource busy");
}

/* ---- type1, before a kernel that answers as it is told ---- */

static void must_open(const char *mode, const struct pci_device *devices, size_t count,
		      struct iommu *iommu)
{
	struct reason reason = { "" };

	must(!iommu_open(iommu_find_mode(mode), devices, count, iommu, &reason), "%s", reason.text);
}

TEST(container_is_opened_as_the_mode_says_and_read)
{
	static const struct {
		const char *mode;
		unsigned long type;
	} cases[] = { { "type1", VFIO_TYPE1_IOMMU }, { "type1v2", VFIO_TYPE1v2_IOMMU } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct iommu iommu;

		fake_vfio_reset();
		must_open(cases[i].mode, &device, 1, &iommu);
		assert_int_equal(fake_vfio.iommu_type, cases[i].type);
		assert_int_equal(iommu.nr_ranges, 2);
		assert_int_equal(iommu.ranges[0].last, 0xfedfffff);
		assert_int_equal(iommu.ranges[1].start, 0xfef00000);
		assert_int_equal(iommu.mappings_left, 65535);
		assert_int_equal(iommu.page_sizes, 4 * KIB | 2 * MIB | GIB);
		assert_true(iommu.can_unmap_all);
		assert_int_equal(fake_vfio_open_fds(), 2);
		iommu_close(&iommu);
		assert_int_equal(fake_vfio_open_fds(), 0);
	}
}

TEST(devices_of_one_group_open_it_once)
{
	const struct pci_device devices[] = { { .bdf = "0000:01:00.0", .group = 3 },
					      { .bdf = "0000:01:00.1", .group = 3 },
					      { .bdf = "0000:02:00.0", .group = 4 } };
	struct iommu iommu;

	must_open("type1v2", devices, COUNT(devices), &iommu);
	assert_int_equal(iommu.nr_groups, 2);
	assert_int_equal(fake_vfio.opened, 3);
	iommu_close(&iommu);
}

/* Linux before 5.10 does not tell how many mappings are left, nor can it unmap all. */
TEST(older_kernel_tells_less)
{
	struct iommu iommu;

	fake_vfio.mappings_left = 0;
	fake_vfio.no_unmap_all = true;
	must_open("type1v2", &device, 1, &iommu);
	assert_int_equal(iommu.mappings_left, IOMMU_NO_LIMIT);
	assert_false(iommu.can_unmap_all);
	iommu_close(&iommu);
}

static void must_not_open(const struct pci_device *one, int error, const char *part,
			  const char *fix)
{
	struct reason reason = { "" };
	struct iommu iommu = { .fd = 42 };
	int ret = iommu_open(iommu_find_mode("type1v2"), one, 1, &iommu, &reason);

	must(ret == error, "expected %d (%s): %d \"%s\"", error, part, ret, reason.text);
	must_contain(reason.text, part);
	must_contain(reason.text, fix);
	must(!strchr(reason.text, '\n'), "\"%s\" is more than a line", reason.text);
	assert_int_equal(iommu.fd, 42);
	assert_int_equal(fake_vfio_open_fds(), 0);
}

TEST(errors_of_opening_are_explained_with_the_way_out)
{
	static const struct {
		int *error, value;
		const char *part, *fix;
	} cases[] = {
		{ &fake_vfio.container_error, ENOENT, "/dev/vfio/vfio", "modprobe vfio-pci" },
		{ &fake_vfio.container_error, ENODEV, "/dev/vfio/vfio", "modprobe vfio-pci" },
		{ &fake_vfio.container_error, EACCES, "/dev/vfio/vfio", "run as root" },
		{ &fake_vfio.container_error, EMFILE, "/dev/vfio/vfio", "Too many open files" },
		{ &fake_vfio.group_error, ENOENT, "/dev/vfio/12", "dmabench bind 0000:01:00.0" },
		{ &fake_vfio.group_error, EACCES, "/dev/vfio/12", "run as root" },
		{ &fake_vfio.group_error, EBUSY, "group 12 of 0000:01:00.0 is in use",
		  "a group opens once" },
		{ &fake_vfio.status_error, EIO, "group 12", "Input/output error" },
		{ &fake_vfio.join_error, EINVAL, "group 12", "cannot join a container" },
		{ &fake_vfio.set_error, EPERM, "no interrupt remapping",
		  "allow_unsafe_interrupts=1" },
		{ &fake_vfio.set_error, ENODEV, "no type1v2 driver", "modprobe vfio_iommu_type1" },
		{ &fake_vfio.set_error, EBUSY, "VFIO_SET_IOMMU", "busy" },
		{ &fake_vfio.info_error, EFAULT, "VFIO_IOMMU_GET_INFO", "Bad address" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		fake_vfio_reset();
		*cases[i].error = cases[i].value;
		must_not_open(&device, -cases[i].value, cases[i].part, cases[i].fix);
	}
}

TEST(group_in_use_is_told_with_the_process)
{
	fake_vfio.group_error = EBUSY;
	fake_process(4711, "/dev/vfio/12");
	must_not_open(&device, -EBUSY, "in use by process 4711", "");
}

TEST(group_that_is_not_viable_is_told_with_the_way_out)
{
	fake_vfio.not_viable = true;
	must_not_open(&device, -EPERM, "group 12 of 0000:01:00.0 is not viable",
		      "dmabench bind 0000:01:00.0");
}

TEST(device_without_an_iommu_is_told_as_that)
{
	must_not_open(&(struct pci_device){ .bdf = "0000:01:00.0", .group = 0, .noiommu = true },
		      -ENODEV, "noiommu", "switch the IOMMU on");
	must_not_open(&(struct pci_device){ .bdf = "0000:01:00.0", .group = -1 }, -ENODEV,
		      "no IOMMU group", "");
}

TEST(kernel_that_tells_no_addresses_is_too_old)
{
	fake_vfio.no_ranges = true;
	must_not_open(&device, -ENOTSUP, "which I/O addresses are valid", "5.4");
}

TEST(memory_is_mapped_and_unmapped_as_asked)
{
	static char memory[8192];
	struct iommu iommu;

	must_open("type1v2", &device, 1, &iommu);
	assert_int_equal(iommu_map(&iommu, GIB, memory, 4096, IOMMU_READ), 0);
	assert_int_equal(fake_vfio.last_flags, VFIO_DMA_MAP_FLAG_READ);
	assert_int_equal(iommu_map(&iommu, GIB, memory, 4096, IOMMU_READ), -EEXIST);
	assert_int_equal(iommu_map(&iommu, GIB + 4096, memory, 4096, IOMMU_READ | IOMMU_WRITE), 0);
	assert_int_equal(fake_vfio.last_flags, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE);
	assert_int_equal(iommu_map(&iommu, 0xfee00000, memory, 4096, IOMMU_READ), -EINVAL);
	assert_int_equal(iommu_unmap(&iommu, GIB, 4096), 0);
	assert_int_equal(iommu_unmap(&iommu, GIB, 4096), -ENODATA); /* nothing is there */
	assert_int_equal(iommu_unmap(&iommu, GIB, 8192), -ENODATA); /* less than that */
	assert_int_equal(iommu_map(&iommu, GIB, memory, 4096, IOMMU_WRITE), 0);
	assert_int_equal(iommu_unmap_all(&iommu), 0);
	assert_int_equal(fake_vfio.nr_mappings, 0);
	fake_vfio.unmap_fails_at = 1;
	fake_vfio.unmap_error = EIO;
	assert_int_equal(iommu_unmap(&iommu, GIB, 4096), -EIO);
	assert_int_equal(iommu_unmap_all(&iommu), -EIO);
	iommu_close(&iommu);
}

/* ---- leaves ---- */

#define HEAD "IOVA_PFN\t\tPML5E\t\t\tPML4E\n"
#define COLUMN "\t0x0000000000000003"
#define LEAF_1G(pfn) pfn " |" COLUMN COLUMN COLUMN "\n"
#define LEAF_2M(pfn) pfn " |" COLUMN COLUMN COLUMN COLUMN "\n"
#define LEAF_4K(pfn) pfn " |" COLUMN COLUMN COLUMN COLUMN COLUMN "\n"
#define DEBUGFS "sys/kernel/debug/iommu/intel"

static void must_have_leaves(const char *bdf, size_t small, size_t medium, size_t large)
{
	struct leaves leaves;

	leaves_read(bdf, &leaves);
	assert_int_equal(leaves.sizes[0].page_bytes, 4 * KIB);
	assert_int_equal(leaves.sizes[1].page_bytes, 2 * MIB);
	assert_int_equal(leaves.sizes[2].page_bytes, GIB);
	must(leaves.sizes[0].count == small && leaves.sizes[1].count == medium &&
		     leaves.sizes[2].count == large,
	     "%llu, %llu and %llu leaves", (unsigned long long)leaves.sizes[0].count,
	     (unsigned long long)leaves.sizes[1].count, (unsigned long long)leaves.sizes[2].count);
	assert_int_equal(leaves.seen, small + medium + large);
}

TEST(leaves_are_counted_by_their_level)
{
	fake_file(fake_path(DEBUGFS "/%s/domain_translation_struct", device.bdf),
		  "Device 0000:01:00.0 @0x10a9d2000\n" HEAD LEAF_1G("0x0000000040000")
			  LEAF_2M("0x0000000080000") LEAF_2M("0x0000000080200")
				  LEAF_4K("0x00000000fef00"));
	must_have_leaves(device.bdf, 1, 2, 1);
}

/* Where one file is for all devices, the others' leaves are not ours. */
TEST(leaves_of_other_devices_are_not_counted)
{
	fake_file(fake_path(DEBUGFS "/domain_translation_struct"),
		  "Device 0000:00:1f.0 @0x1017f8000\n" HEAD LEAF_4K("0x00000000000ab")
			  LEAF_4K("0x00000000000ac") "\nDevice 0000:01:00.0 @0x10a9d2000\n" HEAD
				  LEAF_2M("0x0000000040000") "\nDevice 0000:01:00.1 "
							     "@0x10a9d3000\n" HEAD LEAF_1G(
								     "0x0000000040000"));
	must_have_leaves(device.bdf, 0, 1, 0);
	must_have_leaves("0000:05:00.0", 0, 0, 0);
}

TEST(kernel_that_does_not_tell_has_no_leaves)
{
	static const char *const texts[] = {
		"",
		HEAD,
		"0x\n",
		"0x0000000040000 |\n",
		"0x0000000040000\t0x1\t0x2\t0x3\t0x4\n",
		"0x0000000040000 |" COLUMN COLUMN "\n",
		"0x0000000040000 |" COLUMN COLUMN COLUMN COLUMN COLUMN COLUMN "\n",
	};

	must_have_leaves(device.bdf, 0, 0, 0);
	for (size_t i = 0; i < COUNT(texts); i++) {
		fake_file(fake_path(DEBUGFS "/%s/domain_translation_struct", device.bdf), texts[i]);
		must_have_leaves(device.bdf, 0, 0, 0);
	}
}

int main(void)
{
#define IOMMU_TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		IOMMU_TEST(calls_go_to_the_backend_of_the_mode),
		IOMMU_TEST(address_space_that_did_not_open_is_closed_and_not_handed_out),
		IOMMU_TEST(modes_are_found_by_their_names),
		IOMMU_TEST(address_is_the_first_at_which_all_of_it_fits),
		IOMMU_TEST(address_does_not_wrap_around),
		IOMMU_TEST(no_room_is_told_with_the_ranges_that_there_are),
		IOMMU_TEST(plan_beyond_the_mappings_left_is_skipped_with_both_figures),
		IOMMU_TEST(errors_of_mapping_are_explained_with_the_way_out),
		IOMMU_TEST(too_little_to_lock_is_told_from_too_little_memory),
		IOMMU_TEST(unmap_of_another_size_is_told_as_that),
		IOMMU_TEST(container_is_opened_as_the_mode_says_and_read),
		IOMMU_TEST(devices_of_one_group_open_it_once),
		IOMMU_TEST(older_kernel_tells_less),
		IOMMU_TEST(errors_of_opening_are_explained_with_the_way_out),
		IOMMU_TEST(group_in_use_is_told_with_the_process),
		IOMMU_TEST(group_that_is_not_viable_is_told_with_the_way_out),
		IOMMU_TEST(device_without_an_iommu_is_told_as_that),
		IOMMU_TEST(kernel_that_tells_no_addresses_is_too_old),
		IOMMU_TEST(memory_is_mapped_and_unmapped_as_asked),
		IOMMU_TEST(leaves_are_counted_by_their_level),
		IOMMU_TEST(leaves_of_other_devices_are_not_counted),
		IOMMU_TEST(kernel_that_does_not_tell_has_no_leaves),
	};

	return RUN(tests);
}
