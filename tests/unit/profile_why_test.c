#include <math.h>

#include "boots.h"
#include "profile/why.h"

/* One boot a side, of one operation, unless a test says otherwise. */
struct made_side {
	struct boot_profile_text texts[3];
	size_t count;
	double measured; /* 0: not in nanoseconds */
};

static struct why *make_with(const struct made_side *before, const struct made_side *after,
			     size_t most)
{
	const struct made_side *const made[] = { before, after };
	struct profile *profiles[NR_WHEN][3];
	struct why_side sides[NR_WHEN];
	struct why *why = NULL;
	struct reason reason = { "" };

	for (int when = BEFORE; when < NR_WHEN; when++) {
		for (size_t i = 0; i < made[when]->count; i++) {
			struct boot_profile_text text = made[when]->texts[i];

			text.cell = "b/a=b";
			text.metric = "op_ns";
			profiles[when][i] = boot_profile_of(&text);
		}
		sides[when] = (struct why_side){
			.profiles = (const struct profile *const *)profiles[when],
			.count = made[when]->count,
			.measured = made[when]->measured ? made[when]->measured : NAN,
		};
	}
	must(!why_make(&sides[BEFORE], &sides[AFTER], 2, most, &why, &reason), "%s", reason.text);
	for (int when = BEFORE; when < NR_WHEN; when++)
		for (size_t i = 0; i < made[when]->count; i++)
			profile_free(profiles[when][i]);
	return why;
}

static struct why *make(const char *before, const char *after)
{
	return make_with(&(struct made_side){ { { .stacks = before } }, 1, 0 },
			 &(struct made_side){ { { .stacks = after } }, 1, 0 }, 0);
}

static double sum_of_lines(const struct why *why)
{
	double sum = 0;

	for (size_t i = 0; i < why->nr_lines; i++)
		sum += why_line_change(&why->lines[i]);
	return sum;
}

/* "[+]name before->after xcalls->calls (gone|come), …", of the lines that are told. */
static const char *spell(const struct why *why)
{
	static char text[2048];
	size_t used = 0;

	assert_true(fabs(sum_of_lines(why) - why_change(why)) < 1e-6);
	assert_true(fabs(why->named + why->rest - why_change(why)) < 1e-6);
	text[0] = '\0';
	for (size_t i = 0; i < why->nr_named; i++) {
		const struct why_line *line = &why->lines[i];
		const char *marks[] = { "", "+", "!", "~" };

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s%s %g->%g x%g->%g",
					 i ? ", " : "", marks[line->kind], line->name,
					 line->value[BEFORE], line->value[AFTER],
					 line->calls[BEFORE], line->calls[AFTER]);
		if (line->kind == WHY_CALLER)
			used += (size_t)snprintf(text + used, sizeof(text) - used, " (%s|%s)",
						 line->gone, line->come);
	}
	return text;
}

static void spells(const char *before, const char *after, const char *expected)
{
	struct why *why = make(before, after);

	assert_string_equal(spell(why), expected);
	why_free(why);
}

TEST(largest_difference_is_told_first)
{
	spells("a=100/1 a;b=50/10 a;c=40/4", "a=100/1 a;b=70/14 a;c=10/1",
	       "c 40->10 x4->1, b 50->70 x10->14");
}

TEST(equal_profiles_have_no_difference)
{
	struct why *why = make("a=100000/1 a;b=5/1", "a=100000/1 a;b=6/1");

	assert_true(why->is_nothing);
	assert_int_equal(why->nr_named, 0);
	assert_true(why->rest == 1);
	why_free(why);
	why = make("a=10000/1 a;b=5/1", "a=10000/1 a;b=7/1");
	assert_false(why->is_nothing);
	why_free(why);
}

TEST(interrupts_alone_are_no_change_of_a_function)
{
	struct why *why = make_with(
		&(struct made_side){ { { .stacks = "a=1000/1" } }, 1, 0 },
		&(struct made_side){ { { .stacks = "a=1000/1", .interrupts = 100 } }, 1, 0 }, 0);

	assert_true(why->is_nothing);
	assert_true(why_change(why) == 100 && why->rest == 100);
	why_free(why);
}

TEST(interrupts_and_sleep_are_part_of_the_sum)
{
	struct made_side before = { { { .stacks = "a=1000/1", .interrupts = 10, .idle_ns = 7 } },
				    1,
				    0 };
	struct made_side after = { { { .stacks = "a=1100/1", .interrupts = 40, .idle_ns = 27 } },
				   1,
				   0 };
	struct why *why = make_with(&before, &after, 0);

	assert_string_equal(spell(why),
			    "a 1000->1100 x1->1, !interrupts 10->40 x0->0, ~asleep 7->27 x0->0");
	assert_true(why->whole[BEFORE] == 1017 && why->whole[AFTER] == 1167);
	why_free(why);
}

