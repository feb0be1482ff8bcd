/* Runs vfio-dirty from set-up to teardown before a made-up kernel. */
#include "bench_trials.h"
#include "fake_pci.h"
#include "iommu/dirty.h"

static int setup(void **state)
{
	fake_vfio_reset();
	return fake_pci_setup(state);
}

#define SETS(...) ((const char *const[]){ "size=4MiB", __VA_ARGS__, NULL })

TEST(each_step_of_each_iteration_is_a_sample)
{
	static const char *const steps[] = { "start_ns",       "read_ns", "dirty_pages",
					     "unmap_dirty_ns", "stop_ns", "unmap_ns" };

	struct seen seen;

	must_measure("vfio-dirty", SETS("iommu=type1v2", "chunk=1MiB"), &seen);
	for (size_t i = 0; i < COUNT(steps); i++)
		assert_int_equal(samples_of(&seen, "vfio-dirty", steps[i]), ITERATIONS);
	assert_int_equal(seen.maps, 2 * 4 * ITERATIONS);
	assert_int_equal(seen.unmaps, 2 * 4 * ITERATIONS);
	assert_int_equal(fake_vfio.nr_mappings, 0);
	assert_false(fake_vfio.tracks);
}

TEST(a_mode_or_a_kernel_without_tracking_is_a_skip)
{
	must_end("vfio-dirty", SETS("iommu=iommufd-compat-type1v2"), SKIPPED, "as type1v2 only",
		 NULL);
	must_end("vfio-dirty", SETS("iommu=type1"), SKIPPED, "as type1v2 only", NULL);
	must_end("vfio-dirty", SETS("iommu=iommufd"), SKIPPED, "as type1v2 only", NULL);
	fake_vfio.no_dirty_log = true;
	must_end("vfio-dirty", SETS("iommu=type1v2"), SKIPPED, "5.8", NULL);
}

TEST(a_failure_names_its_step_and_ends_the_tracking)
{
	fake_vfio.unmap_fails_at = 1;
	fake_vfio.unmap_error = EBUSY;
	must_end("vfio-dirty", SETS("iommu=type1v2"), -EBUSY, "unmapping all of it with its bitmap",
		 NULL);
	assert_false(fake_vfio.tracks);
}

TEST(words_of_a_bitmap_are_of_one_mapping)
{
	const struct bench *bench = bench_find("vfio-dirty");
	struct value values[PARAM_MAX];
	struct reason reason;

	set_values(bench, SETS("chunk=64KiB"), values);
	assert_int_equal(bench->possible(values, &reason), SKIPPED);
	assert_non_null(strstr(reason.text, "256KiB"));
	set_values(bench, SETS("chunk=3MiB"), values);
	assert_int_equal(bench->possible(values, &reason), SKIPPED);
	assert_non_null(strstr(reason.text, "not cut evenly"));
	set_values(bench, SETS("chunk=2MiB"), values);
	assert_int_equal(bench->possible(values, &reason), 0);
}

TEST(bits_are_counted_in_the_smallest_pages)
{
	const struct iommu iommu = { .page_sizes = 4 * KIB | 2 * MIB };
	uint64_t bitmap[] = { 0x8000000000000001, 3 };

	assert_int_equal(dirty_bitmap_bytes(&iommu, 128 * 4 * KIB), sizeof(bitmap));
	assert_int_equal(dirty_bitmap_bytes(&iommu, 4 * KIB), sizeof(bitmap[0]));
	assert_int_equal(dirty_count(&iommu, bitmap, 128 * 4 * KIB), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_step_of_each_iteration_is_a_sample, setup),
		cmocka_unit_test_setup(a_mode_or_a_kernel_without_tracking_is_a_skip, setup),
		cmocka_unit_test_setup(a_failure_names_its_step_and_ends_the_tracking, setup),
		cmocka_unit_test_setup(words_of_a_bitmap_are_of_one_mapping, setup),
		cmocka_unit_test(bits_are_counted_in_the_smallest_pages),
	};

	return RUN_TRIALS(tests);
}
