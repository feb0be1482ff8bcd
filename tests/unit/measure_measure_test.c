#include <math.h>

#include "fakes.h"

static const struct bench plain = { .name = "plain", .metrics = fake_metrics, .run = fake_run };

static bool yes(const struct value *values)
{
	(void)values;
	return true;
}

static bool no(const struct value *values)
{
	(void)values;
	return false;
}

static const struct bench batching = {
	.name = "batching", .metrics = fake_metrics, .run = fake_run, .can_batch = yes
};
static const struct bench unwilling = {
	.name = "unwilling", .metrics = fake_metrics, .run = fake_run, .can_batch = no
};

static uint64_t level(const struct trial *t, uint64_t iteration)
{
	(void)t;
	return 1000000 + iteration % 3 * 1000;
}

/* A twentieth less each time: caches that go on filling. */
static uint64_t falling(const struct trial *t, uint64_t iteration)
{
	(void)t;
	return (uint64_t)(1e9 * pow(0.95, (double)iteration));
}

static uint64_t falling_then_level(const struct trial *t, uint64_t iteration)
{
	return iteration < 20 ? falling(t, iteration) : 1000000;
}

/* 10 ticks an operation, as often as the harness asks for between two clock reads. */
static uint64_t ten_each(const struct trial *t, uint64_t iteration)
{
	(void)iteration;
	return 10 * t->batch;
}

static uint64_t no_time(const struct trial *t, uint64_t iteration)
{
	(void)t, (void)iteration;
	return 0;
}

TEST(warm_up_ends_when_the_series_is_steady)
{
	struct fake_script script = { .ticks = level };
	struct trial t = fake_trial(&plain, &script);
	struct measured measured = { 0 };
	const struct measure_plan plan = { .iterations = 5, .warmup = WARMUP_AUTO };

	assert_int_equal(measure_warm_up(&t, &plan, &measured), 0);
	assert_true(measured.steady);
	assert_int_equal(measured.warmup_done, script.iterations);
	/* It takes two windows to compare, and a level series needs no more. */
	assert_true(measured.warmup_done >= 2 && measured.warmup_done <= 16);
	trial_release(&t);
}

TEST(warm_up_goes_on_until_the_trend_is_over)
{
	struct fake_script script = { .ticks = falling_then_level };
	struct trial t = fake_trial(&plain, &script);
	struct measured measured = { 0 };
	const struct measure_plan plan = { .iterations = 5, .warmup = WARMUP_AUTO };

	assert_int_equal(measure_warm_up(&t, &plan, &measured), 0);
	assert_true(measured.steady);
	must(measured.warmup_done > 20, "it ended after %u", measured.warmup_done);
	trial_release(&t);
}

TEST(warm_up_of_a_series_that_never_settles_ends_and_says_so)
{
	struct fake_script script = { .ticks = falling };
	struct trial t = fake_trial(&plain, &script);
	struct measured measured = { 0 };
	const struct measure_plan plan = { .iterations = 5, .warmup = WARMUP_AUTO };

	assert_int_equal(measure_warm_up(&t, &plan, &measured), 0);
	assert_false(measured.steady);
	assert_true(measured.warmup_done >= 50 && measured.warmup_done <= 1000);
	trial_release(&t);
}

TEST(warm_up_of_given_length_has_that_length)
{
	static const uint32_t lengths[] = { 0, 1, 7, 500 };

	for (size_t i = 0; i < COUNT(lengths); i++) {
		struct fake_script script = { .ticks = level };
		struct trial t = fake_trial(&plain, &script);
		struct measured measured = { 0 };
		const struct measure_plan plan = { .iterations = 5, .warmup = lengths[i] };

		assert_int_equal(measure_warm_up(&t, &plan, &measured), 0);
		assert_int_equal(script.iterations, lengths[i]);
		assert_int_equal(measured.warmup_done, lengths[i]);
		trial_release(&t);
	}
}

