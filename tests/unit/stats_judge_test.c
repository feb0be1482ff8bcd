#include <math.h>

#include "base/random.h"
#include "fail_nth.h"
#include "stats/geomean.h"
#include "stats/judge.h"
#include "stats/maxt.h"
#include "stats/signflip.h"

#define ROWS 5
#define PAIRS 10

static double even(struct random *random)
{
	return (double)(random_next(random) >> 11) * 0x1p-53;
}

/* Whole numbers: every sum is exact by hand, and rows tie within themselves. */
static void draw(struct random *random, double *values, size_t rows, size_t pairs)
{
	for (size_t i = 0; i < rows * pairs; i++)
		values[i] = (double)random_below(random, 2001) - 800;
	for (size_t i = 0; i < rows; i++)
		values[i * pairs + random_below(random, pairs)] = NAN;
}

static double statistic_by_hand(const double *row, size_t pairs, size_t pattern, bool two_sided)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < pairs; i++) {
		if (isnan(row[i]))
			continue;
		sum += pattern >> i & 1 ? -row[i] : row[i];
		squares += row[i] * row[i];
	}
	return (two_sided ? fabs(sum) : sum) * (1 / sqrt(squares));
}

/* Westfall and Young as their book has it: the greatest of the rows that are no surer than this. */
static double step_by_hand(const double *values, size_t rows, size_t pairs, bool two_sided,
			   size_t row)
{
	double observed = statistic_by_hand(values + row * pairs, pairs, 0, two_sided);
	size_t reached = 0, patterns = (size_t)1 << pairs;

	for (size_t pattern = 0; pattern < patterns; pattern++) {
		double most = -INFINITY;

		for (size_t r = 0; r < rows; r++) {
			const double *other = values + r * pairs;

			if (statistic_by_hand(other, pairs, 0, two_sided) <= observed)
				most = fmax(most,
					    statistic_by_hand(other, pairs, pattern, two_sided));
		}
		reached += most >= observed;
	}
	return (double)reached / (double)patterns;
}

static double adjusted_by_hand(const double *values, size_t rows, size_t pairs, bool two_sided,
			       size_t row)
{
	double observed = statistic_by_hand(values + row * pairs, pairs, 0, two_sided), p = 0;

	for (size_t r = 0; r < rows; r++) {
		if (statistic_by_hand(values + r * pairs, pairs, 0, two_sided) >= observed)
			p = fmax(p, step_by_hand(values, rows, pairs, two_sided, r));
	}
	return p;
}

TEST(joint_p_is_what_all_patterns_flipped_by_hand_give)
{
	struct random random = random_seeded(1, 1);

	for (size_t pairs = 2; pairs <= PAIRS; pairs++) {
		for (int two_sided = 0; two_sided < 2; two_sided++) {
			double values[ROWS * PAIRS], p[ROWS];

			draw(&random, values, ROWS, pairs);
			assert_int_equal(maxt_adjust(values, ROWS, pairs, two_sided, 1, p), 0);
			for (size_t r = 0; r < ROWS; r++) {
				double should = adjusted_by_hand(values, ROWS, pairs, two_sided, r);

				must(p[r] == should, "%zu pairs, row %zu: %g, not %g", pairs, r,
				     p[r], should);
			}
		}
	}
}

TEST(one_row_alone_needs_no_correction)
{
	struct random random = random_seeded(2, 2);

	for (size_t pairs = 6; pairs <= 14; pairs++) {
		double values[14];
		struct verdict verdict;

		for (size_t i = 0; i < pairs; i++)
			values[i] = 0.01 * (even(&random) - 0.3);
		assert_int_equal(judge_rows(values, 1, pairs, NULL, &judge_defaults, &verdict), 0);
		assert_true(verdict.p == verdict.p_adj);
		assert_true(verdict.p == signflip_test(values, pairs, SIGNFLIP_TWO_SIDED, 1));
		assert_int_equal(verdict.pairs, pairs);
		assert_true(verdict.gate_p == 1 && !verdict.gate_failed);
	}
}

/* Noise of one part in a thousand, the same pattern in all rows but scaled. */
static void noise(double *row, size_t pairs, double middle, double spread)
{
	for (size_t i = 0; i < pairs; i++)
		row[i] = middle + spread * ((double)(i * 5 % pairs) / (double)(pairs - 1) - 0.5);
}