TEST(renamed_functions_are_set_against_each_other_under_their_caller)
{
	spells("a=10/1 a;old=100/4 a;old;pin=20/4", "a=10/1 a;young=130/4 a;young;pin=28/4",
	       "+a 110->140 x1->1 (old|young), pin 20->28 x4->4");
}

TEST(rewritten_functions_are_set_against_each_other_at_any_depth)
{
	spells("top=1/1 top;iova=5/64 top;iova;intel=30/64 top;iova;intel;walk=30/128",
	       "top=1/1 top;iova=5/64 top;iova;pt=40/64 top;iova;pt;step=60/256 "
	       "top;iova;pt;step;read=12/256",
	       "+iova 65->117 x64->64 (intel, walk|step, pt, read)");
}

TEST(inlined_function_is_told_with_its_caller)
{
	spells("a=10/1 a;small=100/50", "a=80/1", "+a 110->80 x1->1 (small|)");
	spells("a=80/1", "a=10/1 a;small=100/50", "+a 80->110 x1->1 (|small)");
}

/* The caller did not take what the function took: it is gone. */
TEST(function_that_is_gone_or_new_is_a_line_of_its_own)
{
	spells("a=10/1 a;b=100/50 a;c=50/1", "a=10/1 a;c=50/1", "b 100->0 x50->0");
	spells("a=10/1", "a=11/1 a;check=100/64", "check 0->100 x0->64");
}

/* The same function at another place in the tree is the same function. */
TEST(function_that_is_called_from_elsewhere_is_one_line)
{
	spells("a=10/1 a;b=5/1 a;b;lock=40/8", "a=10/1 a;b=5/1 a;lock=30/6", "lock 40->30 x8->6");
}

TEST(many_names_are_counted)
{
	spells("a=1/1 a;p=10/1 a;q=20/1 a;r=30/1 a;s=40/1 a;t=50/1", "a=1/1 a;z=1000/1",
	       "+a 151->1001 x1->1 (t, s, r and 2 more|z)");
}

TEST(enough_is_told_and_the_rest_is_summed)
{
	struct why *why = make("a=1000/1 a;b=100/1 a;c=100/1 a;d=100/1",
			       "a=2000/1 a;b=300/1 a;c=110/1 a;d=95/1");

	assert_string_equal(spell(why), "a 1000->2000 x1->1, b 100->300 x1->1");
	assert_true(why->rest == 5);
	why_free(why);
	why = make_with(&(struct made_side){ { { .stacks = "a=1000/1 a;b=100/1" } }, 1, 0 },
			&(struct made_side){ { { .stacks = "a=2000/1 a;b=300/1" } }, 1, 0 }, 1);
	assert_int_equal(why->nr_named, 1);
	assert_true(why->rest == 200);
	why_free(why);
}

/* What cancels out is as large as it is. */
TEST(large_differences_that_cancel_out_are_told)
{
	spells("a=1000/1 a;b=900/1 a;c=100/1", "a=1100/1 a;b=0/0 a;c=990/1",
	       "b 900->0 x1->0, c 100->990 x1->1, a 1000->1100 x1->1");
}

TEST(named_part_is_of_the_measured_difference)
{
	struct why *why =
		make_with(&(struct made_side){ { { .stacks = "a=1000/1" } }, 1, 1010 },
			  &(struct made_side){ { { .stacks = "a=1200/1" } }, 1, 1260 }, 0);

	assert_true(why_measured_change(why) == 250);
	assert_true(why_named_part(why) == 0.8);
	assert_true(why->pages == 2);
	assert_string_equal(why->unit, "instructions");
	why_free(why);
	why_free(NULL);
}

TEST(several_boots_are_their_median_and_how_far_they_are_off)
{
	struct made_side before = { { { .stacks = "a=100/1" },
				      { .stacks = "a=104/1" },
				      { .stacks = "a=408/4", .operations = 4 } },
				    3,
				    0 };
	struct made_side after = { { { .stacks = "a=200/1" }, { .stacks = "a=200/3" } }, 2, 0 };
	struct why *why = make_with(&before, &after, 0);

	assert_string_equal(spell(why), "a 102->200 x1->2");
	assert_true(why->lines[0].off[BEFORE] == 2 && why->lines[0].off[AFTER] == 0);
	assert_int_equal(why->nr_boots[BEFORE], 3);
	why_free(why);
}

/* ---- samples ---- */

static struct why *sampled(const char *before, const char *after)
{
	const struct boot_profile_text texts[] = {
		{ .stacks = before, .unit = "samples", .event = "cycles:k", .operations = 50 },
		{ .stacks = after, .unit = "samples", .event = "cycles:k", .operations = 80 },
	};

	return make_with(&(struct made_side){ { texts[0] }, 1, 1000 },
			 &(struct made_side){ { texts[1] }, 1, 1500 }, 0);
}

