#include <math.h>
#include <pthread.h>

#include "base/clock.h"
#include "unit.h"

static uint64_t raw_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * SEC + (uint64_t)now.tv_nsec;
}

TEST(clock_never_goes_back)
{
	uint64_t last = clock_now();

	for (int i = 0; i < 100000; i++) {
		uint64_t now = clock_now();

		assert_true(now >= last);
		last = now;
	}
}

TEST(calibrated_rate_agrees_with_the_kernels_raw_clock)
{
	double best = 1;

	/* Another process may run between the two reads of an instant: the best try counts. */
	for (int attempt = 0; attempt < 5 && best > 0.001; attempt++) {
		uint64_t raw = raw_ns(), ticks = clock_now(), raw_passed;
		double passed;

		usleep(50000);
		raw_passed = raw_ns() - raw;
		passed = clock_ticks_to_ns(clock_now() - ticks);
		best = fmin(best, fabs(passed - (double)raw_passed) / (double)raw_passed);
	}
	must(best <= 0.001, "%s is off by %.4f %%", clock_source.name, 100 * best);
}

TEST(source_says_what_it_is)
{
	if (clock_uses_counter) {
		assert_null(clock_source.why);
		assert_string_not_equal(clock_source.name, "monotonic_raw");
	} else {
		assert_non_null(clock_source.why);
		assert_string_equal(clock_source.name, "monotonic_raw");
		assert_true(clock_source.ns_per_tick == 1);
	}
	assert_true(clock_source.ns_per_tick > 0);
	assert_true(clock_source.error_ppm >= 0 && isfinite(clock_source.error_ppm));
}

TEST(wall_clock_never_goes_back)
{
	uint64_t start = clock_wall_ns();

	usleep(2000);
	assert_true(clock_wall_ns() >= start + 2 * MSEC);
}

static struct clock_source before;
static bool counter_before;

static int keep_source(void **state)
{
	(void)state;
	before = clock_source;
	counter_before = clock_uses_counter;
	return 0;
}

static int put_source_back(void **state)
{
	(void)state;
	clock_source = before;
	clock_uses_counter = counter_before;
	return 0;
}

TEST(trial_adopts_the_source_of_its_parent)
{
	const struct clock_source blank = { .name = "monotonic_raw", .ns_per_tick = 1 };

	clock_source = blank;
	clock_uses_counter = false;
	assert_int_equal(clock_adopt(before.name, before.ns_per_tick), 0);
	assert_string_equal(clock_source.name, before.name);
	assert_int_equal(clock_uses_counter, counter_before);
	assert_true(clock_source.ns_per_tick == before.ns_per_tick);
}

TEST(fallback_counts_nanoseconds_of_the_raw_clock)
{
	/* A rate that came with it means nothing: the rate of nanoseconds is defined. */
	assert_int_equal(clock_adopt("monotonic_raw", 0.25), 0);
	assert_false(clock_uses_counter);
	assert_true(clock_ticks_to_ns(1000) == 1000);
	for (int i = 0; i < 1000; i++) {
		uint64_t earlier = raw_ns(), now = clock_now(), later = raw_ns();

		assert_true(earlier <= now && now <= later);
	}
}

TEST(counter_that_is_not_of_this_machine_is_not_adopted)
{
	assert_int_equal(clock_adopt("sundial", 3), 0);
	assert_false(clock_uses_counter);
	assert_string_equal(clock_source.name, "monotonic_raw");
}

TEST(rate_that_makes_no_sense_is_refused)
{
	assert_int_equal(clock_adopt("tsc", 0), -EINVAL);
	assert_int_equal(clock_adopt("tsc", -1), -EINVAL);
	assert_memory_equal(&clock_source, &before, sizeof(before));
}

TEST(watched_clock_keeps_what_it_read)
{
	uint64_t list[3] = { 0 };
	struct clock_marks marks = { .list = list, .count = 7, .room = COUNT(list) };
	uint64_t earlier, first, second, later, ticks;

	earlier = raw_ns();
	clock_watch(&marks);
	assert_int_equal(marks.count, 0);
	assert_true(clock_ticks_to_ns(1000) == 1000);
	first = clock_now();
	second = clock_now();
	clock_unwatch();
	later = raw_ns();
	assert_true(earlier <= first && first <= second && second <= later);
	assert_int_equal(marks.count, 2);
	assert_int_equal(list[0], first);
	assert_int_equal(list[1], second);
	/* The source is the one of before, and keeps no reading. */
	assert_memory_equal(&clock_source, &before, sizeof(before));
	assert_int_equal(clock_uses_counter, counter_before);
	ticks = clock_now();
	assert_true(ticks > 0);
	assert_int_equal(marks.count, 2);
}

TEST(readings_beyond_the_room_are_counted_and_not_kept)
{
	uint64_t list[3] = { 0, 0, 99 };
	struct clock_marks marks = { .list = list, .room = 2 };

	clock_watch(&marks);
	for (int i = 0; i < 5; i++)
		clock_now();
	clock_unwatch();
	assert_int_equal(marks.count, 5);
	assert_int_equal(list[2], 99);
}

static void *read_the_clock(void *argument)
{
	clock_now();
	return argument;
}

TEST(readings_of_other_threads_are_not_kept)
{
	uint64_t list[3];
	struct clock_marks marks = { .list = list, .room = COUNT(list) };
	pthread_t thread;

	clock_watch(&marks);
	assert_int_equal(pthread_create(&thread, NULL, read_the_clock, NULL), 0);
	pthread_join(thread, NULL);
	clock_unwatch();
	assert_int_equal(marks.count, 0);
}

#define ADOPTS(test) cmocka_unit_test_setup_teardown(test, keep_source, put_source_back)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clock_never_goes_back),
		cmocka_unit_test(calibrated_rate_agrees_with_the_kernels_raw_clock),
		cmocka_unit_test(source_says_what_it_is),
		cmocka_unit_test(wall_clock_never_goes_back),
		ADOPTS(trial_adopts_the_source_of_its_parent),
		ADOPTS(watched_clock_keeps_what_it_read),
		ADOPTS(readings_beyond_the_room_are_counted_and_not_kept),
		ADOPTS(readings_of_other_threads_are_not_kept),
		ADOPTS(fallback_counts_nanoseconds_of_the_raw_clock),
		ADOPTS(counter_that_is_not_of_this_machine_is_not_adopted),
		ADOPTS(rate_that_makes_no_sense_is_refused),
	};

	clock_choose();
	clock_calibrate();
	return RUN(tests);
}
