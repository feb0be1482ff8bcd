#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <time.h>

#include "base/units.h"
#include "measure/sampler.h"
#include "unit.h"

#define RING 512

/* A ring that is written as the kernel writes it. */
struct made_ring {
	char data[RING];
	uint64_t head, tail;
	uint64_t counted; /* by the event, which the next sample tells */
};

static void put(struct made_ring *ring, const void *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		ring->data[(ring->head + i) % RING] = ((const char *)bytes)[i];
	ring->head += length;
	assert_true(ring->head - ring->tail <= RING);
}

static void put_sample(struct made_ring *ring, uint16_t mode, uint64_t ip, uint64_t time_ns,
		       const uint64_t *chain, uint64_t nr)
{
	const struct perf_event_header header = { .type = PERF_RECORD_SAMPLE,
						  .misc = mode,
						  .size = (uint16_t)(40 + 8 * nr) };
	const uint64_t fields[] = { ip, time_ns, ring->counted, nr };

	put(ring, &header, sizeof(header));
	put(ring, fields, sizeof(fields));
	put(ring, chain, 8 * nr);
}

static void put_other(struct made_ring *ring, uint32_t type, const uint64_t *fields, size_t nr)
{
	const struct perf_event_header header = { .type = type, .size = (uint16_t)(8 + 8 * nr) };

	put(ring, &header, sizeof(header));
	put(ring, fields, 8 * nr);
}

/* The samples of a ring as text: "TIME:INNERMOST,CALLER TIME:…". */
struct seen {
	char text[2048];
	size_t length, count;
	uint64_t weights[8], weight;
};

static void see(void *context, const struct stack_sample *sample)
{
	struct seen *seen = context;

	if (seen->count < COUNT(seen->weights))
		seen->weights[seen->count] = sample->weight;
	seen->weight += sample->weight;
	seen->count++;
	if (seen->length > sizeof(seen->text) - 512)
		return;
	seen->length += (size_t)snprintf(
		seen->text + seen->length, sizeof(seen->text) - seen->length,
		"%s%llu:", seen->length ? " " : "", (unsigned long long)sample->time_ns);
	for (size_t i = 0; i < sample->nr_frames; i++)
		seen->length += (size_t)snprintf(
			seen->text + seen->length, sizeof(seen->text) - seen->length, "%s%llx",
			i ? "," : "", (unsigned long long)sample->frames[i]);
}

static int parse_clock(struct made_ring *made, struct sampler_clock *clock, struct seen *seen,
		       struct sampler_losses *losses)
{
	static uint64_t room[64 * KIB / 8];
	struct sampler_clock none = { 0 };
	const struct sampler_ring ring = {
		.data = made->data, .size = RING, .head = made->head, .tail = made->tail
	};
	int ret = sampler_parse(&ring, room, clock ? clock : &none, see, seen, losses);

	made->tail = made->head;
	return ret;
}

static int parse(struct made_ring *made, struct seen *seen, struct sampler_losses *losses)
{
	return parse_clock(made, NULL, seen, losses);
}

#define KERNEL ((uint64_t)PERF_CONTEXT_KERNEL)
#define USER ((uint64_t)PERF_CONTEXT_USER)

TEST(samples_are_handed_over_in_order_without_markers)
{
	static const uint64_t chain[] = { KERNEL, 0xa1, 0xa2, 0xa3 };
	struct made_ring ring = { .head = 0 };
	struct sampler_losses losses = { 0 };
	struct seen seen = { .count = 0 };

	put_sample(&ring, PERF_RECORD_MISC_KERNEL, 0xa1, 10, chain, 4);
	put_sample(&ring, PERF_RECORD_MISC_KERNEL, 0xa1, 11, chain, 2);
	assert_int_equal(parse(&ring, &seen, &losses), 0);
	assert_string_equal(seen.text, "10:a1,a2,a3 11:a1");
	assert_int_equal(losses.lost + losses.throttled, 0);
}