TEST(samples_tell_shares_of_the_measured_time)
{
	struct why *why = sampled("a=500 a;b=500", "a=500 a;b=1000");
	const struct why_line *line = &why->lines[0];

	assert_true(why->is_samples);
	assert_int_equal(why->nr_named, 1);
	assert_string_equal(line->name, "b");
	assert_true(fabs(line->value[BEFORE] - 500) < 1e-9 &&
		    fabs(line->value[AFTER] - 1000) < 1e-9);
	/* Wilson's interval of 500 in 1000, by another program: 0.46907 to 0.53093. */
	assert_true(fabs(line->lo[BEFORE] - 469.07) < 0.01 &&
		    fabs(line->hi[BEFORE] - 530.93) < 0.01);
	assert_true(fabs(line->share[AFTER] - 2.0 / 3) < 1e-9);
	why_free(why);
}

TEST(samples_that_are_too_few_tell_nothing)
{
	struct why *why = sampled("a=5 a;b=5", "a=5 a;b=10");

	assert_true(why->is_nothing);
	assert_int_equal(why->nr_named, 0);
	why_free(why);
}

/* A share of what is not known well is not known better. */
TEST(samples_tell_no_more_than_the_median)
{
	const struct boot_profile_text texts[] = {
		{ .cell = "b/a=b",
		  .metric = "op_ns",
		  .stacks = "a=500 a;b=500",
		  .unit = "samples" },
		{ .cell = "b/a=b",
		  .metric = "op_ns",
		  .stacks = "a=500 a;b=1000",
		  .unit = "samples" },
	};
	struct profile *a = boot_profile_of(&texts[0]), *b = boot_profile_of(&texts[1]);
	const struct profile *const before[] = { a }, *const after[] = { b };
	struct why *why;

	assert_int_equal(why_make(&(struct why_side){ before, 1, 1000, 600, 1800 },
				  &(struct why_side){ after, 1, 1500, 800, 1900 }, 0, 0, &why,
				  NULL),
			 0);
	assert_true(why->is_nothing);
	why_free(why);
	profile_free(a);
	profile_free(b);
}

TEST(function_without_samples_may_have_had_some)
{
	struct why *why = sampled("a=1000", "a=1500 a;b=3");

	assert_int_equal(why->nr_named, 1); /* a; b may be chance */
	assert_string_equal(why->lines[0].name, "a");
	why_free(why);
}

/* ---- refusals ---- */

TEST(profiles_in_different_units_or_of_different_events_are_refused)
{
	static const struct {
		const char *unit, *event, *why;
	} cases[] = {
		{ "samples", "cycles:k", "in instructions cannot be set against one in samples" },
		{ NULL, "branches", "of instructions cannot be set against one of branches" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct boot_profile_text text = { .cell = "b/a=b",
						  .metric = "op_ns",
						  .unit = cases[i].unit,
						  .event = cases[i].event };
		struct profile *b = boot_profile_of(&text), *a;
		struct why_side sides[2] = { { .count = 1 }, { .count = 1 } };
		struct why *why = NULL;
		struct reason reason = { "" };

		text.unit = text.event = NULL;
		a = boot_profile_of(&text);
		sides[0].profiles = (const struct profile *const[]){ a };
		sides[1].profiles = (const struct profile *const[]){ b };
		assert_int_equal(why_make(&sides[0], &sides[1], 0, 0, &why, &reason), -EINVAL);
		must_contain(reason.text, cases[i].why);
		must_contain(reason.text, "b/a=b op_ns: ");
		assert_null(why);
		profile_free(a);
		profile_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(largest_difference_is_told_first),
		cmocka_unit_test(equal_profiles_have_no_difference),
		cmocka_unit_test(interrupts_alone_are_no_change_of_a_function),
		cmocka_unit_test(interrupts_and_sleep_are_part_of_the_sum),
		cmocka_unit_test(renamed_functions_are_set_against_each_other_under_their_caller),
		cmocka_unit_test(rewritten_functions_are_set_against_each_other_at_any_depth),
		cmocka_unit_test(inlined_function_is_told_with_its_caller),
		cmocka_unit_test(function_that_is_gone_or_new_is_a_line_of_its_own),
		cmocka_unit_test(function_that_is_called_from_elsewhere_is_one_line),
		cmocka_unit_test(many_names_are_counted),
		cmocka_unit_test(enough_is_told_and_the_rest_is_summed),
		cmocka_unit_test(large_differences_that_cancel_out_are_told),
		cmocka_unit_test(named_part_is_of_the_measured_difference),
		cmocka_unit_test(several_boots_are_their_median_and_how_far_they_are_off),
		cmocka_unit_test(samples_tell_shares_of_the_measured_time),
		cmocka_unit_test(samples_that_are_too_few_tell_nothing),
		cmocka_unit_test(samples_tell_no_more_than_the_median),
		cmocka_unit_test(function_without_samples_may_have_had_some),
		cmocka_unit_test(profiles_in_different_units_or_of_different_events_are_refused),
	};

	return RUN(tests);
}
