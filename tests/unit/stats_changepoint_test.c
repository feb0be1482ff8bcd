#include <math.h>

#include "fail_nth.h"
#include "simulation.h"
#include "stats/changepoint.h"

#define KERNELS 6
#define ROUNDS 6

/* Levels a kernel, some noise that is the same whenever asked for, and drift from round to round. */
static void fill(double *logs, const double *levels, size_t kernels, size_t rounds, uint64_t seed)
{
	struct random random = random_seeded(seed, 5);

	for (size_t k = 0; k < kernels; k++) {
		for (size_t round = 0; round < rounds; round++)
			logs[k * rounds + round] =
				levels[k] + 0.05 * (double)round + 0.005 * draw_normal(&random);
	}
}

TEST(steps_are_found_where_they_are)
{
	static const struct {
		double levels[KERNELS];
		size_t steps[3], count;
	} cases[] = {
		{ { 0, 0, 0, 0, 0, 0 }, { 0 }, 0 },
		{ { 0, 0, 0, 0.03, 0.03, 0.03 }, { 3 }, 1 },
		{ { 0, 0.03, 0.03, 0.03, 0.03, 0.03 }, { 1 }, 1 },
		{ { 0, 0, 0, 0, 0, -0.03 }, { 5 }, 1 },
		{ { 0, 0, 0.04, 0.04, 0, 0 }, { 2, 4 }, 2 },
		{ { 0, 0.04, 0.04, 0.1, 0.1, 0.02 }, { 1, 3, 5 }, 3 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		double logs[KERNELS * ROUNDS];
		struct changepoint points[KERNELS];

		fill(logs, cases[i].levels, KERNELS, ROUNDS, 3);
		logs[2 * ROUNDS + 1] = NAN;
		must(changepoint_find(logs, KERNELS, ROUNDS, &changepoint_defaults, points) ==
			     (int)cases[i].count,
		     "case %zu: not %zu steps", i, cases[i].count);
		for (size_t j = 0; j < cases[i].count; j++) {
			size_t at = cases[i].steps[j];
			double step = cases[i].levels[at] - cases[i].levels[at - 1];

			must(points[j].index == at, "case %zu: %zu, not %zu", i, points[j].index,
			     at);
			assert_true(points[j].p > 0 && points[j].p <= 0.05);
			must(fabs(log(points[j].ratio) - step) < 0.01, "case %zu: step %g", i,
			     log(points[j].ratio));
		}
	}
}

/* Two kernels, six rounds: every order is a sign pattern, of which 2 in 64 reach a clean step. */
TEST(two_kernels_are_a_sign_flip_test)
{
	double logs[12];
	struct changepoint point;

	for (size_t i = 0; i < 12; i++)
		logs[i] = (i < 6 ? 0 : 1) + 0.01 * (double)i;
	assert_int_equal(changepoint_find(logs, 2, 6, &changepoint_defaults, &point), 1);
	assert_int_equal(point.index, 1);
	assert_true(fabs(point.p - 2 / 64.0) < 4 * sqrt(2 / 64.0 / 9999));
	assert_int_equal(changepoint_find(logs, 2, 5, &changepoint_defaults, &point), 0);
}

TEST(the_same_seed_gives_the_same_and_scale_does_not_matter)
{
	static const double levels[KERNELS] = { 0, 0, 0, 0.006, 0.006, 0.006 };
	double logs[KERNELS * ROUNDS];
	struct changepoint is[KERNELS], other[KERNELS];
	int count;

	fill(logs, levels, KERNELS, ROUNDS, 3);
	count = changepoint_find(logs, KERNELS, ROUNDS, &changepoint_defaults, is);
	assert_int_equal(count, 1);
	for (size_t i = 0; i < KERNELS * ROUNDS; i++)
		logs[i] *= -64;
	assert_int_equal(changepoint_find(logs, KERNELS, ROUNDS, &changepoint_defaults, other),
			 count);
	assert_true(is[0].p == other[0].p && is[0].index == other[0].index);
}

TEST(nothing_to_find_is_nothing)
{
	static const double same[12] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	static const double none[4] = { NAN, NAN, NAN, NAN };
	struct changepoint points[12];

	assert_int_equal(changepoint_find(same, 3, 4, &changepoint_defaults, points), 0);
	assert_int_equal(changepoint_find(same, 1, 12, &changepoint_defaults, points), 0);
	assert_int_equal(changepoint_find(same, 12, 1, &changepoint_defaults, points), 0);
	assert_int_equal(changepoint_find(none, 2, 2, &changepoint_defaults, points), 0);
	assert_int_equal(changepoint_find(NULL, 0, 0, &changepoint_defaults, points), 0);
}

TEST(a_series_without_a_step_seldom_has_one)
{
	static const double level[KERNELS];
	struct changepoint_options options = changepoint_defaults;
	struct tally found = { 0 };

	options.permutations = 199;
	for (uint64_t seed = 0; seed < 400; seed++) {
		double logs[KERNELS * ROUNDS];
		struct changepoint points[KERNELS];

		fill(logs, level, KERNELS, ROUNDS, seed);
		options.seed = seed;
		tally_add(&found, changepoint_find(logs, KERNELS, ROUNDS, &options, points) > 0);
	}
	must(tally_rate(found) <= 0.05 + tally_luck(found, 0.05), "%zu of %zu", found.yes,
	     found.all);
}

static enum outcome walk_series(void)
{
	static const double levels[KERNELS] = { 0, 0, 0, 0.03, 0.03, 0.03 };
	double logs[KERNELS * ROUNDS];
	struct changepoint points[KERNELS];
	int ret;

	fill(logs, levels, KERNELS, ROUNDS, 3);
	memory_runs_out();
	ret = changepoint_find(logs, KERNELS, ROUNDS, &changepoint_defaults, points);
	memory_is_back();
	if (ret < 0)
		return ret == -ENOMEM ? REFUSED : WRONG;
	return ret == 1 ? COMPLETE : WRONG;
}

TEST(a_series_without_memory_is_refused)
{
	fail_walk(&(struct fail_walk){ .work = walk_series });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_are_found_where_they_are),
		cmocka_unit_test(two_kernels_are_a_sign_flip_test),
		cmocka_unit_test(the_same_seed_gives_the_same_and_scale_does_not_matter),
		cmocka_unit_test(nothing_to_find_is_nothing),
		cmocka_unit_test(a_series_without_a_step_seldom_has_one),
		cmocka_unit_test(a_series_without_memory_is_refused),
	};

	return RUN(tests);
}
