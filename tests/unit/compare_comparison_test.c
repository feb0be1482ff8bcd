#include "compare/making.h"
#include "worlds.h"

/* ---- verdicts ---- */

TEST(word_follows_what_is_better)
{
	static const struct {
		struct world world;
		enum word word;
	} cases[] = {
		{ { PAIRS, 1.1, 0.01, "op_ns", NULL, NULL }, WORD_SLOWER },
		{ { PAIRS, 0.9, 0.01, "op_ns", NULL, NULL }, WORD_FASTER },
		{ { PAIRS, 1.1, 0.01, "rate_up", NULL, NULL }, WORD_FASTER },
		{ { PAIRS, 0.9, 0.01, "rate_up", NULL, NULL }, WORD_SLOWER },
		{ { PAIRS, 1.0, 0.005, "op_ns", NULL, NULL }, WORD_SAME },
		{ { PAIRS, 1.0, 0.2, "op_ns", NULL, NULL }, WORD_UNRESOLVED },
		{ { 3, 1.1, 0.001, "op_ns", "icount", NULL }, WORD_SLOWER },
		{ { 3, 1.0, 0.001, "op_ns", "icount", NULL }, WORD_SAME },
		{ { 1, 1.5, 0, "op_ns", "icount", NULL }, WORD_SLOWER },
		{ { 1, 1.1, 0, "op_ns", "icount", NULL }, WORD_UNRESOLVED },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct comparison *comparison = compare_world(&cases[i].world, -1);
		const struct row_verdict *said = &comparison->rows[0].verdicts[1];

		assert_int_equal(comparison->nr_rows, 1);
		must(said->word == cases[i].word, "case %zu: %s", i, word_name(said->word));
		must(fabs(said->verdict.ratio / cases[i].world.factor - 1) < 0.05, "case %zu: %g",
		     i, said->verdict.ratio);
		assert_int_equal(said->verdict.pairs, cases[i].world.pairs);
		must((said->word == WORD_UNRESOLVED) == (said->why[0] != '\0'), "case %zu: \"%s\"",
		     i, said->why);
		release(comparison);
	}
}

TEST(too_few_pairs_are_unresolved_however_far_apart)
{
	static const size_t pairs[] = { 1, 2, 5 };

	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct comparison *comparison =
			compare_world(&(struct world){ pairs[i], 3, 0.001, NULL, NULL, NULL }, 5);
		const struct row_verdict *said = &comparison->rows[0].verdicts[1];

		assert_int_equal(said->word, WORD_UNRESOLVED);
		must_contain(said->why, "6");
		must_contain(said->why, "--boots 6");
		assert_true(fabs(said->verdict.ratio - 3) < 0.01);
		assert_int_equal(comparison->nr_gate_failed, 0);
		release(comparison);
	}
}

