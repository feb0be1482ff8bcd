#include <math.h>

#include "compare/because.h"
#include "compare/making.h"
#include "profile/why.h"
#include "boots.h"

#define CELL "vfio-map/backing=thp/size=4KiB"
#define OTHER "vfio-map/backing=anon/size=4KiB"

/* A side of one boot with two cells, of which the first one is profiled where there are stacks. */
struct made_boot {
	const char *label, *timing, *samples, *stacks;
	struct boot_profile_text profile;
};

static const char *write_side(const char *name, const struct made_boot *boot)
{
	const char *path = kept(temp_path(name));
	struct boot_profile_text text = boot->profile;
	FILE *file = boot_begin(
		path,
		&(struct boot_file){ .label = boot->label, .timing = boot->timing, .pair = 1 });

	boot_trial(file, OTHER, "map_ns", "100,100,100");
	boot_trial(file, CELL, "map_ns", boot->samples);
	text.cell = CELL;
	text.metric = "map_ns";
	text.stacks = boot->stacks;
	if (boot->stacks)
		boot_profile(file, &text);
	boot_end(file);
	return path;
}

static struct sides sides;
static struct comparison *comparison;

static void compare(const struct made_boot *before, const struct made_boot *after, bool gated)
{
	const char *arguments[] = { write_side("a.jsonl", before), write_side("b.jsonl", after) };
	const struct comparison_options options = { .gated = gated, .gate_pct = 5 };
	struct text refusal = { 0 };
	struct reason reason = { "" };

	must(!sides_load(arguments, 2, NULL, 0, &sides, &reason), "%s", reason.text);
	must(!comparison_make(&sides, &options, &comparison, &refusal, &reason), "%s %s",
	     reason.text, refusal.text ? refusal.text : "");
	text_release(&refusal);
}

static void give_back(void)
{
	comparison_free(comparison);
	sides_release(&sides);
}

static const struct row *row_of(const char *cell)
{
	for (size_t i = 0; i < comparison->nr_rows; i++)
		if (!strcmp(comparison->rows[i].cell, cell))
			return &comparison->rows[i];
	fail();
	return NULL;
}

static void find(const struct because_options *options)
{
	struct reason reason = { "" };

	must(!because_find(comparison, options, &reason), "%s", reason.text);
}

static const struct because_options plainly = { .most_lines = 0 };

TEST(row_with_profiles_on_both_sides_is_explained)
{
	const struct row_verdict *said;

	compare(&(struct made_boot){ "k1", "icount", "1000,1000", "a=900/1 a;b=100/2", { 0 } },
		&(struct made_boot){ "k2", "icount", "1500,1500", "a=900/1 a;b=600/2", { 0 } },
		false);
	find(&plainly);
	said = &row_of(CELL)->verdicts[1];
	assert_non_null(said->because);
	assert_string_equal(said->because->lines[0].name, "b");
	assert_true(why_line_change(&said->because->lines[0]) == 500);
	assert_true(why_measured_change(said->because) == 500);
	assert_null(row_of(OTHER)->verdicts[1].because);
	assert_true(comparison->explained);
	give_back();
}

/* Instructions are no time where the clock is another. */
TEST(counted_instructions_are_not_set_beside_the_wall_clock)
{
	compare(&(struct made_boot){ "k1", "wall", "1000,1000", "a=900/1", { 0 } },
		&(struct made_boot){ "k2", "wall", "1500,1500", "a=950/1", { 0 } }, false);
	find(&plainly);
	assert_true(isnan(row_of(CELL)->verdicts[1].because->measured[BEFORE]));
	assert_true(why_measured_change(row_of(CELL)->verdicts[1].because) == 50);
	give_back();
}

TEST(rows_whose_profiles_do_not_differ_are_counted)
{
	compare(&(struct made_boot){ "k1", "icount", "1000,1000", "a=900/1", { 0 } },
		&(struct made_boot){ "k2", "icount", "1000,1000", "a=900/1", { 0 } }, false);
	find(&plainly);
	assert_null(row_of(CELL)->verdicts[1].because);
	assert_int_equal(comparison->nr_alike, 1);
	give_back();
}

TEST(side_without_profiles_is_refused_with_the_command_that_makes_them)
{
	static const struct {
		const char *timing, *why;
	} cases[] = {
		{ "icount", "k2 has no profiles: `dmabench lab profile --kernel SPEC vfio-map/" },
		{ "wall", "k2 has no profiles: `dmabench run --profile vfio-map/" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reason reason = { "" };

		compare(&(struct made_boot){ "k1", cases[i].timing, "1000", "a=900/1", { 0 } },
			&(struct made_boot){ "k2", cases[i].timing, "1000", NULL, { 0 } }, false);
		assert_int_equal(because_find(comparison, &plainly, &reason), -ENODATA);
		must_contain(reason.text, cases[i].why);
		find(&(struct because_options){ .for_gate = true, .some_will_do = true });
		assert_false(comparison->explained);
		give_back();
	}
}

TEST(profiles_that_cannot_be_set_against_each_other_are_refused)
{
	static const struct {
		struct boot_profile_text profile;
		int ret;
		const char *why;
	} cases[] = {
		{ { .unit = "samples" }, -EINVAL, "profile both sides in one way" },
		{ { .event = "branches" }, -EINVAL, "profile both sides by one event" },
		{ { .kernel = "k3" }, -EINVAL, "a profile of kernel k3 beside results of k2" },
		{ { .boot_id = "x" }, -EINVAL, "a profile of another boot" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct made_boot after = { "k2", "icount", "1000", "a=901/1", cases[i].profile };
		struct reason reason = { "" };

		compare(&(struct made_boot){ "k1", "icount", "1000", "a=900/1", { 0 } }, &after,
			false);
		assert_int_equal(because_find(comparison, &plainly, &reason), cases[i].ret);
		must_contain(reason.text, cases[i].why);
		give_back();
	}
}

TEST(pages_are_those_of_what_an_operation_works_on)
{
	json_t *params = json_pack("{s:i, s:i}", "size_bytes", 1 << 20, "chunk_bytes", 1 << 14);
	struct boot_cell cell = { .params = params };
	static const struct {
		const char *metric;
		bool per_size;
		double pages;
	} cases[] = {
		{ "map_ns", true, 256 },
		{ "map_call_ns", false, 4 },
		{ "open_ns", false, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_true(because_pages(&(struct row){ .metric = cases[i].metric,
							 .per_size = cases[i].per_size,
							 .base_cell = &cell }) == cases[i].pages);
	json_decref(params);
	cell.params = NULL;
	assert_true(because_pages(&(struct row){
			    .metric = "map_ns", .per_size = true, .base_cell = &cell }) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(row_with_profiles_on_both_sides_is_explained),
		cmocka_unit_test(counted_instructions_are_not_set_beside_the_wall_clock),
		cmocka_unit_test(rows_whose_profiles_do_not_differ_are_counted),
		cmocka_unit_test(side_without_profiles_is_refused_with_the_command_that_makes_them),
		cmocka_unit_test(profiles_that_cannot_be_set_against_each_other_are_refused),
		cmocka_unit_test(pages_are_those_of_what_an_operation_works_on),
	};

	return RUN(tests);
}
