/* The benchmarks of VFIO, whole, before a kernel that answers as it is told. */
#include <sys/resource.h>

#include "bench_trials.h"
#include "fake_pci.h"
#include "host/memory.h"

static int setup(void **state)
{
	for (size_t i = 0; i < COUNT(list); i++)
		list[i].group = 1 + (int)i;
	fake_vfio_reset();
	return fake_pci_setup(state);
}

#define SETS(...) ((const char *const[]){ "size=4MiB", __VA_ARGS__, NULL })
#define DEFAULTS ((const char *const[]){ "size=4MiB", NULL })

/* ---- what they do ---- */

TEST(map_and_unmap_are_one_call_each)
{
	struct seen seen;

	must_measure("vfio-map", DEFAULTS, &seen);
	assert_int_equal(seen.maps, ITERATIONS);
	assert_int_equal(seen.unmaps, ITERATIONS);
	assert_int_equal(samples_of(&seen, "vfio-map", "map_ns"), ITERATIONS);
	assert_int_equal(samples_of(&seen, "vfio-map", "unmap_ns"), ITERATIONS);
	assert_int_equal(samples_of(&seen, "vfio-map", "map_call_ns"), 0);
	assert_int_equal(fake_vfio.nr_mappings, 0);
}

TEST(pieces_cover_the_buffer_in_any_order)
{
	static const char *const orders[] = { "order=in-order", "order=reverse", "order=strided",
					      "order=random" };

	for (size_t i = 0; i < COUNT(orders); i++) {
		struct seen seen;

		fake_vfio_reset();
		must_measure("vfio-map", SETS("chunk=64KiB", "unmap=chunk", orders[i]), &seen);
		assert_int_equal(seen.maps, 64 * ITERATIONS);
		assert_int_equal(seen.unmaps, 64 * ITERATIONS);
		assert_int_equal(samples_of(&seen, "vfio-map", "map_call_ns"), 64 * ITERATIONS);
		assert_int_equal(samples_of(&seen, "vfio-map", "unmap_call_ns"), 64 * ITERATIONS);
		assert_int_equal(fake_vfio.nr_mappings, 0);
	}
}

TEST(each_unmap_shape_takes_all_away)
{
	static const struct {
		const char *shape;
		unsigned int unmaps, all, opened;
	} cases[] = {
		{ "unmap=whole", ITERATIONS, 0, 2 },
		{ "unmap=chunk", 4 * ITERATIONS, 0, 2 },
		{ "unmap=all", ITERATIONS, ITERATIONS, 2 },
		{ "unmap=close", 0, 0, 2 + 2 * ITERATIONS },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct seen seen;

		fake_vfio_reset();
		must_measure("vfio-map", SETS("chunk=1MiB", cases[i].shape), &seen);
		assert_int_equal(seen.maps, 4 * ITERATIONS);
		assert_int_equal(seen.unmaps, cases[i].unmaps);
		assert_int_equal(fake_vfio.all_unmaps, cases[i].all);
		assert_int_equal(fake_vfio.opened, cases[i].opened);
		assert_int_equal(samples_of(&seen, "vfio-map", "unmap_ns"), ITERATIONS);
		assert_int_equal(fake_vfio.nr_mappings, 0);
	}
}

TEST(access_is_what_was_asked_for)
{
	struct seen seen;

	must_measure("vfio-map", SETS("access=ro"), &seen);
	assert_int_equal(fake_vfio.last_flags, VFIO_DMA_MAP_FLAG_READ);
	must_measure("vfio-map", SETS("access=rw"), &seen);
	assert_int_equal(fake_vfio.last_flags, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE);
	fake_device.bars[2].size_bytes = 0;
	must_measure("vfio-unpin", SETS("dirty=no"), &seen);
	assert_int_equal(fake_vfio.last_flags, VFIO_DMA_MAP_FLAG_READ);
	must_measure("vfio-unpin", SETS("dirty=yes"), &seen);
	assert_int_equal(fake_vfio.last_flags, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE);
}

TEST(threads_share_the_buffer_over_their_containers)
{
	struct seen seen;

	must_measure("vfio-map", SETS("threads=3", "containers=2", "chunk=1MiB"), &seen);
	assert_int_equal(fake_vfio.opened, 4); /* two containers, a group each */
	assert_int_equal(seen.maps % ITERATIONS, 0);
	assert_int_equal(samples_of(&seen, "vfio-map", "map_ns"), ITERATIONS);
	assert_int_equal(fake_vfio.nr_mappings, 0);
}