TEST(users_part_of_a_chain_is_left_out)
{
	static const uint64_t both[] = { KERNEL, 0xa1, 0xa2, USER, 0x55, 0x56 };
	static const uint64_t user[] = { USER, 0x55 };
	struct made_ring ring = { .head = 0 };
	struct sampler_losses losses = { 0 };
	struct seen seen = { .count = 0 };

	put_sample(&ring, PERF_RECORD_MISC_KERNEL, 0xa1, 1, both, COUNT(both));
	put_sample(&ring, PERF_RECORD_MISC_USER, 0x55, 2, user, COUNT(user));
	put_sample(&ring, PERF_RECORD_MISC_USER, 0x55, 3, NULL, 0);
	assert_int_equal(parse(&ring, &seen, &losses), 0);
	assert_string_equal(seen.text, "1:a1,a2 2: 3:");
}

TEST(kernels_sample_without_a_chain_has_its_instruction)
{
	struct made_ring ring = { .head = 0 };
	struct sampler_losses losses = { 0 };
	struct seen seen = { .count = 0 };

	put_sample(&ring, PERF_RECORD_MISC_KERNEL, 0xa7, 1, NULL, 0);
	assert_int_equal(parse(&ring, &seen, &losses), 0);
	assert_string_equal(seen.text, "1:a7");
}

/* Records lie at every offset, so that each of their parts goes on at the ring's beginning once. */
TEST(record_that_goes_on_at_the_beginning_is_one)
{
	static const uint64_t chain[] = { KERNEL, 0xb1, 0xb2, 0xb3, 0xb4 };

	for (uint64_t start = 0; start < 2 * RING; start += 8) {
		struct made_ring ring = { .head = start, .tail = start };
		struct sampler_losses losses = { 0 };
		struct seen seen = { .count = 0 };

		for (uint64_t i = 0; i < 5; i++)
			put_sample(&ring, PERF_RECORD_MISC_KERNEL, 0xb1, i, chain, COUNT(chain));
		assert_int_equal(parse(&ring, &seen, &losses), 0);
		must(!strcmp(seen.text, "0:b1,b2,b3,b4 1:b1,b2,b3,b4 2:b1,b2,b3,b4 "
					"3:b1,b2,b3,b4 4:b1,b2,b3,b4"),
		     "from %llu: %s", (unsigned long long)start, seen.text);
	}
}

TEST(lost_samples_and_pauses_are_counted)
{
	static const uint64_t lost[] = { 7, 30 }, more[] = { 7, 12 }, throttle[] = { 1, 2, 3 };
	static const uint64_t chain[] = { KERNEL, 0xc1 };
	struct made_ring ring = { .head = 0 };
	struct sampler_losses losses = { 0 };
	struct seen seen = { .count = 0 };

	put_sample(&ring, PERF_RECORD_MISC_KERNEL, 0xc1, 1, chain, 2);
	put_other(&ring, PERF_RECORD_LOST, lost, 2);
	put_other(&ring, PERF_RECORD_THROTTLE, throttle, 3);
	put_other(&ring, PERF_RECORD_UNTHROTTLE, throttle, 3);
	put_sample(&ring, PERF_RECORD_MISC_KERNEL, 0xc1, 2, chain, 2);
	put_other(&ring, PERF_RECORD_LOST, more, 2);
	assert_int_equal(parse(&ring, &seen, &losses), 0);
	assert_string_equal(seen.text, "1:c1 2:c1");
	assert_int_equal(losses.lost, 42);
	assert_int_equal(losses.throttled, 1);
}

/* The samples of a clock whose period is 100, by what was counted at each. */
static struct seen weigh(const uint64_t *counted, size_t count)
{
	struct made_ring ring = { .head = 0 };
	struct sampler_clock clock = { .period = 100 };
	struct sampler_losses losses = { 0 };
	struct seen seen = { .count = 0 };

	for (size_t i = 0; i < count; i++) {
		ring.counted = counted[i];
		put_sample(&ring, PERF_RECORD_MISC_KERNEL, 0xc1, i, NULL, 0);
		assert_int_equal(parse_clock(&ring, &clock, &seen, &losses), 0);
	}
	assert_int_equal(seen.count, count);
	return seen;
}