TEST(gate_fails_beyond_its_limit_only)
{
	static const struct {
		double factor, gate_pct;
		const char *metric;
		size_t failed;
	} cases[] = {
		{ 1.10, 5, "op_ns", 1 },   { 1.10, 15, "op_ns", 0 }, { 1.02, 5, "op_ns", 0 },
		{ 0.80, 5, "op_ns", 0 },   { 1.00, 0, "op_ns", 0 },  { 1.10, 5, "rate_up", 0 },
		{ 0.80, 5, "rate_up", 1 }, { 1.10, -1, "op_ns", 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct comparison *comparison =
			compare_world(&(struct world){ PAIRS, cases[i].factor, 0.005,
						       cases[i].metric, NULL, NULL },
				      cases[i].gate_pct);

		must(comparison->nr_gate_failed == cases[i].failed, "case %zu: %zu", i,
		     comparison->nr_gate_failed);
		release(comparison);
	}
}

TEST(null_control_that_differs_makes_all_verdicts_advisory)
{
	static const struct {
		const char *cell;
		double factor;
		size_t pairs;
		bool has, advisory;
		enum null_control control;
	} cases[] = {
		{ "null/op=nothing", 1.3, PAIRS, true, true, CONTROL_FAILED },
		{ "null/op=nothing", 1.0, PAIRS, true, false, CONTROL_PASSED },
		{ "null/op=nothing", 1.0, 3, true, false, CONTROL_UNRESOLVED },
		{ "null", 1.3, PAIRS, true, true, CONTROL_FAILED },
		/* the kernel's own doing */
		{ "null/op=syscall", 1.3, PAIRS, false, false, CONTROL_NONE },
		{ "nullify/op=nothing", 1.3, PAIRS, false, false, CONTROL_NONE },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct comparison *comparison =
			compare_world(&(struct world){ cases[i].pairs, cases[i].factor, 0.005, NULL,
						       NULL, cases[i].cell },
				      -1);

		must(comparison->has_null_control == cases[i].has, "case %zu", i);
		must(comparison->advisory == cases[i].advisory, "case %zu", i);
		must(comparison_null_control(comparison) == cases[i].control, "case %zu", i);
		release(comparison);
	}
}

TEST(median_has_bounds_that_say_what_they_are)
{
	static const struct {
		size_t pairs;
		enum spread spread;
	} cases[] = { { 1, SPREAD_QUARTILES }, { 3, SPREAD_RANGE }, { 8, SPREAD_INTERVAL } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct comparison *comparison = compare_world(
			&(struct world){ cases[i].pairs, 1, 0.1, NULL, NULL, NULL }, -1);
		const struct estimate *side = &comparison->rows[0].sides[1];

		assert_int_equal(side->spread, cases[i].spread);
		assert_int_equal(side->boots, cases[i].pairs);
		assert_int_equal(side->samples, 3 * cases[i].pairs);
		assert_true(side->lo < side->median && side->median < side->hi);
		release(comparison);
	}
}

/* ---- rows ---- */

struct trial_of {
	const char *cell, *metric, *samples; /* samples NULL: skipped; "!": failed; "?": invalid */
};

static const char *make_file_of(const char *name, const struct boot_file *boot,
				const struct trial_of *trials, size_t count)
{
	const char *path = kept(temp_path(name));
	FILE *file = boot_begin(path, boot);

	for (size_t i = 0; i < count; i++) {
		if (!trials[i].samples)
			boot_skip(file, trials[i].cell, "no room");
		else if (trials[i].samples[0] == '!')
			boot_mishap(file, trials[i].cell, "failed", "it broke");
		else if (trials[i].samples[0] == '?')
			boot_mishap(file, trials[i].cell, "invalid", "small pages");
		else
			boot_trial(file, trials[i].cell, trials[i].metric, trials[i].samples);
	}
	boot_end(file);
	return path;
}

static struct comparison *compare_trials(const struct trial_of *left, size_t nr_left,
					 const struct trial_of *right, size_t nr_right,
					 const struct comparison_options *options)
{
	const char *const arguments[] = {
		make_file_of("left.jsonl", &(struct boot_file){ .kernel = "left" }, left, nr_left),
		make_file_of("right.jsonl", &(struct boot_file){ .kernel = "right" }, right,
			     nr_right),
	};

	return compare(arguments, 2, options);
}

static const char *why_left_out(const struct comparison *comparison, const char *cell)
{
	for (size_t i = 0; i < comparison->nr_left_out; i++)
		if (!strcmp(comparison->left_out[i].cell, cell))
			return comparison->left_out[i].why;
	return "(it was not left out)";
}

static const struct comparison_options plain = { .gated = false };

TEST(what_one_side_lacks_is_told_and_not_dropped)
{
	static const struct trial_of left[] = {
		{ "a", "op_ns", "1" },	 { "b", "op_ns", NULL }, { "c", "op_ns", "!" },
		{ "d", "op_ns", "1" },	 { "e", "op_ns", "1" },	 { "f", "op_ns", "1" },
		{ "f", "only_ns", "1" }, { "g", "op_ns", "1" },
	};
	static const struct trial_of right[] = {
		{ "a", "op_ns", "1" }, { "b", "op_ns", "1" }, { "c", "op_ns", "1" },
		{ "d", "op_ns", "?" }, { "f", "op_ns", "1" }, { "g", "op_ns", "1" },
	};
	struct comparison *comparison =
		compare_trials(left, COUNT(left), right, COUNT(right), &plain);

	assert_int_equal(comparison->nr_rows, 3);
	assert_string_equal(comparison->rows[0].cell, "a");
	assert_string_equal(comparison->rows[1].cell, "f");
	assert_string_equal(comparison->rows[2].cell, "g");
	assert_int_equal(comparison->nr_left_out, 5);
	assert_string_equal(why_left_out(comparison, "b"), "left: skipped: no room");
	assert_string_equal(why_left_out(comparison, "c"), "left: failed: it broke");
	assert_string_equal(why_left_out(comparison, "d"), "right: invalid: small pages");
	assert_string_equal(why_left_out(comparison, "e"), "right: not measured");
	assert_string_equal(why_left_out(comparison, "f"), "only_ns: not measured in right");
	release(comparison);
}

TEST(metric_in_two_units_or_directions_is_not_compared)
{
	const char *const paths[] = { kept(temp_path("left.jsonl")),
				      kept(temp_path("right.jsonl")) };
	static const char *const metrics[][2] = {
		{ "\"ns\",\"better\":\"lower\"", "\"bytes\",\"better\":\"lower\"" },
		{ "\"ns\",\"better\":\"lower\"", "\"ns\",\"better\":\"higher\"" },
	};
	static const char *const why[] = { "m: in ns, but in bytes in young",
					   "m: lower is better in one boot" };

	for (size_t i = 0; i < COUNT(metrics); i++) {
		struct comparison *comparison;

		for (size_t j = 0; j < 2; j++) {
			FILE *file = boot_begin(
				paths[j], &(struct boot_file){ .kernel = j ? "young" : "old" });

			fprintf(file,
				"{\"record\":\"trial\",\"cell\":\"a\",\"status\":\"ok\","
				"\"metrics\":"
				"{\"m\":{\"unit\":%s,\"samples\":[1]}}}\n",
				metrics[i][j]);
			boot_end(file);
		}
		comparison = compare(paths, 2, &plain);
		assert_int_equal(comparison->nr_rows, 0);
		must_contain(why_left_out(comparison, "a"), why[i]);
		release(comparison);
	}
}

TEST(one_boot_of_many_in_another_unit_is_enough)
{
	const struct boot_file boot = { .label = "left", .pair = 1 };
	const char *const paths[] = { kept(temp_path("odd")), kept(temp_path("right.jsonl")) };
	static const struct trial_of one[] = { { "a", "op_ns", "1" } };
	struct comparison *comparison;
	FILE *file;

	make_folder("odd");
	make_file_of("odd/1.jsonl", &boot, one, 1);
	file = boot_begin(temp_path("odd/2.jsonl"), &boot);
	fprintf(file, "{\"record\":\"trial\",\"cell\":\"a\",\"status\":\"ok\",\"iterations\":3,"
		      "\"placement\":{"
		      "\"cpus\":[0],\"cpu_node\":0,\"mem_node\":0,\"local\":true},\"metrics\":{"
		      "\"op_ns\":{"
		      "\"unit\":\"bytes\",\"better\":\"lower\",\"samples\":[1]}}}\n");
	boot_end(file);
	make_file_of("right.jsonl", &(struct boot_file){ .label = "right", .pair = 1 }, one, 1);
	comparison = compare(paths, 2, &plain);
	assert_int_equal(comparison->nr_rows, 0);
	assert_string_equal(why_left_out(comparison, "a"), "op_ns: in ns, but in bytes in left");
	release(comparison);
}

TEST(boots_that_lack_a_cell_are_counted)
{
	static const struct trial_of both[] = { { "a", "op_ns", "1" }, { "b", "op_ns", "1" } };
	static const struct trial_of broken[] = { { "a", "op_ns", "1" }, { "b", "op_ns", "!" } };
	const char *const arguments[] = { make_folder("left"), make_folder("right") };
	struct comparison *comparison;

	for (int i = 1; i <= 2; i++) {
		char name[32];

		snprintf(name, sizeof(name), "left/%d.jsonl", i);
		make_file_of(name, &(struct boot_file){ .label = "left", .pair = i }, both, 2);
		snprintf(name, sizeof(name), "right/%d.jsonl", i);
		make_file_of(name, &(struct boot_file){ .label = "right", .pair = i },
			     i == 1 ? both : broken, 2);
	}
	comparison = compare(arguments, 2, &plain);
	assert_int_equal(comparison->nr_rows, 2);
	assert_int_equal(comparison->rows[1].sides[0].boots, 2);
	assert_int_equal(comparison->rows[1].sides[1].boots, 1);
	assert_true(isnan(comparison_value(comparison, &comparison->rows[1], 1, 1)));
	assert_int_equal(comparison->rows[1].verdicts[1].verdict.pairs, 1);
	must_contain(why_left_out(comparison, "b"), "1 of 2 boots of right: failed: it broke");
	must_contain(why_left_out(comparison, "b"), "compared over the other boots");
	release(comparison);
}

TEST(zero_has_no_ratio_but_may_be_the_same)
{
	static const struct trial_of left[] = { { "a", "faults", "0" }, { "b", "faults", "0" } };
	static const struct trial_of right[] = { { "a", "faults", "0" }, { "b", "faults", "4" } };
	struct comparison *comparison = compare_trials(left, 2, right, 2, &plain);

	assert_int_equal(comparison->rows[0].verdicts[1].word, WORD_SAME);
	assert_int_equal(comparison->rows[1].verdicts[1].word, WORD_UNRESOLVED);
	must_contain(comparison->rows[1].verdicts[1].why, "of 0");
	release(comparison);
}

static void must_step_at_the_third(const char *timing, size_t boots)
{
	static const char *const labels[] = { "k1", "k2", "k3", "k4" };
	static const double factors[] = { 1, 1, 1.5, 1.5 };
	const char *arguments[4];
	struct comparison *comparison;
	const struct row *row;

	for (size_t i = 0; i < 4; i++) {
		arguments[i] = kept(temp_path(labels[i]));
		remove_side(labels[i]);
		make_side(&(struct world){ boots, factors[i], 0.005, NULL, timing, NULL },
			  labels[i], i);
	}
	comparison = compare(arguments, 4, &plain);
	row = &comparison->rows[0];
	assert_int_equal(row->verdicts[0].word, WORD_NONE);
	assert_int_equal(row->verdicts[1].word, WORD_SAME);
	assert_int_equal(row->verdicts[2].word, WORD_SLOWER);
	assert_int_equal(row->verdicts[3].word, WORD_SLOWER);
	assert_int_equal(row->nr_steps, 1);
	assert_int_equal(row->steps[0].index, 2);
	assert_true(fabs(row->steps[0].ratio - 1.5) < 0.02);
	assert_true(row->steps[0].p >= 0 && row->steps[0].p <= 0.05);
	release(comparison);
}

TEST(each_side_is_judged_against_the_first_and_steps_are_found)
{
	must_step_at_the_third(NULL, PAIRS);
}

TEST(exact_clock_shows_steps_with_few_boots)
{
	must_step_at_the_third("icount", 3);
}

TEST(exact_clock_steps_over_a_side_that_lacks_the_row)
{
	static const char *const labels[] = { "k1", "k2", "k3" };
	const char *arguments[3];
	struct comparison *comparison;
	const struct row *row;

	for (size_t i = 0; i < 3; i++) {
		remove_side(labels[i]);
		arguments[i] = kept(temp_path(labels[i]));
		make_side(&(struct world){ 3, i ? 2 : 1, 0.001, NULL, "icount", "a/x=y" },
			  labels[i], i);
	}
	for (size_t i = 0; i < 3; i++) {
		char name[32];
		FILE *file;

		snprintf(name, sizeof(name), "k2/%zu.jsonl", i);
		file = boot_begin(temp_path(name), &(struct boot_file){ .label = "k2",
									.pair = (int)i + 1,
									.position = 1,
									.timing = "icount" });
		boot_skip(file, "a/x=y", "not here");
		boot_end(file);
	}
	comparison = compare(arguments, 3, &plain);
	row = &comparison->rows[0];
	assert_int_equal(row->verdicts[1].word, WORD_NONE);
	assert_int_equal(row->nr_steps, 1);
	assert_int_equal(row->steps[0].index, 2);
	assert_true(fabs(row->steps[0].ratio - 2) < 0.01);
	release(comparison);
}

/* ---- what it would take ---- */

TEST(advice_is_a_number_of_boots_that_one_can_make)
{
	static const struct {
		struct world world;
		const char *why;
	} cases[] = {
		{ { 1, 1.1, 0, NULL, NULL, NULL },
		  "one boot a side; a verdict needs 6 pairs of boots: lab run --boots 6" },
		{ { 3, 1.1, 0, NULL, NULL, NULL },
		  "3 pairs of boots; a verdict needs 6: lab run --boots 6" },
		{ { PAIRS, 1, 0.05, NULL, NULL, NULL }, "pairs differ among themselves: about " },
		{ { PAIRS, 1, 0.5, NULL, NULL, NULL },
		  "pairs differ among themselves: 20 pairs of boots would show a change of " },
		{ { PAIRS, 1.02, 0.001, NULL, "icount", NULL }, "" },
		{ { 1, 1.1, 0, NULL, "icount", NULL },
		  "within the 20 % that the memory layout of one boot can make: lab run --boots "
		  "5" },
		{ { 4, 1, 0.3, NULL, "icount", NULL },
		  "boots differ by layout: 20 boots a side would show a change of " },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct comparison *comparison = compare_world(&cases[i].world, -1);

		must_contain(comparison->rows[0].verdicts[1].why, cases[i].why);
		release(comparison);
	}
}

/* Whether small pages lie side by side is luck, and moves figures manifold. */
TEST(one_boot_of_small_pages_says_little_by_an_exact_clock)
{
	static const struct {
		const char *pages, *factor;
		enum word word;
		const char *frames;
	} cases[] = {
		{ "{\"4096\":512}", "4000", WORD_UNRESOLVED, NULL },
		{ "{\"2097152\":1,\"65536\":1}", "4000", WORD_UNRESOLVED, NULL },
		{ "{\"4096\":512}", "7000", WORD_SLOWER, NULL },
		{ "{\"4096\":512}", "4000", WORD_UNRESOLVED, "given" },
		{ "{\"4096\":512}", "4000", WORD_SLOWER, "apart" },
		{ "{\"4096\":512}", "4000", WORD_SLOWER, "joined" },
		{ "{\"2097152\":1}", "4000", WORD_SLOWER, NULL },
		{ "{}", "4000", WORD_SLOWER, NULL },
	};
	const char *const paths[] = { kept(temp_path("left.jsonl")),
				      kept(temp_path("right.jsonl")) };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct comparison *comparison;
		const struct row_verdict *said;

		for (size_t j = 0; j < 2; j++) {
			FILE *file =
				boot_begin(paths[j], &(struct boot_file){ .kernel = j ? "2" : "1",
									  .timing = "icount" });

			fprintf(file,
				"{\"record\":\"trial\",\"cell\":\"a\",\"status\":\"ok\",\"params\":"
				"{\"frames\":\"%s\"},"
				"\"verified\":{\"pages\":%s},\"metrics\":{\"op_ns\":{\"unit\":"
				"\"ns\",\"samples\":[%s]}}}\n",
				cases[i].frames ? cases[i].frames : "", cases[i].pages,
				j ? cases[i].factor : "1000");
			boot_end(file);
		}
		comparison = compare(paths, 2, &plain);
		said = &comparison->rows[0].verdicts[1];
		must(said->word == cases[i].word, "case %zu: %s", i, word_name(said->word));
		if (said->word == WORD_UNRESOLVED)
			must_contain(said->why,
				     "small pages, whose layout in one boot makes up to 6 times");
		release(comparison);
	}
}

