#include "fake_pci.h"
#include "fake_vfio.h"
#include "iommu/modes.h"
#include "vfio/guest_device.h"

static const struct pci_device pci = { .bdf = "0000:01:00.0", .group = 12 };

static struct iommu iommu;
static struct guest_device guest;

static int setup(void **state)
{
	struct reason reason = { "" };

	fake_vfio_reset();
	if (fake_pci_setup(state))
		return -1;
	guest = GUEST_DEVICE_NONE;
	if (iommu_open(iommu_find_mode("type1v2"), &pci, 1, &iommu, &reason))
		return -1;
	return vfio_device_open(&iommu, &pci, &guest.device, &reason);
}

static int teardown(void **state)
{
	(void)state;
	guest_device_close(&guest);
	iommu_close(&iommu);
	return (int)fake_vfio_open_fds();
}

static void map_bars(size_t count)
{
	struct reason reason = { "" };

	must(!guest_device_map_bars(&guest, 4 * KIB, &reason), "%s", reason.text);
	assert_string_equal(reason.text, "");
	assert_int_equal(guest.nr_windows, count);
}

TEST(bars_that_are_whole_pages_are_mapped_and_no_others)
{
	fake_device.bars[1].size_bytes = 256;
	fake_device.bars[3] = (struct fake_bar){ .size_bytes = MIB, .unmappable = true };
	map_bars(2);
	assert_int_equal(guest.windows[0].size_bytes, 4 * KIB);
	assert_int_equal(guest.windows[1].size_bytes, 2 * MIB);
	guest.windows[1].addr[2 * MIB - 1] = 1; /* it is there */
}

TEST(a_bar_for_dma_lies_where_its_size_is_aligned)
{
	static const uint64_t starts[] = { 4 * GIB, 4 * GIB + 2 * MIB, 4 * GIB + 4 * MIB };
	uint64_t next = 4 * GIB;

	fake_device.bars[3].size_bytes = 64 * KIB;
	map_bars(3);
	assert_int_equal(guest_device_map_dma(&guest, &iommu, &next), 0);
	assert_int_equal(next, 4 * GIB + 4 * MIB + 64 * KIB);
	assert_int_equal(fake_vfio.nr_mappings, COUNT(starts));
	for (size_t i = 0; i < COUNT(starts); i++) {
		must(fake_vfio.mappings[i].iova == starts[i], "BAR %zu is at %llx", i,
		     (unsigned long long)fake_vfio.mappings[i].iova);
		assert_int_equal(fake_vfio.mappings[i].size, guest.windows[i].size_bytes);
	}
}

TEST(a_bar_that_is_refused_ends_it)
{
	uint64_t next = 4 * GIB;

	fake_vfio.map_fails_at = 2;
	fake_vfio.map_error = EINVAL;
	map_bars(2);
	assert_int_equal(guest_device_map_dma(&guest, &iommu, &next), -EINVAL);
	assert_int_equal(fake_vfio.nr_mappings, 1);
}

TEST(a_device_that_tells_nothing_is_an_error_with_its_name)
{
	struct reason reason = { "" };

	fake_device.region_error = EIO;
	assert_int_equal(guest_device_map_bars(&guest, 4 * KIB, &reason), -EIO);
	must_contain(reason.text, "0000:01:00.0 does not tell about BAR");
}

TEST(a_closed_one_can_be_closed_again)
{
	map_bars(2);
	guest_device_close(&guest);
	assert_int_equal(guest.nr_windows, 0);
	assert_int_equal(guest.device.fd, -1);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(bars_that_are_whole_pages_are_mapped_and_no_others),
		CASE(a_bar_for_dma_lies_where_its_size_is_aligned),
		CASE(a_bar_that_is_refused_ends_it),
		CASE(a_device_that_tells_nothing_is_an_error_with_its_name),
		CASE(a_closed_one_can_be_closed_again),
	};

	return RUN(tests);
}
