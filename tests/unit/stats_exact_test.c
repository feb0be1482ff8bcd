#include <math.h>

#include "fail_nth.h"
#include "stats/exact.h"

static const double steady[] = { 1000, 1000, 1000 };

static struct exact_row row_of(const double *base, size_t base_count, const double *new,
			       size_t new_count)
{
	return (struct exact_row){ base, new, base_count, new_count, false, 0, false };
}

static struct verdict judge_one(struct exact_row row, const struct exact_options *options)
{
	struct verdict verdict;

	assert_int_equal(exact_judge(&row, 1, options, &verdict), 0);
	return verdict;
}

/*
 * Student's t by hand: logs 0, 0.01, 0.02 against 0.03, 0.04, 0.05. Means 0.03 apart, pooled variance
 * 1e-4 with 4 degrees, so the error is 0.01 sqrt(2/3); 2.776445 of them at 95 %.
 */
TEST(doubt_is_a_t_bound_and_the_repeatability)
{
	double base[3], new[3], half = 2.776445105 * 0.01 * sqrt(2.0 / 3) + log1p(0.0005);
	struct verdict verdict;

	for (int i = 0; i < 3; i++) {
		base[i] = exp(0.01 * i);
		new[i] = exp(0.03 + 0.01 * i);
	}
	verdict = judge_one(row_of(base, 3, new, 3), &exact_defaults);
	assert_true(fabs(log(verdict.ratio) - 0.03) < 1e-12);
	assert_true(verdict.interval.known);
	assert_true(fabs(log(verdict.interval.lo) - (0.03 - half)) < 1e-9);
	assert_true(fabs(log(verdict.interval.hi) - (0.03 + half)) < 1e-9);
	/* t = 3.674 - 0.061 with 4 degrees: in the tables between 0.02 and 0.025, two-sided */
	assert_true(verdict.p > 0.02 && verdict.p < 0.025);
	assert_true(verdict.p_adj == verdict.p);
	assert_int_equal(verdict.direction, DIRECTION_HIGHER);
	assert_int_equal(verdict.pairs, 3);
}

/*
 * Boots 30 % apart by their layouts, which the pairs have in common. Ratios' logs 0.02, 0.03, 0.04:
 * their error is 0.01 / sqrt(3) with 2 degrees; 4.302653 of them at 95 %.
 */
TEST(what_pairs_have_in_common_is_no_doubt)
{
	double base[3], new[3], half = 4.302652730 * 0.01 / sqrt(3) + log1p(0.0005);
	struct verdict verdict;
	struct exact_row row;

	for (int i = 0; i < 3; i++) {
		base[i] = 1000 * exp(0.3 * i);
		new[i] = base[i] * exp(0.02 + 0.01 * i);
	}
	row = row_of(base, 3, new, 3);
	assert_int_equal(judge_one(row, &exact_defaults).direction, DIRECTION_UNRESOLVED);
	row.paired = true;
	verdict = judge_one(row, &exact_defaults);
	assert_true(fabs(log(verdict.ratio) - 0.03) < 1e-12);
	assert_true(fabs(log(verdict.interval.lo) - (0.03 - half)) < 1e-9);
	assert_true(fabs(log(verdict.interval.hi) - (0.03 + half)) < 1e-9);
	assert_int_equal(verdict.direction, DIRECTION_HIGHER);
	assert_int_equal(verdict.pairs, 3);
}

TEST(kernel_in_pairs_with_itself_is_the_same)
{
	const double boots[] = { 1000, 1300, 900 };
	struct exact_row row = row_of(boots, 3, boots, 3);
	struct verdict verdict;

	row.paired = true;
	verdict = judge_one(row, &exact_defaults);
	assert_int_equal(verdict.direction, DIRECTION_SAME);
	assert_true(verdict.interval.hi < 1.001 && verdict.interval.lo > 0.999);
	row.paired = false;
	assert_int_not_equal(judge_one(row, &exact_defaults).direction, DIRECTION_SAME);
}

TEST(what_repeats_exactly_differs_from_the_repeatability_on)
{
	static const struct {
		double new;
		enum direction direction;
	} cases[] = {
		{ 1000.4, DIRECTION_SAME }, { 999.6, DIRECTION_SAME }, { 1000, DIRECTION_SAME },
		{ 1002, DIRECTION_HIGHER }, { 998, DIRECTION_LOWER },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		double new[] = { cases[i].new, cases[i].new };
		struct verdict verdict = judge_one(row_of(steady, 3, new, 2), &exact_defaults);

		must(verdict.direction == cases[i].direction, "1000 to %g: %d", cases[i].new,
		     verdict.direction);
	}
}

