#include <pthread.h>
#include <sys/syscall.h>

#include "measure/measure.h"
#include "measure/profiling.h"
#include "unit.h"

enum { LONG_NS, SHORT_NS, SLOPE_NS, COUNTED };

static const struct metric metrics[] = {
	{ .name = "long_ns", .unit = "ns", .better = "lower" },
	{ .name = "short_ns", .unit = "ns", .better = "lower" },
	{ .name = "slope_ns", .unit = "ns", .better = "lower", .divisor = 1000 },
	{ .name = "counted", .unit = "count", .better = "lower" },
	{ .name = NULL },
};

/* What the benchmark does, and how often it was called. */
struct script {
	uint64_t iterations, fail_at;
	unsigned int readings; /* of the clock, besides */
	bool silent; /* the kernel tells the time, not the clock */
	bool elsewhere; /* and another thread, process or device does the work */
};

static void call(unsigned int times)
{
	for (unsigned int i = 0; i < times; i++)
		syscall(SYS_getppid);
}

static void add_brackets(struct trial *t)
{
	uint64_t start, middle, end;

	start = clock_now();
	call(2000);
	middle = clock_now();
	call(20);
	end = clock_now();
	sample_ticks(t, LONG_NS, middle - start);
	sample_ticks(t, SHORT_NS, end - middle);
}

static int run(struct trial *t)
{
	struct script *script = t->priv;

	script->iterations++;
	if (script->iterations == script->fail_at)
		return reason_set(&t->reason, -EIO, "the device is gone");
	if (script->elsewhere) {
		usleep(2000);
		sample_ticks(t, LONG_NS, 12345);
	} else if (script->silent) {
		call(2000);
		sample_ticks(t, LONG_NS, 12345);
	} else {
		add_brackets(t);
	}
	for (unsigned int i = 0; i < script->readings; i++)
		clock_now();
	sample_ticks(t, SLOPE_NS, 777);
	sample_count(t, COUNTED, 5);
	trial_note(t, "said", "%s", "by an iteration");
	return 0;
}

static const struct bench bench = { .name = "fake", .metrics = metrics, .run = run };

static struct trial make_trial(struct script *script)
{
	return (struct trial){ .bench = &bench, .batch = 1, .priv = script };
}

/* Runs the timed part, as before any profile. */
static void measure(struct trial *t)
{
	const struct measure_plan plan = { .iterations = 4, .warmup = 1 };
	struct measured measured = { 0 };

	assert_int_equal(measure_warm_up(t, &plan, &measured), 0);
	assert_int_equal(measure_run(t, &plan, &measured), 0);
	t->nr_notes = 0;
}

static void need_perf(char event[SAMPLER_EVENT])
{
	struct reason reason = { "" };

	if (sampler_choose(SAMPLER_WITHOUT_PMU, event, &reason))
		skip_because("%s", reason.text);
}

static struct samples copy_of(const struct samples *samples)
{
	struct samples copy = *samples;

	copy.values = malloc(copy.count * sizeof(*copy.values));
	assert_non_null(copy.values);
	memcpy(copy.values, samples->values, copy.count * sizeof(*copy.values));
	return copy;
}

static void must_be_as_before(const struct trial *t, struct samples before[])
{
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(t->samples[i].count, before[i].count);
		assert_int_equal(t->samples[i].room, before[i].room);
		assert_memory_equal(t->samples[i].values, before[i].values,
				    before[i].count * sizeof(uint64_t));
		free(before[i].values);
	}
	assert_int_equal(t->nr_notes, 0);
	assert_string_equal(t->reason.text, "");
}

TEST(brackets_are_profiled_and_the_timed_samples_stay)
{
	struct script script = { .iterations = 0 };
	struct trial t = make_trial(&script);
	struct clock_source source;
	struct profiled profiled;
	struct samples before[4];
	struct reason reason = { "" };
	char event[SAMPLER_EVENT];
	uint64_t all, kept = 0;

	need_perf(event);
	measure(&t);
	for (size_t i = 0; i < 4; i++)
		before[i] = copy_of(&t.samples[i]);
	source = clock_source;
	script.iterations = 0;
	must(!profiling_run(&t, event, 200000, &profiled, &reason), "%s", reason.text);
	must_be_as_before(&t, before);
	assert_memory_equal(&clock_source, &source, sizeof(source));

	assert_string_equal(profiled.event, event);
	assert_int_equal(profiled.iterations, script.iterations);
	assert_int_equal(profiled.metrics[LONG_NS].operations, script.iterations);
	assert_int_equal(profiled.metrics[SHORT_NS].operations, script.iterations);
	assert_false(profiled.of_iterations);
	assert_true(profiling_has_metric(&profiled, LONG_NS));
	assert_true(profiling_has_metric(&profiled, SHORT_NS));
	assert_false(profiling_has_metric(&profiled, SLOPE_NS));
	assert_false(profiling_has_metric(&profiled, COUNTED));
	/* Of about a hundred times as many calls, and those in between belong to neither. */
	all = profiled.metrics[LONG_NS].samples + profiled.metrics[SHORT_NS].samples;
	must(all > 100, "%llu samples", (unsigned long long)all);
	must(profiled.metrics[LONG_NS].samples > 20 * profiled.metrics[SHORT_NS].samples,
	     "%llu samples of the long one, %llu of the short one",
	     (unsigned long long)profiled.metrics[LONG_NS].samples,
	     (unsigned long long)profiled.metrics[SHORT_NS].samples);
	for (size_t i = 0; i < profiled.nr_samples; i++)
		kept += profiled.samples[i].weight;
	assert_int_equal(kept, all);
	profiling_release(&profiled);
	trial_release(&t);
}