/* What is said of 2 % and of what 20 pairs would tell is one and the same curve. */
TEST(advice_beyond_reach_follows_from_the_pairs_that_it_would_take)
{
	struct comparison *comparison =
		compare_world(&(struct world){ PAIRS, 1, 0.5, NULL, NULL, NULL }, -1);
	const struct row_verdict *said = &comparison->rows[0].verdicts[1];
	double told = 0, takes = 0;

	assert_int_equal(sscanf(said->why,
				"pairs differ among themselves: 20 pairs of boots would show a "
				"change of %lf %% (2 %% takes about %lf)",
				&told, &takes),
			 2);
	assert_true(takes == (double)said->verdict.pairs_wanted && takes > 50);
	assert_true(fabs(log1p(told / 100) / log1p(0.02) - sqrt(takes / 20)) <
		    0.05 * sqrt(takes / 20));
	release(comparison);
}

TEST(rows_that_no_gate_could_fail_are_counted)
{
	static const struct {
		size_t pairs, ungated;
		const char *timing;
	} cases[] = { { 3, 1, NULL }, { 5, 1, NULL }, { 6, 0, NULL }, { 1, 0, "icount" } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct comparison *comparison = compare_world(
			&(struct world){ cases[i].pairs, 2, 0.001, NULL, cases[i].timing, NULL },
			5);

		must(comparison_ungated(comparison) == cases[i].ungated, "case %zu", i);
		must((comparison->nr_gate_failed > 0) == !cases[i].ungated, "case %zu", i);
		release(comparison);
	}
}

