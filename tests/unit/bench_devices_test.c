/* The benchmarks that open devices, whole, before a kernel and devices that answer as told. */
#include "bench_trials.h"
#include "fake_pci.h"
#include "iommu/modes.h"
#include "vfio/bringup.h"

#define DEVICES COUNT(list)
#define PAGES (2 * MIB / (4 * KIB))

static int setup(void **state)
{
	for (size_t i = 0; i < DEVICES; i++) {
		list[i].group = 1 + (int)i;
		memset(list[i].bars, 0, sizeof(list[i].bars));
		list[i].bars[2].flags = PCI_BAR_PREFETCHABLE;
	}
	fake_vfio_reset();
	return fake_pci_setup(state);
}

#define SETS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Writes fault in a page each; reads of memory may fault in its neighbours. */
#define TOUCH(...) SETS("access=write", "align=4KiB", __VA_ARGS__)

static void must_skip(const char *name, const char *const *sets, const char *part)
{
	must_end(name, sets, SKIPPED, part, NULL);
}

/* ---- pfnmap-fault ---- */

static const char pfnmap[] = "pfnmap-fault";

TEST(each_first_touch_is_a_sample_and_each_fault_is_counted)
{
	static const struct {
		const char *set;
		size_t faults_each;
	} cases[] = {
		{ "pattern=in-order", PAGES }, { "pattern=stride", PAGES },
		{ "pattern=random", PAGES },   { "threads=2", PAGES },
		{ "span=64KiB", 16 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct seen seen;

		must_measure(pfnmap, TOUCH(cases[i].set), &seen);
		assert_int_equal(seen.faults.faults, cases[i].faults_each);
		assert_int_equal(seen.faults.order_bytes, 4 * KIB);
		assert_int_equal(samples_of(&seen, pfnmap, "fault_ns"),
				 ITERATIONS * cases[i].faults_each);
		assert_int_equal(samples_of(&seen, pfnmap, "control_ns"),
				 ITERATIONS * cases[i].faults_each);
		assert_int_equal(samples_of(&seen, pfnmap, "faults"), ITERATIONS);
		assert_int_equal(samples_of(&seen, pfnmap, "zap_ns"), ITERATIONS);
		assert_int_equal(samples_of(&seen, pfnmap, "reset_ns"), 0);
	}
}

TEST(threads_may_each_touch_all_of_it)
{
	struct seen seen;

	must_measure(pfnmap, TOUCH("threads=2", "areas=same"), &seen);
	assert_int_equal(seen.faults.faults, PAGES);
	assert_int_equal(samples_of(&seen, pfnmap, "fault_ns"), 2 * ITERATIONS * PAGES);
	must_skip(pfnmap, TOUCH("threads=2", "span=4KiB"), "areas=same");
}

TEST(order_that_the_kernel_does_not_give_is_invalid)
{
	struct seen seen;

	must_measure(pfnmap, TOUCH("order=pte"), &seen);
	must_end(pfnmap, TOUCH("order=pmd"), INVALID, "order=pmd asks for entries of", &seen);
	must_contain(seen.reason.text, "512 of 4KiB (512 faults, address aligned to 4KiB)");
	assert_int_equal(samples_of(&seen, pfnmap, "fault_ns"), 0);
	/* Mapping this memory for DMA enters nothing, which no kernel does. */
	must_end(pfnmap, SETS("via=dma", "align=4KiB"), INVALID, "0 faults and", &seen);
}

TEST(a_reset_is_followed_by_another_first_touch)
{
	struct seen seen;

	must_measure(pfnmap, TOUCH("after_reset=yes"), &seen);
	assert_int_equal(fake_device.resets, ITERATIONS);
	assert_int_equal(samples_of(&seen, pfnmap, "reset_ns"), ITERATIONS);
	assert_int_equal(samples_of(&seen, pfnmap, "reset_first_ns"), ITERATIONS);
	assert_int_equal(samples_of(&seen, pfnmap, "reset_fault_ns"), ITERATIONS * (PAGES - 1));
	fake_device.reset_error = EIO;
	must_end(pfnmap, TOUCH("after_reset=yes"), -EIO,
		 "BAR 2 of 0000:01:00.0: resetting the device failed", &seen);
	fake_device.cannot_reset = true;
	must_skip(pfnmap, TOUCH("after_reset=yes"), "0000:01:00.0 cannot be reset");
}

TEST(a_bar_that_is_of_no_use_is_skipped_with_what_it_is)
{
	fake_device.bars[1].size_bytes = 256;
	list[0].bars[1].flags = PCI_BAR_IO;
	fake_device.bars[3] = (struct fake_bar){ .size_bytes = MIB, .unmappable = true };
	must_skip(pfnmap, TOUCH("bar=1"), "BAR 1 of 0000:01:00.0 is I/O ports");
	must_skip(pfnmap, TOUCH("bar=5"), "there is no BAR 5 of 0000:01:00.0");
	must_skip(pfnmap, TOUCH("bar=3"), "BAR 3 of 0000:01:00.0 (1MiB) cannot be mapped");
	must_skip(pfnmap, TOUCH("span=4MiB"), "a span of 4MiB is larger than BAR 2");
	must_skip(pfnmap, SETS("bar=0"), "BAR 0 of 0000:01:00.0 is not prefetchable");
	memset(fake_device.bars, 0, sizeof(fake_device.bars));
	must_skip(pfnmap, TOUCH("bar=largest"), "0000:01:00.0 has no BAR that can be mapped");
}

TEST(areas_of_a_sparse_bar_are_used_and_said)
{
	struct seen seen;

	fake_device.bars[2].areas[0].size = 64 * KIB;
	fake_device.bars[2].areas[1].offset = MIB;
	fake_device.bars[2].areas[1].size = MIB;
	fake_device.bars[2].nr_areas = 2;
	must_measure(pfnmap, TOUCH("bar=2"), &seen);
	must_contain(note_of(&seen, "sparse"), "2 areas of it can be mapped, 1088KiB in all");
	assert_int_equal(seen.faults.span_bytes, 64 * KIB + MIB);
	assert_int_equal(seen.faults.faults, (64 * KIB + MIB) / (4 * KIB));
}

TEST(a_sleeping_device_is_woken_and_put_back)
{
	struct seen seen;

	must_measure(pfnmap, TOUCH("bar=2"), &seen);
	assert_string_equal(note_of(&seen, "woken"), "");
	fake_device.decoding_off = true;
	fake_device.power_state = 3;
	must_measure(pfnmap, TOUCH("bar=2"), &seen);
	must_contain(note_of(&seen, "woken"), "memory decoding was off");
	must_contain(note_of(&seen, "woken"), "D3");
	assert_int_equal(fake_device_config(PCI_COMMAND), 0);
	assert_int_equal(fake_device_config(FAKE_POWER_AT + PCI_PM_CTRL), 3);
}

TEST(a_device_that_fails_is_an_error_with_its_name)
{
	static const struct {
		int *error, value;
		const char *part;
	} cases[] = {
		{ &fake_device.open_error, EBUSY, "another process has it open" },
		{ &fake_device.open_error, ENODEV, "dmabench bind 0000:01:00.0" },
		{ &fake_device.info_error, EIO, "0000:01:00.0 does not tell about itself" },
		{ &fake_device.region_error, EIO, "0000:01:00.0 does not tell about BAR" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct seen seen;

		fake_vfio_reset();
		*cases[i].error = cases[i].value;
		must_end(pfnmap, TOUCH("bar=largest"), -cases[i].value, cases[i].part, &seen);
		must_contain(seen.reason.text, "0000:01:00.0");
	}
}

/* ---- device-init ---- */

static const char init[] = "device-init";

TEST(devices_are_brought_up_one_after_another_and_together)
{
	static const char *const hows[] = { "how=threads", "how=processes" };

	for (size_t i = 0; i < COUNT(hows); i++) {
		struct seen seen;

		fake_vfio_reset();
		must_measure(init, SETS(hows[i]), &seen);
		assert_int_equal(samples_of(&seen, init, "wall_ns"), ITERATIONS);
		assert_int_equal(samples_of(&seen, init, "serial_wall_ns"), ITERATIONS);
		assert_int_equal(samples_of(&seen, init, "serialisation"), ITERATIONS);
		assert_int_equal(samples_of(&seen, init, "device_ns"), ITERATIONS * DEVICES);
		assert_int_equal(samples_of(&seen, init, "open_ns"), ITERATIONS * DEVICES);
		assert_int_equal(samples_of(&seen, init, "serial_irq_ns"), ITERATIONS * DEVICES);
		assert_int_equal(samples_of(&seen, init, "close_ns"), ITERATIONS * DEVICES);
		assert_int_equal(samples_of(&seen, init, "reset_ns"), 0);
		assert_true(note_of(&seen, "serial_phase")[0]);
	}
}

TEST(as_many_are_opened_as_were_asked_for)
{
	struct seen seen;

	must_measure(init, SETS("devices=2", "reset=yes"), &seen);
	assert_int_equal(fake_device.opened, 2 * 2 * ITERATIONS);
	assert_int_equal(fake_device.resets, 2 * 2 * ITERATIONS);
	assert_int_equal(samples_of(&seen, init, "reset_ns"), 2 * ITERATIONS);
	must_skip(init, SETS("devices=4"), "4 devices asked for, vfio-pci has 3");
	list[1].group = list[0].group;
	must_skip(init, SETS("how=processes"), "how=threads");
	must_measure(init, SETS("how=threads"), &seen);
}

TEST(a_device_that_fails_is_told_by_its_phase_and_the_others_go_on)
{
	static const struct {
		int *error, value;
		const char *error_text;
	} cases[] = {
		{ &fake_device.open_error, EBUSY, "open: " },
		{ &fake_device.info_error, EIO, "info: " },
		{ &fake_device.reset_error, EIO, "reset: " },
		{ &fake_device.irqs_error, ENOSPC, "irq: " },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		bool one = cases[i].error == &fake_device.open_error;
		struct seen seen;

		fake_vfio_reset();
		*cases[i].error = cases[i].value;
		fake_device.only = list[1].bdf;
		must_end(init, SETS("reset=yes"), -cases[i].value,
			 one ? "1 of 3 devices failed: 0000:02:00.0" : "3 of 3 devices failed",
			 &seen);
		must_contain(seen.outcomes[1].error, cases[i].error_text);
		assert_int_equal(seen.outcomes[0].error[0] == '\0', one);
		assert_int_equal(samples_of(&seen, init, "device_ns"), one ? 2 : 0);
		assert_int_equal(samples_of(&seen, init, "wall_ns"), 0);
	}
}

/* The one that hangs comes back while the process is still there, as late threads do. */
static int try_with_one_that_hangs(void *how)
{
	struct seen seen;

	fake_device.only = list[1].bdf;
	fake_device.hang_ms = 3500;
	assert_int_equal(try_to_the_end(init, SETS("limit=2", how), &seen), -ETIMEDOUT);
	must_contain(seen.reason.text, "1 of 3 devices failed: 0000:02:00.0");
	assert_string_equal(seen.outcomes[1].error, "open: not back after 2 s");
	assert_string_equal(seen.outcomes[0].error, "");
	assert_string_equal(seen.outcomes[2].error, "");
	assert_int_equal(samples_of(&seen, init, "serial_device_ns"), 2);
	assert_int_equal(samples_of(&seen, init, "serial_wall_ns"), 0);
	usleep(1800000);
	return 0;
}

TEST(a_device_that_does_not_come_back_is_given_up_and_the_others_go_on)
{
	assert_int_equal(in_child(try_with_one_that_hangs, "how=threads"), 0);
	assert_int_equal(in_child(try_with_one_that_hangs, "how=processes"), 0);
}

TEST(each_mode_brings_devices_up_by_all_phases)
{
	static const char *const phases[] = { "group_ns", "attach_ns", "open_ns",	  "info_ns",
					      "mmap_ns",  "irq_ns",    "serial_attach_ns" };
	static const char *const hows[] = { "how=threads", "how=processes" };

	for (size_t i = 0; i < COUNT(all_modes) * COUNT(hows); i++) {
		struct seen seen;

		fake_vfio_reset();
		must_measure(init, SETS(all_modes[i / 2], hows[i % 2]), &seen);
		for (size_t j = 0; j < COUNT(phases); j++)
			assert_int_equal(samples_of(&seen, init, phases[j]), ITERATIONS * DEVICES);
	}
}

/* In the mode's own order: a device that binds only then is attached. */
TEST(device_that_iommufd_does_not_take_is_told_by_its_phase)
{
	static const struct {
		int *error;
		const char *error_text;
	} cases[] = {
		{ &fake_vfio.cdev_error, "group: " },
		{ &fake_vfio.bind_error, "open: " },
		{ &fake_vfio.attach_error, "attach: " },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bringup bringup;
		struct bringup_group group;
		char text[120];

		fake_vfio_reset();
		*cases[i].error = EBUSY;
		assert_int_equal(
			bringup_init(&bringup, &group, iommu_find_mode("iommufd"), list, 1, false),
			0);
		assert_int_equal(bringup_open(&bringup), -EBUSY);
		must_contain(bringup_explain(&bringup, -EBUSY, text, sizeof(text)),
			     cases[i].error_text);
		bringup_close(&bringup);
		bringup_release(&bringup, 1);
		assert_int_equal(fake_vfio_open_fds(), 0);
	}
}

/* ---- guest-boot ---- */

static const char boot[] = "guest-boot";

#define GUEST(...) SETS("backing=anon", "size=4MiB", "bar_align=4KiB", __VA_ARGS__)

TEST(a_guest_has_memory_devices_and_bars)
{
	static const char *const phases[] = { "ram_ns",	 "container_ns", "map_ram_ns", "open_ns",
					      "bars_ns", "map_bars_ns",	 "wall_ns",    "stop_ns" };
	static const char *const opens[] = { "open=one-by-one", "open=together" };

	for (size_t i = 0; i < COUNT(opens); i++) {
		struct seen seen;

		fake_vfio_reset();
		must_measure(boot, GUEST(opens[i]), &seen);
		/* Memory on either side of the VGA hole, and two BARs a device. */
		assert_int_equal(seen.maps, ITERATIONS * (2 + 2 * DEVICES));
		assert_int_equal(fake_device.opened, ITERATIONS * DEVICES);
		for (size_t j = 0; j < COUNT(phases); j++)
			assert_int_equal(samples_of(&seen, boot, phases[j]), ITERATIONS);
	}
}

/* iommufd pins for devices that are there: memory that is mapped before is refused by the fake. */
TEST(each_mode_starts_a_guest_in_its_own_order)
{
	for (size_t i = 0; i < COUNT(all_modes); i++) {
		struct seen seen;

		fake_vfio_reset();
		must_measure(boot, GUEST(all_modes[i], "dma_bars=no"), &seen);
		assert_int_equal(seen.maps, ITERATIONS * 2);
		assert_int_equal(samples_of(&seen, boot, "open_ns"), ITERATIONS);
		assert_int_equal(samples_of(&seen, boot, "map_bars_ns"), 0);
		assert_int_equal(samples_of(&seen, boot, "wall_ns"), ITERATIONS);
	}
}

static void must_be_impossible(const char *name, const char *const *sets, const char *part)
{
	const struct bench *bench = bench_find(name);
	struct value values[PARAM_MAX];
	struct reason reason = { "" };

	set_values(bench, sets, values);
	assert_int_equal(bench->possible(values, &reason), SKIPPED);
	must_contain(reason.text, part);
}

TEST(bars_for_iommufd_are_a_skip_that_says_so)
{
	for (size_t i = 2; i < COUNT(all_modes); i++) {
		must_be_impossible(boot, GUEST(all_modes[i]), "refuses BARs");
		must_be_impossible(boot, GUEST(all_modes[i]), "dma_bars=no leaves them out");
		must_be_impossible(pfnmap, SETS(all_modes[i], "via=dma"), "refuses BARs");
	}
	must_be_impossible(boot, GUEST("how=copy"), "mapped once");
}

TEST(a_guests_memory_is_mapped_by_file)
{
	struct seen seen;

	must_measure(boot,
		     SETS("backing=memfd", "size=4MiB", "bar_align=4KiB", "iommu=iommufd",
			  "how=map-file", "dma_bars=no"),
		     &seen);
	assert_int_equal(fake_vfio.file_maps, ITERATIONS * 2);
}

TEST(a_guests_bars_that_cannot_be_mapped_are_left_out)
{
	struct seen seen;

	fake_device.bars[0].unmappable = true;
	fake_device.bars[4].size_bytes = 256;
	must_measure(boot, GUEST("devices=1"), &seen);
	assert_int_equal(seen.maps, ITERATIONS * (2 + 1));
}

TEST(a_guest_without_one_of_its_devices_does_not_start)
{
	struct seen seen;

	fake_device.open_error = EBUSY;
	fake_device.only = list[2].bdf;
	must_end(boot, GUEST("open=together"), -EBUSY, "1 of 3 devices failed: 0000:03:00.0",
		 &seen);
	assert_string_equal(seen.outcomes[0].error, "");
	assert_int_equal(samples_of(&seen, boot, "wall_ns"), 0);
	must_skip(boot, GUEST("devices=4"), "4 devices asked for, vfio-pci has 3");
}

TEST(a_guest_whose_memory_no_range_holds_is_skipped)
{
	fake_vfio.ranges[0] = (struct fake_range){ GIB, 2 * GIB - 1 };
	fake_vfio.nr_ranges = 1;
	must_skip(boot, GUEST("devices=1"), "not among the I/O addresses");
}

int main(void)
{
#define DEVICE_TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		DEVICE_TEST(each_first_touch_is_a_sample_and_each_fault_is_counted),
		DEVICE_TEST(threads_may_each_touch_all_of_it),
		DEVICE_TEST(order_that_the_kernel_does_not_give_is_invalid),
		DEVICE_TEST(a_reset_is_followed_by_another_first_touch),
		DEVICE_TEST(a_bar_that_is_of_no_use_is_skipped_with_what_it_is),
		DEVICE_TEST(areas_of_a_sparse_bar_are_used_and_said),
		DEVICE_TEST(a_sleeping_device_is_woken_and_put_back),
		DEVICE_TEST(a_device_that_fails_is_an_error_with_its_name),
		DEVICE_TEST(devices_are_brought_up_one_after_another_and_together),
		DEVICE_TEST(as_many_are_opened_as_were_asked_for),
		DEVICE_TEST(a_device_that_fails_is_told_by_its_phase_and_the_others_go_on),
		DEVICE_TEST(a_device_that_does_not_come_back_is_given_up_and_the_others_go_on),
		DEVICE_TEST(each_mode_brings_devices_up_by_all_phases),
		DEVICE_TEST(device_that_iommufd_does_not_take_is_told_by_its_phase),
		DEVICE_TEST(a_guest_has_memory_devices_and_bars),
		DEVICE_TEST(each_mode_starts_a_guest_in_its_own_order),
		DEVICE_TEST(bars_for_iommufd_are_a_skip_that_says_so),
		DEVICE_TEST(a_guests_memory_is_mapped_by_file),
		DEVICE_TEST(a_guests_bars_that_cannot_be_mapped_are_left_out),
		DEVICE_TEST(a_guest_without_one_of_its_devices_does_not_start),
		DEVICE_TEST(a_guest_whose_memory_no_range_holds_is_skipped),
	};

	return RUN_TRIALS(tests);
}
