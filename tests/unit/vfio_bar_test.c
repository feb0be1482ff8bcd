/* A memfd stands in for a device: its BARs are parts of the file. */
#include <sys/mman.h>

#include "base/units.h"
#include "host/memory.h"
#include "vfio/bar.h"
#include "vfio/entries.h"
#include "unit.h"

#define BAR_OFFSET (16 * MIB)

static struct vfio_device device = { .fd = -1 };

static struct bar make_bar(uint64_t size_bytes, uint64_t start)
{
	struct bar bar = {
		.index = 2,
		.start = start,
		.prefetchable = true,
		.region = { .size_bytes = size_bytes,
			    .fd_offset = BAR_OFFSET,
			    .areas = { { 0, size_bytes } },
			    .nr_areas = 1 },
	};

	if (device.fd < 0) {
		strcpy(device.pci.bdf, "0000:01:00.0");
		device.fd = memfd_create("device", MFD_CLOEXEC);
		if (device.fd < 0 || ftruncate(device.fd, BAR_OFFSET + GIB))
			abort();
	}
	return bar;
}

TEST(alignment_in_common_is_what_was_asked_for_and_no_more)
{
	static const uint64_t aligns[] = { 4 * KIB, 64 * KIB, 2 * MIB, 32 * MIB, GIB };
	static const uint64_t starts[] = { 0, 0xc0000000, 0x800000000, 0xfebf0000 };

	for (size_t i = 0; i < COUNT(aligns); i++)
		for (size_t j = 0; j < COUNT(starts); j++) {
			struct bar bar = make_bar(4 * MIB, starts[j]);
			struct bar_window window;
			uint64_t apart;

			assert_int_equal(
				bar_window_reserve(&device, &bar, 0, aligns[i], &window, NULL), 0);
			apart = (uintptr_t)window.addr - starts[j];
			must(apart % (2 * aligns[i]) == aligns[i], "align %llu, bus address %llx",
			     (unsigned long long)aligns[i], (unsigned long long)starts[j]);
			assert_true(window.addr > window.reservation);
			assert_true(window.addr + window.size_bytes <
				    window.reservation + window.reserved_bytes);
			bar_window_release(&window);
		}
}

TEST(the_window_shows_the_bar)
{
	struct bar bar = make_bar(4 * MIB, 0);
	struct bar_window window;
	char byte;

	assert_int_equal(bar_window_reserve(&device, &bar, MIB, 2 * MIB, &window, NULL), 0);
	assert_int_equal(window.size_bytes, MIB);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(bar_window_map(&window, PROT_READ | PROT_WRITE), 0);
		window.addr[4096] = (char)(i + 1);
		assert_int_equal(pread(device.fd, &byte, 1, BAR_OFFSET + 4096), 1);
		assert_int_equal(byte, i + 1);
		assert_int_equal(bar_window_unmap(&window), 0);
		assert_int_equal(bar_window_hold(&window), 0);
	}
	bar_window_release(&window);
	assert_null(window.reservation);
	bar_window_release(&window);
}

TEST(what_cannot_be_mapped_between_areas_stays_out)
{
	struct bar bar = make_bar(4 * MIB, 0);
	struct bar_window window;

	bar.region.sparse = true;
	bar.region.areas[0] = (struct vfio_area){ 100, 8192 }; /* whole pages: one */
	bar.region.areas[1] = (struct vfio_area){ MIB, MIB };
	bar.region.areas[2] = (struct vfio_area){ 3 * MIB, MIB };
	bar.region.nr_areas = 3;
	assert_int_equal(bar_window_reserve(&device, &bar, MIB + 64 * KIB, 4 * KIB, &window, NULL),
			 0);
	assert_int_equal(window.nr_areas, 2);
	assert_int_equal(window.areas[0].offset, 4096);
	assert_int_equal(window.areas[0].size_bytes, 4096);
	assert_int_equal(window.areas[1].size_bytes, 64 * KIB);
	assert_int_equal(bar_window_mapped_bytes(&window), 68 * KIB);
	assert_int_equal(bar_window_map(&window, PROT_READ), 0);
	assert_int_equal(((volatile char *)window.addr)[MIB], 0);
	bar_window_release(&window);
}

TEST(a_bar_that_ends_in_a_page_has_that_page)
{
	struct bar bar = make_bar(256, 0);
	struct bar_window window;

	assert_int_equal(bar_window_reserve(&device, &bar, 0, 4 * KIB, &window, NULL), 0);
	assert_int_equal(window.size_bytes, 4096);
	assert_int_equal(bar_window_mapped_bytes(&window), 4096);
	bar_window_release(&window);
}

TEST(a_span_that_the_bar_does_not_have_is_skipped_with_both_sizes)
{
	struct bar bar = make_bar(4 * MIB, 0);
	struct bar_window window = BAR_WINDOW_NONE;
	struct reason reason = { "" };

	assert_int_equal(bar_window_reserve(&device, &bar, 8 * MIB, 4 * KIB, &window, &reason),
			 SKIPPED);
	must_contain(reason.text, "8MiB");
	must_contain(reason.text, "4MiB");
	must_contain(reason.text, "BAR 2 of 0000:01:00.0");
	bar.region.areas[0] = (struct vfio_area){ 2 * MIB, MIB };
	assert_int_equal(bar_window_reserve(&device, &bar, MIB, 4 * KIB, &window, &reason),
			 SKIPPED);
	must_contain(reason.text, "ask for more");
	assert_null(window.reservation);
}

TEST(a_bar_is_asked_for_by_number_or_largest)
{
	struct reason reason = { "" };
	struct bar bar;

	make_bar(4 * MIB, 0);
	assert_int_equal(bar_find(&device, "6", &bar, &reason), -EINVAL);
	assert_int_equal(bar_find(&device, "11", &bar, &reason), -EINVAL);
	must_contain(reason.text, "largest");
	/* A memfd tells about no region. */
	assert_true(bar_find(&device, "0", &bar, &reason) < 0);
	assert_true(bar_find(&device, "largest", &bar, &reason) < 0);
}

/* The walk that the benchmark makes, on memory that faults in by pages. */
TEST(upper_tables_can_be_put_in_place_before)
{
	struct bar bar = make_bar(4 * MIB, 0);
	struct bar_window window;
	uint64_t before;

	assert_int_equal(bar_window_reserve(&device, &bar, 0, 2 * MIB, &window, NULL), 0);
	assert_int_equal(entries_warm_tables(&window), 0);
	assert_int_equal(bar_window_map(&window, PROT_READ), 0);
	before = entries_table_bytes();
	(void)*(volatile char *)window.addr;
	/* One page table, and none above it. */
	assert_int_equal(entries_table_bytes() - before, memory_page_size());
	bar_window_release(&window);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alignment_in_common_is_what_was_asked_for_and_no_more),
		cmocka_unit_test(the_window_shows_the_bar),
		cmocka_unit_test(what_cannot_be_mapped_between_areas_stays_out),
		cmocka_unit_test(a_bar_that_ends_in_a_page_has_that_page),
		cmocka_unit_test(a_span_that_the_bar_does_not_have_is_skipped_with_both_sizes),
		cmocka_unit_test(a_bar_is_asked_for_by_number_or_largest),
		cmocka_unit_test(upper_tables_can_be_put_in_place_before),
	};

	return RUN(tests);
}