/* ---- what is refused ---- */

static void must_refuse(const char *const *arguments, const struct comparison_options *options,
			const char *why)
{
	struct comparison *comparison = NULL;
	struct text refusal = { 0 };
	struct reason reason = { "" };

	sides = (struct sides){ 0 };
	must(!sides_load(arguments, 2, NULL, 0, &sides, &reason), "%s", reason.text);
	assert_true(comparison_make(&sides, options, &comparison, &refusal, &reason) < 0);
	must_contain(refusal.text ? refusal.text : reason.text, why);
	assert_null(comparison);
	text_release(&refusal);
	sides_release(&sides);
}

TEST(sides_without_a_common_cell_are_refused)
{
	static const struct trial_of left[] = { { "a", "op_ns", "1" } };
	static const struct trial_of right[] = { { "b", "op_ns", "1" } };
	const char *const arguments[] = {
		make_file_of("left.jsonl", &(struct boot_file){ 0 }, left, 1),
		make_file_of("right.jsonl", &(struct boot_file){ 0 }, right, 1),
	};

	must_refuse(arguments, &plain, "have no cell in common (a, b)");
}

TEST(clocks_are_never_mixed_whatever_is_allowed)
{
	static const struct trial_of one[] = { { "a", "op_ns", "1" } };
	static const char *const allow[] = { "timing" };
	const struct comparison_options options = { .allow = allow, .nr_allow = 1 };
	const char *const arguments[] = {
		make_file_of("left.jsonl", &(struct boot_file){ .timing = "wall" }, one, 1),
		make_file_of("right.jsonl", &(struct boot_file){ .timing = "icount" }, one, 1),
	};

	must_refuse(arguments, &options, "two clocks are never compared");
}