TEST(each_row_gets_its_word)
{
	enum { N = 8 };
	double values[5 * N];
	struct verdict verdicts[5];

	noise(values, N, 0.05, 0.004);
	noise(values + N, N, -0.05, 0.004);
	noise(values + 2 * N, N, 0.0001, 0.02);
	noise(values + 3 * N, N, 0.0001, 0.3);
	noise(values + 4 * N, N, 0.05, 0.004);
	for (size_t i = 5; i < N; i++)
		values[4 * N + i] = NAN;
	assert_int_equal(judge_rows(values, 5, N, NULL, &judge_defaults, verdicts), 0);
	assert_int_equal(verdicts[0].direction, DIRECTION_HIGHER);
	assert_int_equal(verdicts[1].direction, DIRECTION_LOWER);
	assert_int_equal(verdicts[2].direction, DIRECTION_SAME);
	assert_int_equal(verdicts[3].direction, DIRECTION_UNRESOLVED);
	assert_int_equal(verdicts[4].direction, DIRECTION_UNRESOLVED);
	assert_true(fabs(verdicts[0].ratio - exp(0.05)) < 1e-12);
	assert_true(verdicts[0].interval.lo < verdicts[0].ratio);
	assert_true(verdicts[0].interval.hi > verdicts[0].ratio);
	assert_int_equal(verdicts[4].pairs, 5);
	assert_false(verdicts[4].interval.known);
	assert_true(verdicts[4].p_adj == 1);
	assert_true(verdicts[2].pairs_wanted > 0);
	assert_true(verdicts[2].pairs_wanted < verdicts[3].pairs_wanted);
}

TEST(a_small_difference_beyond_doubt_is_one_and_is_said_to_be_small)
{
	double values[8];
	struct verdict verdict;

	noise(values, 8, 0.003, 0.001);
	assert_int_equal(judge_rows(values, 1, 8, NULL, &judge_defaults, &verdict), 0);
	assert_int_equal(verdict.direction, DIRECTION_HIGHER);
	assert_true(verdict.within_delta);
}

TEST(gate_fails_what_is_worse_by_more_than_its_limit_only)
{
	static const struct {
		double percent;
		bool higher_is_better, fails;
	} cases[] = {
		{ 8, false, true }, { 4, false, false }, { -8, false, false },
		{ -8, true, true }, { -4, true, false }, { 8, true, false },
	};
	struct judge_options options = judge_defaults;

	options.gate_limit = 0.05;
	for (size_t i = 0; i < COUNT(cases); i++) {
		double values[8];
		struct verdict verdict;

		noise(values, 8, log1p(cases[i].percent / 100), 0.01);
		assert_int_equal(
			judge_rows(values, 1, 8, &cases[i].higher_is_better, &options, &verdict),
			0);
		must(verdict.gate_failed == cases[i].fails, "%+g %%, gate p %g", cases[i].percent,
		     verdict.gate_p);
	}
}

/* Nothing that a file could not hold: no row, no pair, all missing, all 0, infinite, huge. */
TEST(odd_rows_give_finite_numbers_and_no_verdict)
{
	static const double odd[] = { 0, NAN, INFINITY, -INFINITY, 1e-300, 1400 };
	struct verdict verdict;

	for (size_t i = 0; i < COUNT(odd); i++) {
		double values[8];

		for (size_t j = 0; j < 8; j++)
			values[j] = j % 2 ? odd[i] : -odd[i];
		assert_int_equal(judge_rows(values, 1, 8, NULL, &judge_defaults, &verdict), 0);
		must(isfinite(verdict.ratio) && isfinite(verdict.interval.lo) &&
			     isfinite(verdict.interval.hi) && isfinite(verdict.p) &&
			     isfinite(verdict.p_adj),
		     "%g: not finite", odd[i]);
		assert_true(verdict.direction == DIRECTION_UNRESOLVED ||
			    verdict.direction == DIRECTION_SAME);
	}
	assert_int_equal(judge_rows(NULL, 0, 8, NULL, &judge_defaults, NULL), 0);
	assert_int_equal(judge_rows(NULL, 1, 0, NULL, &judge_defaults, &verdict), 0);
	assert_int_equal(verdict.direction, DIRECTION_UNRESOLVED);
	assert_true(verdict.ratio == 1 && verdict.p_adj == 1);
	assert_int_equal(
		judge_rows(NULL, 1, SIGNFLIP_MOST_PAIRS + 1, NULL, &judge_defaults, &verdict),
		-E2BIG);
}

TEST(order_of_pairs_and_of_rows_and_sign_do_not_matter)
{
	enum { N = 12 };
	struct random random = random_seeded(3, 3);
	double values[ROWS * N], turned[ROWS * N];
	struct verdict is[ROWS], other[ROWS];

	for (size_t i = 0; i < ROWS * N; i++)
		values[i] = rint(0x1p30 * 0.01 * (even(&random) - 0.3)) * 0x1p-30;
	for (size_t i = 0; i < ROWS * N; i++)
		turned[i] = -values[ROWS * N - 1 - i];
	assert_int_equal(judge_rows(values, ROWS, N, NULL, &judge_defaults, is), 0);
	assert_int_equal(judge_rows(turned, ROWS, N, NULL, &judge_defaults, other), 0);
	for (size_t r = 0; r < ROWS; r++) {
		assert_true(is[r].p_adj == other[ROWS - 1 - r].p_adj);
		assert_true(fabs(is[r].ratio * other[ROWS - 1 - r].ratio - 1) < 1e-12);
	}
}