/* Each its own memory, as much as a thread has of the buffer, into what they inherited. */
TEST(processes_map_memory_of_their_own_into_shared_containers)
{
	static const char *const modes[] = { "iommu=iommufd", "iommu=type1v2" };

	for (size_t i = 0; i < COUNT(modes); i++) {
		struct seen seen;

		fake_vfio_reset();
		fake_vfio.wants_memory = true;
		must_measure("vfio-map",
			     SETS("workers=processes", "threads=4", "containers=2", "chunk=64KiB",
				  "unmap=chunk", modes[i]),
			     &seen);
		assert_int_equal(fake_vfio.nr_mappers, 4);
		assert_int_equal(seen.maps, 64 * ITERATIONS);
		assert_int_equal(seen.unmaps, 64 * ITERATIONS);
		assert_int_equal(samples_of(&seen, "vfio-map", "map_ns"), ITERATIONS);
		assert_int_equal(samples_of(&seen, "vfio-map", "map_call_ns"), 64 * ITERATIONS);
		assert_int_equal(samples_of(&seen, "vfio-map", "unmap_call_ns"), 64 * ITERATIONS);
		assert_int_equal(page_counts_total(&seen.proof.pages),
				 4 * MIB / memory_page_size());
		assert_int_equal(fake_vfio.nr_mappings, 0);
	}
}

/* The stamps of a piece are written by who maps it: none is as it was made, or out of order. */
TEST(calls_of_processes_are_timed_where_they_are_made)
{
	int metric = bench_metric_index(bench_find("vfio-map"), "map_call_ns");
	struct value values[PARAM_MAX];
	struct trial t;

	needs_populate();
	prepare(&t, "vfio-map",
		SETS("workers=processes", "threads=4", "chunk=64KiB", "unmap=chunk"), values);
	assert_int_equal(measure(&t), 0);
	for (size_t i = 0; i < t.samples[metric].count; i++)
		must(t.samples[metric].values[i] - 1 < (uint64_t)1 << 40, "call %zu: %llu ticks", i,
		     (unsigned long long)t.samples[metric].values[i]);
	t.bench->teardown(&t);
	t.devices = (struct devices){ NULL, 0 };
	trial_release(&t);
}

TEST(unpin_maps_quarters_and_fits_a_line)
{
	struct seen seen;

	fake_device.bars[2].size_bytes = 0;
	must_measure("vfio-unpin", DEFAULTS, &seen);
	assert_int_equal(seen.maps, 4 * ITERATIONS);
	assert_int_equal(seen.unmaps, 4 * ITERATIONS);
	assert_int_equal(samples_of(&seen, "vfio-unpin", "unmap_ns"), ITERATIONS);
	assert_int_equal(samples_of(&seen, "vfio-unpin", "unpin_ns_per_page"), ITERATIONS);
	assert_int_equal(samples_of(&seen, "vfio-unpin", "unmap_fixed_ns"), ITERATIONS);
	assert_int_equal(fake_vfio.nr_mappings, 0);
}

TEST(page_tables_are_told_apart_by_a_bar)
{
	struct seen seen;

	must_measure("vfio-unpin", DEFAULTS, &seen);
	assert_int_equal(seen.maps, 2 * 4 * ITERATIONS + 1);
	assert_int_equal(seen.unmaps, seen.maps);
	assert_int_equal(samples_of(&seen, "vfio-unpin", "table_ns_per_page"), ITERATIONS);
	assert_string_equal(note_of(&seen, "table_part"), "");
	assert_int_equal(fake_vfio.nr_mappings, 0);
}

