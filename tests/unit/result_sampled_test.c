#include "fakes.h"
#include "result/sampled.h"

static const struct metric metrics[] = {
	{ .name = "pin_ns", .unit = "ns", .better = "lower" },
	{ .name = "unpin_ns", .unit = "ns", .better = "lower" },
	{ .name = "slope", .unit = "ns", .better = "lower" },
	{ .name = NULL },
};

static const struct bench bench = { .name = "fake", .metrics = metrics, .run = fake_run };

static uint64_t frames[] = { 0xffffffff81000003, 0xffffffff81000002, 0xffffffff81000001 };

static struct profiled_sample samples[] = {
	{ .metrics = 1, .nr_frames = 3, .first_frame = 0, .weight = 1 },
	{ .metrics = 1, .nr_frames = 0, .first_frame = 3, .weight = 1 },
	{ .metrics = 2, .nr_frames = 1, .first_frame = 2, .weight = 4 },
	{ .metrics = 3,
	  .nr_frames = 3,
	  .first_frame = 0,
	  .weight = 2 }, /* one bracket in another */
};

static const struct profiled profiled = {
	.event = "cpu-clock",
	.by_clock = true,
	.metrics = { { .operations = 20, .samples = 4 },
		     { .operations = 19, .unplaced = 1, .samples = 6 },
		     { .operations = 1, .unplaced = 19 } },
	.samples = samples,
	.nr_samples = COUNT(samples),
	.frames = frames,
	.nr_frames = COUNT(frames),
	.losses = { .lost = 7 },
};

static uint64_t count_of(const json_t *metric, const char *stack)
{
	return (uint64_t)json_integer_value(json_object_get(sampled_stacks(metric), stack));
}

TEST(samples_are_summed_by_stack_outermost_first)
{
	const struct trial t = { .bench = &bench };
	json_t *sampled = sampled_make(&t, &profiled), *pin, *unpin;

	assert_string_equal(sampled_event(sampled), "cpu-clock");
	assert_true(sampled_is_by_clock(sampled));
	assert_int_equal(sampled_lost(sampled), 7);
	assert_int_equal(json_object_size(sampled_metrics(sampled)), 2);
	pin = json_object_get(sampled_metrics(sampled), "pin_ns");
	unpin = json_object_get(sampled_metrics(sampled), "unpin_ns");
	assert_int_equal(sampled_operations(pin), 20);
	assert_int_equal(sampled_operations(unpin), 19);
	assert_int_equal(json_object_size(sampled_stacks(pin)), 2);
	assert_int_equal(count_of(pin, "ffffffff81000001;ffffffff81000002;ffffffff81000003"), 3);
	assert_int_equal(count_of(pin, ""), 1);
	assert_int_equal(json_object_size(sampled_stacks(unpin)), 2);
	assert_int_equal(count_of(unpin, "ffffffff81000001;ffffffff81000002;ffffffff81000003"), 2);
	assert_int_equal(count_of(unpin, "ffffffff81000001"), 4);
	json_decref(sampled);
}

TEST(outcome_has_it_until_it_is_taken_out)
{
	const struct trial t = { .bench = &bench };
	json_t *outcome = json_pack("{s:s}", "status", "ok"), *sampled;

	assert_null(sampled_take(outcome));
	sampled_put(outcome, NULL);
	assert_int_equal(json_object_size(outcome), 1);
	sampled_put(outcome, sampled_make(&t, &profiled));
	assert_int_equal(json_object_size(outcome), 2);
	sampled = sampled_take(outcome);
	assert_non_null(sampled);
	assert_int_equal(json_object_size(outcome), 1);
	json_decref(outcome);
	assert_string_equal(sampled_event(sampled), "cpu-clock");
	json_decref(sampled);
}

TEST(what_is_missing_reads_as_nothing)
{
	json_t *empty = json_object();

	assert_string_equal(sampled_event(empty), "");
	assert_false(sampled_is_by_clock(empty));
	assert_int_equal(sampled_lost(empty), 0);
	assert_null(sampled_metrics(empty));
	assert_int_equal(sampled_operations(empty), 0);
	assert_null(sampled_stacks(empty));
	json_decref(empty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_summed_by_stack_outermost_first),
		cmocka_unit_test(outcome_has_it_until_it_is_taken_out),
		cmocka_unit_test(what_is_missing_reads_as_nothing),
	};

	return RUN(tests);
}
