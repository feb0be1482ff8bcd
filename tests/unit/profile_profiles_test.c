#include "boots.h"
#include "profile/profiles.h"
#include "result/boot.h"

#define CELL "vfio-map/backing=thp"

static FILE *begin(const char *path)
{
	return boot_begin(path, &(struct boot_file){ .label = "6.18", .boot_id = "b" });
}

static struct profiles *load(const char *path)
{
	struct profiles *profiles = NULL;
	struct reason reason = { "" };

	must(!profiles_load(&path, 1, &profiles, &reason), "%s", reason.text);
	return profiles;
}

static const char *make_two_blocks(void)
{
	const char *path = temp_path("two-blocks");
	FILE *file = begin(path);

	for (int block = 0; block < 2; block++) {
		boot_trial(file, CELL, "map_ns", "5,1,3");
		boot_profile(file, &(struct boot_profile_text){ .cell = CELL,
								.metric = "map_ns",
								.kernel = "6.18",
								.boot_id = "b",
								.operations = 3,
								.interrupts = 7,
								.idle_ns = 1,
								.stacks = "a;b=9/1" });
	}
	boot_trial(file, "x/a=b", "op_ns", "5");
	boot_end(file);
	return path;
}

TEST(profiles_of_all_trials_of_a_cell_are_one)
{
	struct profiles *profiles = load(make_two_blocks());
	const struct profile *profile = profiles_find(profiles, CELL, "map_ns");

	assert_int_equal(profiles->count, 1);
	assert_int_equal(profile->operations, 6);
	assert_int_equal(profile->interrupts, 14);
	assert_int_equal(profile->idle_ns, 2);
	assert_int_equal(profile->total, 18);
	assert_null(profiles_find(profiles, CELL, "unmap_ns"));
	assert_null(profiles_find(profiles, "x/a=b", "op_ns"));
	profiles_free(profiles);
	profiles_free(NULL);
}

TEST(boot_is_the_same_with_and_without_profiles)
{
	const char *path = make_two_blocks();
	struct boot *boot = NULL;

	assert_int_equal(boot_load(&path, 1, BOOT_KEEP_TRIALS, &boot, NULL), 0);
	assert_int_equal(boot->nr_cells, 2);
	assert_int_equal(boot->nr_trials, 3);
	assert_int_equal(boot_find(boot, CELL)->nr_ok, 2);
	assert_int_equal(boot_find(boot, CELL)->metrics[0].summary.count, 6);
	boot_free(boot);
}

TEST(profile_that_does_not_belong_there_is_refused_by_its_line)
{
	static const struct {
		struct boot_profile_text text;
		const char *why;
	} cases[] = {
		{ { .kernel = "7.3" },
		  ":3: " CELL ": a profile of kernel 7.3 beside results of 6.18" },
		{ { .boot_id = "c" }, "of another boot than the results beside it" },
		{ { .cell = "y/a=b" }, "y/a=b: a profile of map_ns, but no trial before it" },
		{ { .metric = "unmap_ns" }, "a profile of unmap_ns, but no trial before it" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *path = temp_path("foreign");
		struct boot_profile_text text = cases[i].text;
		struct profiles *profiles = NULL;
		struct reason reason = { "" };
		FILE *file = begin(path);

		text.cell = text.cell ? text.cell : CELL;
		text.metric = text.metric ? text.metric : "map_ns";
		boot_trial(file, CELL, "map_ns", "5,1,3");
		boot_profile(file, &text);
		boot_end(file);
		must(profiles_load(&path, 1, &profiles, &reason) == -EINVAL, "taken: %zu", i);
		must_contain(reason.text, path);
		must_contain(reason.text, cases[i].why);
		assert_null(profiles);
	}
}

TEST(profiles_of_two_events_are_not_merged)
{
	const char *path = temp_path("events");
	struct profiles *profiles = NULL;
	struct reason reason = { "" };
	FILE *file = begin(path);

	for (int i = 0; i < 2; i++) {
		boot_trial(file, CELL, "map_ns", "5,1,3");
		boot_profile(file, &(struct boot_profile_text){ .cell = CELL,
								.metric = "map_ns",
								.event = i ? "cycles:k" : NULL });
	}
	boot_end(file);
	assert_int_equal(profiles_load(&path, 1, &profiles, &reason), -EINVAL);
	must_contain(reason.text, "of instructions in instructions and of cycles:k");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_of_all_trials_of_a_cell_are_one),
		cmocka_unit_test(boot_is_the_same_with_and_without_profiles),
		cmocka_unit_test(profile_that_does_not_belong_there_is_refused_by_its_line),
		cmocka_unit_test(profiles_of_two_events_are_not_merged),
	};

	return RUN(tests);
}
