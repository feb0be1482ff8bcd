/* Page conversion, whole, before a kernel that answers as it is told. */
#include "bench_trials.h"
#include "fake_pci.h"

#define CONVERSIONS 16

static int setup(void **state)
{
	fake_vfio_reset();
	return fake_pci_setup(state);
}

#define SETS(...) \
	((const char *const[]){ "size=1MiB", "conversions=16", "backing=memfd", __VA_ARGS__, NULL })

TEST(each_phase_of_each_conversion_is_a_sample)
{
	static const char *const phases[] = { "unmap_ns", "punch_ns", "fault_ns", "map_ns",
					      "convert_ns" };
	static const char *const patterns[] = { "pattern=random", "pattern=clustered" };

	for (size_t i = 0; i < COUNT(patterns); i++) {
		struct seen seen;

		fake_vfio_reset();
		must_measure("convert", SETS(patterns[i]), &seen);
		for (size_t j = 0; j < COUNT(phases); j++)
			assert_int_equal(samples_of(&seen, "convert", phases[j]),
					 CONVERSIONS * ITERATIONS);
		assert_int_equal(samples_of(&seen, "convert", "map_all_ns"), ITERATIONS);
		assert_int_equal(samples_of(&seen, "convert", "unmap_all_ns"), ITERATIONS);
		/* The region in 256 granules, and each piece once more. */
		assert_int_equal(seen.maps, (256 + CONVERSIONS) * ITERATIONS);
		assert_int_equal(seen.unmaps, (CONVERSIONS + 1) * ITERATIONS);
		assert_int_equal(fake_vfio.nr_mappings, 0);
	}
}

/* Where nothing can be split, a conversion takes all of it; iommufd's type1 splits. */
TEST(region_in_one_piece_is_converted_by_each_mode)
{
	for (size_t i = 0; i < COUNT(all_modes); i++) {
		struct seen seen;

		fake_vfio_reset();
		must_measure("convert", SETS(all_modes[i], "granule=whole"), &seen);
		assert_int_equal(seen.maps, (1 + CONVERSIONS) * ITERATIONS);
		assert_int_equal(seen.unmaps, (CONVERSIONS + 1) * ITERATIONS);
		assert_int_equal(fake_vfio.nr_mappings, 0);
		fake_vfio_reset();
		must_measure("convert", SETS(all_modes[i]), &seen);
		assert_int_equal(fake_vfio.nr_mappings, 0);
	}
}

TEST(iommufd_converts_by_file_too)
{
	struct seen seen;

	must_measure("convert", SETS("iommu=iommufd", "how=map-file"), &seen);
	assert_int_equal(fake_vfio.file_maps, (256 + CONVERSIONS) * ITERATIONS);
}

TEST(more_granules_than_type1_allows_are_skipped)
{
	fake_vfio.mappings_left = 255;
	must_end("convert", SETS("iommu=type1v2"), SKIPPED,
		 "needs 256 mappings at a time, type1v2 allows 255", NULL);
	assert_int_equal(fake_vfio.maps, 0);
}

TEST(what_fails_in_the_middle_is_explained_and_leaves_nothing)
{
	fake_vfio.map_fails_at = 260;
	fake_vfio.map_error = ENOMEM;
	must_end("convert", SETS("iommu=iommufd"), -ENOMEM,
		 geteuid() ? "ulimit -l" : "ran out of memory", NULL);
	fake_vfio_reset();
	fake_vfio.unmap_fails_at = 5;
	fake_vfio.unmap_error = EIO;
	must_end("convert", SETS("iommu=type1v2"), -EIO, "unmapping failed", NULL);
	fake_vfio_reset();
	fake_vfio.unmaps_less = true;
	must_end("convert", SETS("iommu=type1v2"), -ENODATA, "unmapped another size", NULL);
}

static void must_be_impossible(const char *const *sets, const char *part)
{
	const struct bench *bench = bench_find("convert");
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
	must_be_impossible(SETS("piece=4KiB"), "");
	must_be_impossible(SETS("piece=2MiB"), "no multiple of a piece, 2MiB");
	must_be_impossible(SETS("piece=128KiB"), "16 conversions of 8 pieces");
	must_be_impossible(SETS("how=copy"), "keeps pages pinned");
	must_be_impossible(((const char *const[]){ "backing=thp", NULL }), "backing=thp is none");
	must_be_impossible(((const char *const[]){ "backing=memfd-hugetlb-2m", NULL }),
			   "no multiple of memfd-hugetlb-2m's page, 2MiB");
}

int main(void)
{
#define CONVERT_TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		CONVERT_TEST(each_phase_of_each_conversion_is_a_sample),
		CONVERT_TEST(region_in_one_piece_is_converted_by_each_mode),
		CONVERT_TEST(iommufd_converts_by_file_too),
		CONVERT_TEST(more_granules_than_type1_allows_are_skipped),
		CONVERT_TEST(what_fails_in_the_middle_is_explained_and_leaves_nothing),
		CONVERT_TEST(values_that_do_not_go_together_are_skipped),
	};

	return RUN_TRIALS(tests);
}