/* 21 pairs, one of which is 0 in all rows, are the 20 that are enumerated. */
TEST(sampled_patterns_agree_with_all)
{
	enum { N = 21 };
	struct random random = random_seeded(4, 4);
	double values[ROWS * N], fewer[ROWS * (N - 1)], some[ROWS], all[ROWS];

	for (size_t r = 0; r < ROWS; r++) {
		for (size_t i = 0; i < N; i++) {
			values[r * N + i] = i + 1 < N ? even(&random) - 0.37 : 0;
			if (i + 1 < N)
				fewer[r * (N - 1) + i] = values[r * N + i];
		}
	}
	for (int two_sided = 0; two_sided < 2; two_sided++) {
		assert_int_equal(maxt_adjust(values, ROWS, N, two_sided, 1, some), 0);
		assert_int_equal(maxt_adjust(fewer, ROWS, N - 1, two_sided, 1, all), 0);
		for (size_t r = 0; r < ROWS; r++) {
			double luck = 4 * sqrt(all[r] * (1 - all[r]) / SIGNFLIP_SAMPLES);

			must(fabs(some[r] - all[r]) <= luck, "row %zu: %g, not %g", r, some[r],
			     all[r]);
		}
	}
}

TEST(geometric_mean_is_that_of_the_logs)
{
	static const double values[] = { 1, 2, 4, 8, 16, 32, 0, -1, NAN };
	struct geomean geomean;

	assert_int_equal(geomean_of(values, COUNT(values), 1, &geomean), 0);
	assert_int_equal(geomean.count, 6);
	assert_true(fabs(geomean.mean - sqrt(32)) < 1e-12);
	assert_true(geomean.interval.known && fabs(geomean.interval.lo - 1) < 1e-3 &&
		    fabs(geomean.interval.hi - 32) < 1e-1);
	assert_int_equal(geomean_of(values + 6, 3, 1, &geomean), 0);
	assert_true(geomean.mean == 1 && geomean.count == 0 && !geomean.interval.known);
}

TEST(geometric_mean_of_rows_averages_the_same_rows_in_each_pair)
{
	static const double logs[] = { 0.1, NAN, 0.3, 9, NAN, NAN, 0.3, NAN, 0.5 };
	struct geomean geomean;

	assert_int_equal(geomean_of_rows(logs, 3, 3, 1, &geomean), 0);
	assert_int_equal(geomean.count, 2);
	assert_int_equal(geomean.rows, 2);
	assert_true(fabs(geomean.mean - exp(0.3)) < 1e-12);
}

static enum outcome walk_judgement(void)
{
	double values[2 * 22];
	struct judge_options options = judge_defaults;
	struct verdict verdicts[2];
	struct geomean rows, boots;
	int ret;

	options.gate_limit = 0.02;
	noise(values, 44, 0.05, 0.004);
	memory_runs_out();
	ret = judge_rows(values, 2, 22, NULL, &options, verdicts);
	ret = ret ? ret : geomean_of_rows(values, 2, 22, 1, &rows);
	ret = ret ? ret : geomean_of(values, 44, 1, &boots);
	memory_is_back();
	if (ret)
		return ret == -ENOMEM ? REFUSED : WRONG;
	return verdicts[1].direction == DIRECTION_HIGHER && verdicts[1].gate_failed &&
			       rows.interval.known && boots.interval.known
		       ? COMPLETE
		       : WRONG;
}

TEST(a_judgement_without_memory_is_refused)
{
	fail_walk(&(struct fail_walk){ .work = walk_judgement });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joint_p_is_what_all_patterns_flipped_by_hand_give),
		cmocka_unit_test(one_row_alone_needs_no_correction),
		cmocka_unit_test(each_row_gets_its_word),
		cmocka_unit_test(a_small_difference_beyond_doubt_is_one_and_is_said_to_be_small),
		cmocka_unit_test(gate_fails_what_is_worse_by_more_than_its_limit_only),
		cmocka_unit_test(odd_rows_give_finite_numbers_and_no_verdict),
		cmocka_unit_test(order_of_pairs_and_of_rows_and_sign_do_not_matter),
		cmocka_unit_test(sampled_patterns_agree_with_all),
		cmocka_unit_test(geometric_mean_is_that_of_the_logs),
		cmocka_unit_test(geometric_mean_of_rows_averages_the_same_rows_in_each_pair),
		cmocka_unit_test(a_judgement_without_memory_is_refused),
	};

	return RUN(tests);
}