/* And the memory is measured all the same. */
TEST(page_tables_that_no_bar_tells_are_said_to_be_in_there)
{
	static const struct {
		uint64_t bar_bytes;
		unsigned int map_fails_at;
		int open_error;
		const char *part;
	} cases[] = {
		{ 0, 0, 0, "BAR 0 of 0000:01:00.0, the largest, has 4KiB, 16KiB would do" },
		{ 2 * MIB, 0, EBUSY, "another process has it open" },
		{ 2 * MIB, 1, 0, "type1v2 does not map a BAR: Bad address" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct seen seen;

		fake_vfio_reset();
		fake_device.bars[2].size_bytes = cases[i].bar_bytes;
		fake_device.open_error = cases[i].open_error;
		fake_vfio.map_fails_at = cases[i].map_fails_at;
		fake_vfio.map_fails_once = true;
		fake_vfio.map_error = EFAULT;
		must_measure("vfio-unpin", DEFAULTS, &seen);
		must_contain(note_of(&seen, "table_part"), cases[i].part);
		assert_int_equal(samples_of(&seen, "vfio-unpin", "unmap_ns"), ITERATIONS);
		assert_int_equal(samples_of(&seen, "vfio-unpin", "table_ns_per_page"), 0);
	}
}

/* ---- all modes, and iommufd's ways of mapping ---- */

TEST(each_mode_measures_alike)
{
	for (size_t i = 0; i < COUNT(all_modes); i++) {
		struct seen seen;

		fake_vfio_reset();
		must_measure("vfio-map", SETS(all_modes[i], "chunk=64KiB", "unmap=chunk"), &seen);
		assert_int_equal(seen.maps, 64 * ITERATIONS);
		assert_int_equal(seen.unmaps, 64 * ITERATIONS);
		assert_int_equal(fake_vfio.nr_mappings, 0);
		fake_vfio_reset();
		must_measure("vfio-unpin", SETS(all_modes[i]), &seen);
		/* Modes of VFIO's own map a BAR, too. */
		assert_int_equal(seen.maps, 4 * ITERATIONS * (i < 2 ? 2 : 1) + (i < 2));
		assert_int_equal(fake_vfio.nr_mappings, 0);
	}
}

TEST(each_mode_closes_and_opens_again)
{
	for (size_t i = 0; i < COUNT(all_modes); i++) {
		struct seen seen;

		fake_vfio_reset();
		must_measure("vfio-map", SETS(all_modes[i], "unmap=close"), &seen);
		assert_int_equal(fake_vfio.opened, 2 + 2 * ITERATIONS);
		assert_int_equal(seen.unmaps, 0);
	}
}

TEST(iommufd_maps_the_file_that_the_memory_is)
{
	struct seen seen;

	must_measure(
		"vfio-map",
		SETS("iommu=iommufd", "backing=memfd", "how=map-file", "chunk=1MiB", "unmap=close"),
		&seen);
	assert_int_equal(fake_vfio.file_maps, 4 * ITERATIONS);
	assert_int_equal(fake_vfio.last_file_start, 3 * MIB);
	must_measure("vfio-unpin", SETS("iommu=iommufd", "backing=memfd", "how=map-file"), &seen);
	assert_int_equal(fake_vfio.file_maps, 8 * ITERATIONS);
}

/* What is copied is mapped once, before anything is timed, and stays. */
TEST(iommufd_copies_what_it_pinned_once)
{
	struct seen seen;

	must_measure("vfio-map", SETS("iommu=iommufd", "how=copy", "chunk=1MiB", "unmap=chunk"),
		     &seen);
	assert_int_equal(seen.maps, 1 + 4 * ITERATIONS);
	assert_int_equal(fake_vfio.copies, 4 * ITERATIONS);
	fake_vfio_reset();
	must_measure("vfio-unpin", SETS("iommu=iommufd", "how=copy"), &seen);
	assert_int_equal(seen.maps, 1 + 4 * ITERATIONS);
}

TEST(iommufd_takes_its_options_from_parameters)
{
	struct seen seen;

	must_measure("vfio-map", SETS("iommu=iommufd", "leaves=small", "accounting=process"),
		     &seen);
	assert_int_equal(fake_vfio.small_pages, 1);
	assert_int_equal(fake_vfio.by_process, 1);
	must_measure("vfio-unpin", SETS("iommu=iommufd", "leaves=small"), &seen);
	assert_int_equal(fake_vfio.small_pages, 2);
}

/* ---- what goes wrong ---- */

static const char *const both[] = { "vfio-map", "vfio-unpin" };

static void must_fail(const char *name, const char *const *sets, int error, const char *part)
{
	struct seen seen;

	must_end(name, sets, error, part, &seen);
	must(!samples_of(&seen, name, "unmap_ns"), "%s has samples of what failed", name);
}

TEST(container_that_does_not_open_fails_with_the_way_out)
{
	static const struct {
		int *error, value;
		const char *part;
	} cases[] = {
		{ &fake_vfio.container_error, ENOENT, "modprobe vfio-pci" },
		{ &fake_vfio.container_error, EACCES, "run as root" },
		{ &fake_vfio.group_error, EBUSY, "group 1 of 0000:01:00.0 is in use" },
		{ &fake_vfio.group_error, ENOENT, "dmabench bind 0000:01:00.0" },
		{ &fake_vfio.set_error, EPERM, "no interrupt remapping" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		for (size_t j = 0; j < COUNT(both); j++) {
			fake_vfio_reset();
			*cases[i].error = cases[i].value;
			must_fail(both[j], DEFAULTS, -cases[i].value, cases[i].part);
			assert_int_equal(fake_vfio.maps, 0);
		}
	}
}

TEST(mapping_that_fails_is_explained)
{
	static const struct {
		int error;
		const char *part;
	} cases[] = {
		{ ENOSPC, "dma_entry_limit" }, { EINVAL, "multiples of 4KiB" },
		{ EEXIST, "mapped already" },  { EFAULT, "cannot be pinned" },
		{ EIO, "Input/output error" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		for (size_t j = 0; j < COUNT(both); j++) {
			fake_vfio_reset();
			fake_vfio.map_fails_at = 1;
			fake_vfio.map_error = cases[i].error;
			must_fail(both[j], DEFAULTS, -cases[i].error, cases[i].part);
		}
	}
}

TEST(mapping_that_fails_in_one_process_is_explained)
{
	fake_vfio.map_fails_at = 3;
	fake_vfio.map_error = ENOSPC;
	must_fail("vfio-map", SETS("workers=processes", "threads=3"), -ENOSPC, "dma_entry_limit");
}

/* The first container has a range from 0 on, which the second has not. */
TEST(buffer_lies_where_all_containers_have_room)
{
	struct seen seen;

	fake_vfio.narrow_group = list[1].group;
	must_measure("vfio-map", SETS("threads=2", "containers=2"), &seen);
}

TEST(container_without_room_is_the_one_that_is_explained)
{
	fake_vfio.narrow_group = list[1].group;
	fake_vfio.ranges[1].end = 0xfef00000 + MIB - 1;
	must_fail("vfio-map", SETS("threads=2", "containers=2"), -ENOSPC,
		  "no room for 4MiB in the I/O addresses that there are: 0xfef00000-0xfeffffff");
	assert_int_equal(fake_vfio.maps, 0);
}

TEST(mapping_that_fails_is_explained_by_the_container_that_failed)
{
	static const char *const workers[] = { "workers=threads", "workers=processes" };

	for (size_t i = 0; i < COUNT(workers); i++) {
		fake_vfio_reset();
		fake_vfio.narrow_group = list[1].group;
		fake_vfio.narrow_fails = true;
		must_fail("vfio-map", SETS(workers[i], "threads=2", "containers=2"), -EINVAL,
			  "and in 0xfef00000-");
	}
}

/* What was mapped till then goes with the container. */
TEST(mapping_that_fails_half_way_leaves_nothing)
{
	fake_vfio.map_fails_at = 30;
	fake_vfio.map_error = ENOSPC;
	must_fail("vfio-map", SETS("chunk=64KiB", "unmap=chunk"), -ENOSPC, "larger chunk");
	assert_int_equal(fake_vfio.maps, 30);
	fake_vfio_reset();
	fake_vfio.map_fails_at = 3;
	fake_vfio.map_error = ENOMEM;
	must_fail("vfio-unpin", DEFAULTS, -ENOMEM, geteuid() ? "ulimit -l" : "ran out of memory");
}

TEST(mode_that_the_kernel_does_not_have_is_skipped)
{
	for (size_t j = 0; j < COUNT(both); j++) {
		for (size_t i = 2; i < COUNT(all_modes); i++) {
			fake_vfio_reset();
			fake_vfio.iommu_error = ENOENT;
			must_fail(both[j], SETS(all_modes[i]), SKIPPED, "no /dev/iommu");
		}
		fake_vfio_reset();
		fake_vfio.no_map_file = true;
		must_fail(both[j], SETS("iommu=iommufd", "how=map-file", "backing=memfd"), SKIPPED,
			  "6.13");
		must_fail(both[j], SETS("iommu=type1v2", "how=copy"), SKIPPED, "no how=copy");
		must_fail(both[j], SETS("iommu=type1v2", "leaves=small"), SKIPPED,
			  "no choice of leaves");
	}
}

TEST(unmap_that_fails_is_an_error)
{
	for (size_t j = 0; j < COUNT(both); j++) {
		fake_vfio_reset();
		fake_vfio.unmap_fails_at = 1;
		fake_vfio.unmap_error = EIO;
		must_fail(both[j], DEFAULTS, -EIO, "unmapping failed");
	}
}

TEST(unmap_of_another_size_is_an_error)
{
	for (size_t j = 0; j < COUNT(both); j++) {
		fake_vfio_reset();
		fake_vfio.unmaps_less = true;
		must_fail(both[j], DEFAULTS, -ENODATA, "unmapped another size");
	}
	must_fail("vfio-map", SETS("chunk=64KiB", "unmap=chunk"), -ENODATA,
		  "unmapped another size");
}

TEST(buffer_that_no_range_holds_is_an_error_with_the_ranges)
{
	for (size_t j = 0; j < COUNT(both); j++) {
		fake_vfio_reset();
		fake_vfio.ranges[0].end = MIB - 1;
		fake_vfio.nr_ranges = 1;
		must_fail(both[j], DEFAULTS, -ENOSPC, "0x0-0xfffff");
		assert_int_equal(fake_vfio.maps, 0);
	}
}

TEST(more_pieces_than_the_kernel_allows_are_skipped_before_any_is_mapped)
{
	fake_vfio.mappings_left = 63;
	must_fail("vfio-map", SETS("chunk=64KiB"), SKIPPED,
		  "needs 64 mappings at a time, type1v2 allows 63 more");
	assert_int_equal(fake_vfio.maps, 0);
}

TEST(kernel_that_cannot_unmap_all_is_skipped)
{
	fake_vfio.no_unmap_all = true;
	must_fail("vfio-map", SETS("unmap=all"), SKIPPED, "5.12");
}

TEST(more_containers_than_devices_are_skipped)
{
	must_fail("vfio-map", SETS("threads=4", "containers=4"), SKIPPED,
		  "4 containers need devices in as many IOMMU groups");
	assert_int_equal(fake_vfio.opened, 0);
}

/* A group opens once: who shares it cannot have another container. */
TEST(containers_have_groups_of_their_own)
{
	struct seen seen;

	list[1].group = list[0].group;
	must_measure("vfio-map", SETS("threads=2", "containers=2"), &seen);
	assert_int_equal(fake_vfio.last_group, list[2].group);
	must_fail("vfio-map", SETS("threads=3", "containers=3"), SKIPPED, "3 containers");
}

/* Two of three threads share a container, which has two thirds of the pieces. */
TEST(fullest_container_is_what_counts)
{
	fake_vfio.mappings_left = 43;
	must_fail("vfio-map", SETS("chunk=64KiB", "threads=3", "containers=2"), SKIPPED,
		  "needs 44 mappings at a time, type1v2 allows 43 more");
	assert_int_equal(fake_vfio.maps, 0);
}

TEST(container_that_does_not_open_again_fails_the_trial)
{
	struct value values[PARAM_MAX];
	struct trial t;

	needs_populate();
	prepare(&t, "vfio-map", SETS("unmap=close"), values);
	assert_int_equal(t.bench->setup(&t), 0);
	fake_vfio.group_error = EBUSY;
	for (size_t i = 0; i < METRIC_MAX; i++)
		assert_int_equal(samples_reserve(&t.samples[i], 8), 0);
	assert_int_equal(t.bench->run(&t), -EBUSY);
	must_contain(t.reason.text, "in use");
	t.bench->teardown(&t);
	t.devices = (struct devices){ NULL, 0 };
	trial_release(&t);
	assert_int_equal(fake_vfio_open_fds(), 0);
}

/* As a user who may lock 1 MiB; what fails in there is told by its status. */
static int try_with_low_limit(void *argument)
{
	const struct rlimit limit = { MIB, MIB };

	if (setrlimit(RLIMIT_MEMLOCK, &limit) || (!geteuid() && setuid(65534)))
		return 1;
	must_fail(argument, DEFAULTS, SKIPPED, "pins 4MiB, but this process may lock 1MiB");
	must_fail(argument, DEFAULTS, SKIPPED, "ulimit -l");
	assert_int_equal(fake_vfio.opened, 0);
	return 0;
}

TEST(limit_of_locked_memory_is_looked_at_first)
{
	for (size_t j = 0; j < COUNT(both); j++)
		assert_int_equal(in_child(try_with_low_limit, (void *)(uintptr_t)both[j]), 0);
}

/* ---- what goes together ---- */

static void must_be_impossible(const char *name, const char *const *sets, const char *part)
{
	const struct bench *bench = bench_find(name);
	struct value values[PARAM_MAX];
	struct reason reason = { "" };
	int ret;

	set_values(bench, sets, values);
	ret = bench->possible(values, &reason);
	must(ret == (part[0] ? SKIPPED : 0), "%s: %d %s", part, ret, reason.text);
	must_contain(reason.text, part);
}

TEST(values_that_do_not_go_together_are_skipped)
{
	must_be_impossible("vfio-map", DEFAULTS, "");
	must_be_impossible("vfio-map", SETS("chunk=8MiB"), "larger than the size");
	must_be_impossible("vfio-map", SETS("unmap=chunk"), "needs a chunk");
	must_be_impossible("vfio-map", SETS("order=random"), "order=random needs a chunk");
	must_be_impossible("vfio-map", SETS("containers=2"), "2 containers for 1 threads");
	must_be_impossible("vfio-map", SETS("unmap=close", "threads=2"), "one a thread");
	must_be_impossible("vfio-map", SETS("unmap=all", "threads=2", "containers=2"), "");
	must_be_impossible("vfio-map", SETS("how=copy", "unmap=all"), "would unmap what how=copy");
	must_be_impossible("vfio-map", SETS("how=map-file", "prefault=no"), "needs prefault=yes");
	must_be_impossible("vfio-map", SETS("workers=processes", "threads=2"), "");
	must_be_impossible("vfio-map", SETS("workers=processes", "prefault=no"), "prefault=yes");
	must_be_impossible("vfio-map", SETS("workers=processes", "how=copy"), "workers=threads");
	must_be_impossible("vfio-map", SETS("workers=processes", "unmap=close"), "workers=threads");
	must_be_impossible("vfio-unpin", DEFAULTS, "");
	must_be_impossible("vfio-unpin", SETS("backing=thp"), "multiple of 4 pages, 8MiB");
}

int main(void)
{
#define VFIO_TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		VFIO_TEST(map_and_unmap_are_one_call_each),
		VFIO_TEST(pieces_cover_the_buffer_in_any_order),
		VFIO_TEST(each_unmap_shape_takes_all_away),
		VFIO_TEST(access_is_what_was_asked_for),
		VFIO_TEST(threads_share_the_buffer_over_their_containers),
		VFIO_TEST(processes_map_memory_of_their_own_into_shared_containers),
		VFIO_TEST(calls_of_processes_are_timed_where_they_are_made),
		VFIO_TEST(mapping_that_fails_in_one_process_is_explained),
		VFIO_TEST(unpin_maps_quarters_and_fits_a_line),
		VFIO_TEST(page_tables_are_told_apart_by_a_bar),
		VFIO_TEST(page_tables_that_no_bar_tells_are_said_to_be_in_there),
		VFIO_TEST(each_mode_measures_alike),
		VFIO_TEST(each_mode_closes_and_opens_again),
		VFIO_TEST(iommufd_maps_the_file_that_the_memory_is),
		VFIO_TEST(iommufd_copies_what_it_pinned_once),
		VFIO_TEST(iommufd_takes_its_options_from_parameters),
		VFIO_TEST(mode_that_the_kernel_does_not_have_is_skipped),
		VFIO_TEST(container_that_does_not_open_fails_with_the_way_out),
		VFIO_TEST(mapping_that_fails_is_explained),
		VFIO_TEST(buffer_lies_where_all_containers_have_room),
		VFIO_TEST(container_without_room_is_the_one_that_is_explained),
		VFIO_TEST(mapping_that_fails_is_explained_by_the_container_that_failed),
		VFIO_TEST(mapping_that_fails_half_way_leaves_nothing),
		VFIO_TEST(unmap_that_fails_is_an_error),
		VFIO_TEST(unmap_of_another_size_is_an_error),
		VFIO_TEST(buffer_that_no_range_holds_is_an_error_with_the_ranges),
		VFIO_TEST(more_pieces_than_the_kernel_allows_are_skipped_before_any_is_mapped),
		VFIO_TEST(kernel_that_cannot_unmap_all_is_skipped),
		VFIO_TEST(more_containers_than_devices_are_skipped),
		VFIO_TEST(containers_have_groups_of_their_own),
		VFIO_TEST(fullest_container_is_what_counts),
		VFIO_TEST(container_that_does_not_open_again_fails_the_trial),
		VFIO_TEST(limit_of_locked_memory_is_looked_at_first),
		VFIO_TEST(values_that_do_not_go_together_are_skipped),
	};

	return RUN_TRIALS(tests);
}