TEST(warm_up_leaves_no_samples_behind)
{
	struct fake_script script = { .ticks = level };
	struct trial t = fake_trial(&plain, &script);
	struct measured measured = { 0 };
	const struct measure_plan plan = { .iterations = 5, .warmup = 400 };

	assert_int_equal(measure_warm_up(&t, &plan, &measured), 0);
	assert_int_equal(t.samples[0].count, 0);
	assert_int_equal(t.samples[0].lost, 0);
	assert_true(t.samples[0].room >= plan.iterations);
	trial_release(&t);
}

TEST(iterations_are_as_many_as_asked_for)
{
	static const uint32_t counts[] = { 1, 2, 50, 1000 };

	for (size_t i = 0; i < COUNT(counts); i++) {
		struct fake_script script = { .ticks = level };
		struct trial t = fake_trial(&plain, &script);
		struct measured measured = { 0 };
		const struct measure_plan plan = { .iterations = counts[i], .warmup = 3 };

		assert_int_equal(measure_warm_up(&t, &plan, &measured), 0);
		assert_int_equal(measure_run(&t, &plan, &measured), 0);
		assert_int_equal(script.iterations, 3 + counts[i]);
		for (size_t metric = 0; metric < 2; metric++) {
			assert_int_equal(t.samples[metric].count, counts[i]);
			assert_int_equal(t.samples[metric].lost, 0);
		}
		trial_release(&t);
	}
}

TEST(samples_are_those_of_the_timed_iterations_in_order)
{
	struct fake_script script = { .ticks = falling };
	struct trial t = fake_trial(&plain, &script);
	struct measured measured = { 0 };
	const struct measure_plan plan = { .iterations = 6, .warmup = 4 };

	assert_int_equal(measure_warm_up(&t, &plan, &measured), 0);
	assert_int_equal(measure_run(&t, &plan, &measured), 0);
	for (uint64_t i = 0; i < 6; i++) {
		assert_true(t.samples[0].values[i] == falling(&t, 5 + i));
		assert_int_equal(t.samples[1].values[i], 3);
	}
	trial_release(&t);
}