TEST(rows_that_are_not_wanted_are_left_out_in_silence)
{
	static const struct trial_of all[] = { { "x/backing=thp/size=4KiB", "op_ns", "1" },
					       { "x/backing=anon/size=4KiB", "op_ns", "1" },
					       { "x/backing=anon/size=4KiB", "free_ns", "1" } };
	static const char *const filters[] = { "backing=shmem,anon", "size=4096" };
	static const char *const rows[] = { "* free_*" };
	struct comparison_options options = { .selection = { .filters = filters,
							     .nr_filters = 2 } };
	struct comparison *comparison = compare_trials(all, 3, all, 3, &options);

	assert_int_equal(comparison->nr_rows, 2);
	assert_int_equal(comparison->nr_left_out, 0);
	release(comparison);
	options.selection.rows = rows;
	options.selection.nr_rows = 1;
	comparison = compare_trials(all, 3, all, 3, &options);
	assert_int_equal(comparison->nr_rows, 1);
	assert_string_equal(comparison->rows[0].metric, "free_ns");
	release(comparison);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(word_follows_what_is_better),
		cmocka_unit_test(too_few_pairs_are_unresolved_however_far_apart),
		cmocka_unit_test(gate_fails_beyond_its_limit_only),
		cmocka_unit_test(null_control_that_differs_makes_all_verdicts_advisory),
		cmocka_unit_test(median_has_bounds_that_say_what_they_are),
		cmocka_unit_test(what_one_side_lacks_is_told_and_not_dropped),
		cmocka_unit_test(metric_in_two_units_or_directions_is_not_compared),
		cmocka_unit_test(boots_that_lack_a_cell_are_counted),
		cmocka_unit_test(zero_has_no_ratio_but_may_be_the_same),
		cmocka_unit_test(each_side_is_judged_against_the_first_and_steps_are_found),
		cmocka_unit_test(sides_without_a_common_cell_are_refused),
		cmocka_unit_test(clocks_are_never_mixed_whatever_is_allowed),
		cmocka_unit_test(rows_that_are_not_wanted_are_left_out_in_silence),
		cmocka_unit_test(one_boot_of_many_in_another_unit_is_enough),
		cmocka_unit_test(exact_clock_shows_steps_with_few_boots),
		cmocka_unit_test(exact_clock_steps_over_a_side_that_lacks_the_row),
		cmocka_unit_test(advice_is_a_number_of_boots_that_one_can_make),
		cmocka_unit_test(advice_beyond_reach_follows_from_the_pairs_that_it_would_take),
		cmocka_unit_test(rows_that_no_gate_could_fail_are_counted),
		cmocka_unit_test(one_boot_of_small_pages_says_little_by_an_exact_clock),
	};

	return RUN(tests);
}