TEST(one_boot_a_side_is_judged_by_the_floor_given)
{
	static const struct {
		double floor, new;
		enum direction direction;
		bool within;
	} cases[] = {
		{ EXACT_FLOOR_SAMPLED, 1150, DIRECTION_UNRESOLVED, false },
		{ EXACT_FLOOR_SAMPLED, 1250, DIRECTION_HIGHER, false },
		{ EXACT_FLOOR_SAMPLED, 800, DIRECTION_LOWER, false },
		{ EXACT_FLOOR_FIXED, 1004, DIRECTION_SAME, true },
		{ EXACT_FLOOR_FIXED, 1007, DIRECTION_HIGHER, true },
		{ EXACT_FLOOR_FIXED, 1100, DIRECTION_HIGHER, false },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct exact_options options = exact_defaults;
		struct verdict verdict;

		options.floor = cases[i].floor;
		verdict = judge_one(row_of(steady, 1, &cases[i].new, 1), &options);
		must(verdict.direction == cases[i].direction &&
			     verdict.within_delta == cases[i].within,
		     "%g: %d", cases[i].new, verdict.direction);
		assert_true(verdict.p == 0 || verdict.p == 1);
		assert_true(fabs(verdict.interval.hi / verdict.ratio - 1 - options.floor) < 1e-12);
		assert_int_equal(verdict.pairs_wanted, 0);
	}
}

TEST(row_may_have_a_floor_of_its_own_until_it_has_boots_enough)
{
	const double same[] = { 2000, 2000, 2000 };
	struct exact_row one = row_of(steady, 1, same, 1), many = row_of(steady, 3, same, 3);

	one.floor = many.floor = 1.5;
	assert_int_equal(judge_one(one, &exact_defaults).direction, DIRECTION_UNRESOLVED);
	assert_int_equal(judge_one(many, &exact_defaults).direction, DIRECTION_HIGHER);
	one.floor = 0.5;
	assert_int_equal(judge_one(one, &exact_defaults).direction, DIRECTION_HIGHER);
}

/* The least p times 3, the next times 2, the last as it is; none less than the one before. */
TEST(rows_are_corrected_by_holm)
{
	struct exact_row rows[4];
	double new[3][3], base[3], before = 0;
	struct verdict alone, verdicts[4];

	for (int i = 0; i < 3; i++) {
		base[i] = exp(0.01 * i);
		for (int row = 0; row < 3; row++)
			new[row][i] = exp(0.04 - 0.002 * row + 0.01 * i);
	}
	for (int row = 0; row < 3; row++)
		rows[row] = row_of(base, 3, new[row], 3);
	rows[3] = row_of(base, 3, NULL, 0); /* no row at all */
	assert_int_equal(exact_judge(rows, 4, &exact_defaults, verdicts), 0);
	for (int row = 0; row < 3; row++) {
		alone = judge_one(rows[row], &exact_defaults);
		before = fmax(before, alone.p * (3 - row));
		assert_true(verdicts[row].p == alone.p);
		must(fabs(verdicts[row].p_adj - before) < 1e-15, "row %d: %g, not %g", row,
		     verdicts[row].p_adj, before);
	}
	assert_int_equal(verdicts[3].direction, DIRECTION_UNRESOLVED);
	assert_true(verdicts[3].p_adj == 1 && verdicts[3].ratio == 1 && verdicts[3].gate_p == 1);
	assert_false(verdicts[3].interval.known);
}

TEST(gate_looks_at_what_is_worse)
{
	static const struct {
		double new;
		bool higher_is_better, fails;
	} cases[] = {
		{ 1080, false, true }, { 1040, false, false }, { 920, false, false },
		{ 920, true, true },   { 1080, true, false },
	};
	struct exact_options options = exact_defaults;

	options.gate_limit = 0.05;
	for (size_t i = 0; i < COUNT(cases); i++) {
		double new[] = { cases[i].new, cases[i].new * 1.0001 };
		struct exact_row row = row_of(steady, 3, new, 2);

		row.higher_is_better = cases[i].higher_is_better;
		must(judge_one(row, &options).gate_failed == cases[i].fails, "to %g", cases[i].new);
		assert_false(judge_one(row, &exact_defaults).gate_failed);
	}
}

static enum outcome walk_exact(void)
{
	static const double new[] = { 1010, 1010 };
	struct exact_row row = row_of(steady, 3, new, 2);
	struct verdict verdict;
	int ret;

	memory_runs_out();
	ret = exact_judge(&row, 1, &exact_defaults, &verdict);
	memory_is_back();
	if (ret)
		return ret == -ENOMEM ? REFUSED : WRONG;
	return verdict.direction == DIRECTION_HIGHER ? COMPLETE : WRONG;
}

TEST(an_exact_judgement_without_memory_is_refused)
{
	fail_walk(&(struct fail_walk){ .work = walk_exact });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(doubt_is_a_t_bound_and_the_repeatability),
		cmocka_unit_test(what_pairs_have_in_common_is_no_doubt),
		cmocka_unit_test(kernel_in_pairs_with_itself_is_the_same),
		cmocka_unit_test(what_repeats_exactly_differs_from_the_repeatability_on),
		cmocka_unit_test(one_boot_a_side_is_judged_by_the_floor_given),
		cmocka_unit_test(row_may_have_a_floor_of_its_own_until_it_has_boots_enough),
		cmocka_unit_test(rows_are_corrected_by_holm),
		cmocka_unit_test(gate_looks_at_what_is_worse),
		cmocka_unit_test(an_exact_judgement_without_memory_is_refused),
	};

	return RUN(tests);
}