TEST(error_stops_the_warm_up_and_the_run)
{
	static const struct {
		uint64_t fail_at;
		int in_warm_up, in_run;
		uint64_t samples;
	} cases[] = {
		{ 1, -EIO, 0, 0 },
		{ 3, -EIO, 0, 0 },
		{ 4, 0, -EIO, 0 },
		{ 6, 0, -EIO, 2 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fake_script script = { .ticks = level,
					      .fail_at = cases[i].fail_at,
					      .error = -EIO };
		struct trial t = fake_trial(&plain, &script);
		struct measured measured = { 0 };
		const struct measure_plan plan = { .iterations = 10, .warmup = 3 };

		assert_int_equal(measure_warm_up(&t, &plan, &measured), cases[i].in_warm_up);
		if (!cases[i].in_warm_up)
			assert_int_equal(measure_run(&t, &plan, &measured), cases[i].in_run);
		assert_int_equal(script.iterations, cases[i].fail_at);
		assert_int_equal(t.samples[0].count, cases[i].samples);
		trial_release(&t);
	}
}

TEST(invalid_stops_an_automatic_warm_up_too)
{
	struct fake_script script = { .ticks = falling, .fail_at = 2, .error = INVALID };
	struct trial t = fake_trial(&plain, &script);
	struct measured measured = { 0 };
	const struct measure_plan plan = { .iterations = 5, .warmup = WARMUP_AUTO };

	assert_int_equal(measure_warm_up(&t, &plan, &measured), INVALID);
	assert_int_equal(script.iterations, 2);
	trial_release(&t);
}

TEST(short_operation_is_repeated_between_two_clock_reads)
{
	struct fake_script script = { .ticks = ten_each };
	struct trial t = fake_trial(&batching, &script);
	struct measured measured = { 0 };
	const struct measure_plan plan = { .iterations = 20, .warmup = 5 };

	assert_int_equal(measure_warm_up(&t, &plan, &measured), 0);
	/* 10 ns an operation is less than 20 empty brackets of the system's clock. */
	must(t.batch > 1, "an overhead of %.1f ns gave no batch", measured.overhead_ns);
	assert_true(10.0 * t.batch >= 20 * measured.overhead_ns || t.batch == 4096);
	assert_int_equal(t.batch & (t.batch - 1), 0);
	assert_int_equal(measure_run(&t, &plan, &measured), 0);
	assert_int_equal(t.samples[0].values[0], 10 * t.batch);
	trial_release(&t);
}

TEST(long_operation_and_one_that_cannot_are_not_repeated)
{
	static const struct {
		const struct bench *bench;
		uint64_t (*ticks)(const struct trial *t, uint64_t iteration);
		bool short_one;
	} cases[] = {
		{ &batching, level, false },
		{ &plain, ten_each, true },
		{ &unwilling, ten_each, true },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fake_script script = { .ticks = cases[i].ticks };
		struct trial t = fake_trial(cases[i].bench, &script);
		struct measured measured = { 0 };
		const struct measure_plan plan = { .iterations = 20, .warmup = 5 };

		assert_int_equal(measure_warm_up(&t, &plan, &measured), 0);
		assert_int_equal(measure_run(&t, &plan, &measured), 0);
		must(t.batch == 1, "%s has a batch of %u", cases[i].bench->name, t.batch);
		must(measured.too_short[0] == cases[i].short_one, "%s is%s marked as too short",
		     cases[i].bench->name, measured.too_short[0] ? "" : " not");
		assert_false(measured.too_short[1]);
		trial_release(&t);
	}
}

TEST(operation_of_no_time_at_all_ends_the_search_for_a_batch)
{
	struct fake_script script = { .ticks = no_time };
	struct trial t = fake_trial(&batching, &script);
	struct measured measured = { 0 };
	const struct measure_plan plan = { .iterations = 2, .warmup = 1 };

	assert_int_equal(measure_warm_up(&t, &plan, &measured), 0);
	assert_int_equal(t.batch, 4096);
	trial_release(&t);
}

TEST(empty_bracket_has_a_cost)
{
	struct fake_script script = { .ticks = level };
	struct trial t = fake_trial(&plain, &script);
	struct measured measured = { .overhead_ns = -1 };
	const struct measure_plan plan = { .iterations = 2, .warmup = 1 };

	assert_int_equal(measure_warm_up(&t, &plan, &measured), 0);
	assert_true(measured.overhead_ns > 0 && isfinite(measured.overhead_ns));
	trial_release(&t);
}

TEST(noise_of_the_timed_part_is_told)
{
	struct fake_script script = { .ticks = level };
	struct trial t = fake_trial(&plain, &script);
	struct measured measured = { 0 };
	const struct measure_plan plan = { .iterations = 2, .warmup = 1 };

	assert_int_equal(measure_warm_up(&t, &plan, &measured), 0);
	assert_int_equal(measure_run(&t, &plan, &measured), 0);
	assert_true(measured.noise.count > 0);
	trial_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(warm_up_ends_when_the_series_is_steady),
		cmocka_unit_test(warm_up_goes_on_until_the_trend_is_over),
		cmocka_unit_test(warm_up_of_a_series_that_never_settles_ends_and_says_so),
		cmocka_unit_test(warm_up_of_given_length_has_that_length),
		cmocka_unit_test(warm_up_leaves_no_samples_behind),
		cmocka_unit_test(iterations_are_as_many_as_asked_for),
		cmocka_unit_test(samples_are_those_of_the_timed_iterations_in_order),
		cmocka_unit_test(error_stops_the_warm_up_and_the_run),
		cmocka_unit_test(invalid_stops_an_automatic_warm_up_too),
		cmocka_unit_test(short_operation_is_repeated_between_two_clock_reads),
		cmocka_unit_test(long_operation_and_one_that_cannot_are_not_repeated),
		cmocka_unit_test(operation_of_no_time_at_all_ends_the_search_for_a_batch),
		cmocka_unit_test(empty_bracket_has_a_cost),
		cmocka_unit_test(noise_of_the_timed_part_is_told),
	};

	fake_clock();
	return RUN(tests);
}