TEST(samples_lie_in_the_frames_that_were_kept)
{
	struct script script = { .iterations = 0 };
	struct trial t = make_trial(&script);
	struct profiled profiled;
	struct reason reason = { "" };
	char event[SAMPLER_EVENT];
	size_t next = 0, kernel = 0;

	need_perf(event);
	measure(&t);
	must(!profiling_run(&t, event, 200000, &profiled, &reason), "%s", reason.text);
	for (size_t i = 0; i < profiled.nr_samples; i++) {
		const struct profiled_sample *sample = &profiled.samples[i];

		assert_int_equal(sample->first_frame, next);
		next += sample->nr_frames;
		kernel += sample->nr_frames > 0;
		assert_true(sample->metrics == 1 || sample->metrics == 2);
		for (size_t j = 0; j < sample->nr_frames; j++) /* no user's address */
			assert_true(profiled.frames[sample->first_frame + j] >> 63);
	}
	assert_int_equal(next, profiled.nr_frames);
	assert_true(kernel > 0);
	profiling_release(&profiled);
	trial_release(&t);
}

TEST(more_clock_reads_than_expected_are_made_room_for)
{
	struct script script = { .readings = 100000 };
	struct trial t = make_trial(&script);
	struct profiled profiled;
	struct reason reason = { "" };
	char event[SAMPLER_EVENT];

	need_perf(event);
	measure(&t);
	script.iterations = 0;
	must(!profiling_run(&t, event, 200000, &profiled, &reason), "%s", reason.text);
	/* Nothing is known of the first one, and all of the others. */
	assert_int_equal(profiled.iterations, script.iterations - 1);
	assert_int_equal(profiled.metrics[LONG_NS].operations, script.iterations - 1);
	profiling_release(&profiled);
	trial_release(&t);
}

TEST(times_that_the_kernel_tells_have_whole_iterations)
{
	struct script script = { .silent = true };
	struct trial t = make_trial(&script);
	struct profiled profiled;
	struct reason reason = { "" };
	char event[SAMPLER_EVENT];

	need_perf(event);
	measure(&t);
	script.iterations = 0;
	must(!profiling_run(&t, event, 200000, &profiled, &reason), "%s", reason.text);
	assert_true(profiled.of_iterations);
	assert_int_equal(profiled.metrics[LONG_NS].operations, script.iterations);
	assert_true(profiled.metrics[LONG_NS].samples > 100);
	profiling_release(&profiled);
	trial_release(&t);
}

/* Runs a profile that must not come about; returns why. */
static const char *refused(struct script *script, int expected)
{
	static struct reason reason;
	struct trial t = make_trial(script);
	struct profiled profiled = { .iterations = 99 };
	struct samples before[4];
	char event[SAMPLER_EVENT];

	reason = (struct reason){ "" };
	need_perf(event);
	measure(&t);
	script->iterations = 0;
	for (size_t i = 0; i < 4; i++)
		before[i] = copy_of(&t.samples[i]);
	assert_int_equal(profiling_run(&t, event, 200000, &profiled, &reason), expected);
	must_be_as_before(&t, before);
	assert_int_equal(profiled.iterations, 99);
	trial_release(&t);
	return reason.text;
}

TEST(work_that_is_done_elsewhere_has_no_profile)
{
	struct script script = { .elsewhere = true };

	must_contain(refused(&script, SKIPPED), "not done by the thread");
}

static void *wait_for_the_end(void *lock)
{
	pthread_mutex_lock(lock);
	pthread_mutex_unlock(lock);
	return NULL;
}

TEST(several_threads_have_no_profile)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct script script = { .iterations = 0 };
	pthread_t thread;

	pthread_mutex_lock(&lock);
	assert_int_equal(pthread_create(&thread, NULL, wait_for_the_end, &lock), 0);
	must_contain(refused(&script, SKIPPED), "2 threads");
	assert_int_equal(script.iterations, 0);
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
}

TEST(iteration_that_fails_ends_the_profile_and_not_the_trial)
{
	struct script script = { .fail_at = 8 };

	must_contain(refused(&script, -EIO), "the device is gone");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(brackets_are_profiled_and_the_timed_samples_stay),
		cmocka_unit_test(samples_lie_in_the_frames_that_were_kept),
		cmocka_unit_test(more_clock_reads_than_expected_are_made_room_for),
		cmocka_unit_test(times_that_the_kernel_tells_have_whole_iterations),
		cmocka_unit_test(work_that_is_done_elsewhere_has_no_profile),
		cmocka_unit_test(several_threads_have_no_profile),
		cmocka_unit_test(iteration_that_fails_ends_the_profile_and_not_the_trial),
	};

	return RUN(tests);
}