TEST(sample_of_a_clock_stands_for_those_that_came_too_late)
{
	static const struct {
		const char *what;
		uint64_t counted[6];
		size_t count;
		uint64_t weights[6];
	} cases[] = {
		{ "each in time", { 100, 200, 300 }, 3, { 1, 1, 1 } },
		{ "a little late, and early", { 100, 210, 295, 400 }, 4, { 1, 1, 1, 1 } },
		{ "late by half a period: still one", { 100, 250, 300 }, 3, { 1, 1, 1 } },
		{ "interrupts were off for three periods", { 100, 430, 500 }, 3, { 1, 3, 1 } },
		{ "the first one of all is one", { 5000, 5100 }, 2, { 1, 1 } },
		{ "another event begins anew", { 500, 600, 100, 200 }, 4, { 1, 1, 1, 1 } },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct seen seen = weigh(cases[i].counted, cases[i].count);

		for (size_t j = 0; j < cases[i].count; j++)
			must(seen.weights[j] == cases[i].weights[j], "%s: sample %zu is %llu",
			     cases[i].what, j, (unsigned long long)seen.weights[j]);
	}
}

/* However late each one is, all together are as many as the periods that passed. */
TEST(samples_of_a_clock_sum_to_the_periods_that_passed)
{
	uint64_t counted[400], number = 1;
	struct seen seen;

	counted[0] = 100;
	for (size_t i = 1; i < COUNT(counted); i++) {
		number = number * 6364136223846793005u + 1442695040888963407u;
		counted[i] = counted[i - 1] + 1 + (number >> 33) % 400;
	}
	seen = weigh(counted, COUNT(counted));
	assert_true(llabs((long long)seen.weight - (long long)(counted[399] / 100)) <= 1);
}

/* What is missing is told as lost, and is not of the stack that comes next. */
TEST(sample_behind_a_loss_is_one)
{
	static const uint64_t lost[] = { 7, 30 };
	struct made_ring ring = { .counted = 100 };
	struct sampler_clock clock = { .period = 100 };
	struct sampler_losses losses = { 0 };
	struct seen seen = { .count = 0 };

	put_sample(&ring, PERF_RECORD_MISC_KERNEL, 0xc1, 1, NULL, 0);
	put_other(&ring, PERF_RECORD_LOST, lost, 2);
	ring.counted = 3200;
	put_sample(&ring, PERF_RECORD_MISC_KERNEL, 0xc1, 2, NULL, 0);
	assert_int_equal(parse_clock(&ring, &clock, &seen, &losses), 0);
	assert_int_equal(seen.weight, 2);
	assert_int_equal(losses.lost, 30);
}

TEST(empty_ring_has_nothing)
{
	struct made_ring ring = { .head = 4096, .tail = 4096 };
	struct sampler_losses losses = { 0 };
	struct seen seen = { .count = 0 };

	assert_int_equal(parse(&ring, &seen, &losses), 0);
	assert_int_equal(seen.count, 0);
}

TEST(records_that_make_no_sense_are_refused)
{
	static const struct {
		const char *what;
		uint32_t type;
		uint16_t size;
		uint64_t nr;
	} cases[] = {
		{ "no size at all, which would never end", PERF_RECORD_SAMPLE, 0, 0 },
		{ "less than a header", PERF_RECORD_SAMPLE, 4, 0 },
		{ "more than the ring has", PERF_RECORD_SAMPLE, 480, 0 },
		{ "a sample without its fields", PERF_RECORD_SAMPLE, 32, 0 },
		{ "a chain longer than its record", PERF_RECORD_SAMPLE, 56, 3 },
		{ "a chain of a length that overflows", PERF_RECORD_SAMPLE, 48,
		  UINT64_MAX / 8 + 1 },
		{ "a loss without a number", PERF_RECORD_LOST, 16, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct perf_event_header header = { .type = cases[i].type,
							  .size = cases[i].size };
		const uint64_t fields[] = { 0xd1, 1, 0, cases[i].nr, KERNEL, 0xd1, 0 };
		struct made_ring ring = { .head = 0 };
		struct sampler_losses losses = { 0 };
		struct seen seen = { .count = 0 };

		put(&ring, &header, sizeof(header));
		put(&ring, fields, sizeof(fields));
		must(parse(&ring, &seen, &losses) == -EBADMSG, "%s was taken", cases[i].what);
		must(!seen.count, "%s: a sample was handed over", cases[i].what);
	}
}

/* ---- the kernel's own ring ---- */

static uint64_t raw_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * SEC + (uint64_t)now.tv_nsec;
}

struct span {
	uint64_t start, end, inside, kernel, outside;
};

static void place(void *context, const struct stack_sample *sample)
{
	struct span *span = context;

	if (sample->time_ns < span->start || sample->time_ns >= span->end)
		span->outside++;
	else
		span->inside++;
	span->kernel += sample->nr_frames > 0;
}

static void spin(uint64_t ns)
{
	for (uint64_t end = raw_ns() + ns; raw_ns() < end;)
		syscall(SYS_getppid);
}

TEST(thread_that_runs_is_sampled_by_the_raw_clock)
{
	char event[SAMPLER_EVENT];
	struct reason reason = { "" };
	struct sampler *sampler;
	struct span span = { 0 };

	if (sampler_choose(SAMPLER_WITHOUT_PMU, event, &reason))
		skip_because("%s", reason.text);
	assert_string_equal(event, SAMPLER_WITHOUT_PMU);
	must(!sampler_open(event, 1000, &sampler, &reason), "%s", reason.text);
	span.start = raw_ns();
	spin(200 * MSEC);
	span.end = raw_ns();
	spin(20 * MSEC);
	assert_int_equal(sampler_read(sampler, place, &span), 0);
	/* Other programs may take the CPU for a while, but not for nine tenths of it. */
	must(span.inside >= 20 && span.inside <= 220, "%llu samples in 200 ms at 1 kHz",
	     (unsigned long long)span.inside);
	assert_true(span.outside > 0);
	assert_true(span.kernel > 0);
	span = (struct span){ .end = UINT64_MAX };
	assert_int_equal(sampler_read(sampler, place, &span), 0);
	must(span.inside < 10, "a sample was handed over twice");
	sampler_close(sampler);
}

TEST(default_is_cycles_or_the_clock_where_there_is_no_pmu)
{
	char event[SAMPLER_EVENT] = "untouched";
	struct reason reason = { "" };
	int ret = sampler_choose(NULL, event, &reason);

	if (ret)
		skip_because("%s", reason.text);
	must(!strcmp(event, SAMPLER_DEFAULT) || !strcmp(event, SAMPLER_WITHOUT_PMU), "%s", event);
}

TEST(event_that_cannot_be_had_has_a_reason_with_its_name)
{
	char event[SAMPLER_EVENT] = "untouched";
	struct reason reason = { "" };

	assert_int_equal(sampler_choose("no_such_event", event, &reason), -EINVAL);
	must_contain(reason.text, "no_such_event");
	assert_string_equal(event, "untouched");
}

static int choose_as_nobody(void *argument)
{
	char event[SAMPLER_EVENT];
	struct reason reason = { "" };

	(void)argument;
	if (geteuid() == 0 && setuid(65534))
		return 1;
	if (!sampler_choose("cpu-clock", event, &reason))
		return 2;
	return strstr(reason.text, "perf_event_paranoid") && strstr(reason.text, "cpu-clock") ? 0
											      : 3;
}

TEST(one_who_is_not_allowed_is_told_the_way_out)
{
	char level[16] = "";
	FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "r");

	if (!file || !fgets(level, sizeof(level), file))
		skip_because("this kernel has no perf events");
	fclose(file);
	if (atoi(level) < 2)
		skip_because("perf_event_paranoid is %s: everybody may sample", level);
	assert_int_equal(in_child(choose_as_nobody, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_handed_over_in_order_without_markers),
		cmocka_unit_test(users_part_of_a_chain_is_left_out),
		cmocka_unit_test(kernels_sample_without_a_chain_has_its_instruction),
		cmocka_unit_test(record_that_goes_on_at_the_beginning_is_one),
		cmocka_unit_test(lost_samples_and_pauses_are_counted),
		cmocka_unit_test(sample_of_a_clock_stands_for_those_that_came_too_late),
		cmocka_unit_test(samples_of_a_clock_sum_to_the_periods_that_passed),
		cmocka_unit_test(sample_behind_a_loss_is_one),
		cmocka_unit_test(empty_ring_has_nothing),
		cmocka_unit_test(records_that_make_no_sense_are_refused),
		cmocka_unit_test(thread_that_runs_is_sampled_by_the_raw_clock),
		cmocka_unit_test(default_is_cycles_or_the_clock_where_there_is_no_pmu),
		cmocka_unit_test(event_that_cannot_be_had_has_a_reason_with_its_name),
		cmocka_unit_test(one_who_is_not_allowed_is_told_the_way_out),
	};

	return RUN(tests);
}
