#include <errno.h>
#include <string.h>

#include "host/facts.h"
#include "measure/measure.h"

#define OVERHEAD_SAMPLES 1001
#define SHORT_OVERHEADS 20
#define MAX_BATCH 4096

#define WINDOW 4 /* samples that are compared with as many before them */
#define STEADY_TICKS 20 /* or medians that differ by no more than a clock read */
#define STEADY_PART 0.02 /* medians of two windows this near to each other are one level */
#define WARMUP_MOST 200 /* iterations */
#define WARMUP_TIME (2 * SEC) /* for all but the first two iterations */

#define SELDOM_INTERRUPTED_NS 20000 /* where there are 250 ticks a second */

uint64_t measure_overhead_ticks(void)
{
	uint64_t ticks[OVERHEAD_SAMPLES];

	memset(ticks, 0, sizeof(ticks));
	for (size_t i = 0; i < OVERHEAD_SAMPLES; i++) {
		uint64_t start = clock_now();
		uint64_t end = clock_now();

		ticks[i] = end - start;
	}
	return samples_median(ticks, OVERHEAD_SAMPLES);
}

static bool is_time(const struct metric *metric)
{
	return !strcmp(metric->unit, "ns");
}

static bool near(uint64_t a, uint64_t b)
{
	double low = (double)(a < b ? a : b), high = (double)(a < b ? b : a);

	return high - low <= STEADY_PART * high + STEADY_TICKS;
}

/* The last two windows of a metric stand at one level. */
static bool is_steady(const struct samples *samples)
{
	const uint64_t *end = samples->values + samples->count;

	if (samples->count < 2 * WINDOW)
		return false;
	return near(samples_median(end - WINDOW, WINDOW), samples_median(end - 2 * WINDOW, WINDOW));
}

static bool all_steady(const struct trial *t)
{
	bool any = false;

	for (size_t i = 0; i < bench_nr_metrics(t->bench); i++) {
		if (!t->samples[i].count || !is_time(&t->bench->metrics[i]))
			continue;
		if (!is_steady(&t->samples[i]))
			return false;
		any = true;
	}
	return any;
}

static void forget_samples(struct trial *t)
{
	for (size_t i = 0; i < METRIC_MAX; i++)
		samples_forget(&t->samples[i]);
}

/* The shortest sample decides: a longer one may have met an interrupt. */
static void choose_batch(struct trial *t, uint64_t overhead)
{
	uint64_t shortest = UINT64_MAX;

	for (size_t i = 0; i < bench_nr_metrics(t->bench); i++) {
		const struct samples *samples = &t->samples[i];

		for (size_t j = 0; j < samples->count && is_time(&t->bench->metrics[i]); j++)
			if (samples->values[j] < shortest)
				shortest = samples->values[j];
	}
	if (shortest >= SHORT_OVERHEADS * overhead)
		return;
	while (t->batch < MAX_BATCH && shortest * t->batch < SHORT_OVERHEADS * overhead)
		t->batch *= 2;
	forget_samples(t);
}

/*
 * Where time is counted instructions, timer ticks are the one thing left that falls differently
 * from boot to boot: there each iteration that may well meet one begins right behind one.
 */
static int iterate(struct trial *t, uint32_t count)
{
	bool aligned = !strcmp(facts_timing(), "icount");
	int ret = 0;

	for (uint32_t i = 0; i < count && !ret; i++) {
		uint64_t start;

		witness_round();
		if (aligned)
			clock_wait_for_tick();
		start = clock_wall_ns();
		ret = t->bench->run(t);
		aligned = aligned && clock_wall_ns() - start > SELDOM_INTERRUPTED_NS;
	}
	return ret;
}

static int warm_up_until_steady(struct trial *t, struct measured *measured)
{
	uint64_t deadline = clock_wall_ns() + WARMUP_TIME;
	int ret = 0;

	while (!ret && measured->warmup_done < WARMUP_MOST) {
		if (measured->warmup_done >= 2 && clock_wall_ns() > deadline)
			break;
		ret = t->bench->run(t);
		measured->warmup_done++;
		measured->steady = all_steady(t);
		if (measured->steady)
			break;
	}
	return ret;
}

int measure_warm_up(struct trial *t, const struct measure_plan *plan, struct measured *measured)
{
	size_t room = plan->iterations > WARMUP_MOST ? plan->iterations : WARMUP_MOST;
	uint64_t overhead = measure_overhead_ticks();
	int ret = 0;

	measured->overhead_ns = clock_ticks_to_ns(overhead);
	for (size_t i = 0; i < bench_nr_metrics(t->bench) && !ret; i++)
		ret = samples_reserve(&t->samples[i], room);
	if (!ret && t->bench->can_batch && t->bench->can_batch(t->values)) {
		ret = iterate(t, WINDOW);
		choose_batch(t, overhead);
	}
	if (!ret && plan->warmup == WARMUP_AUTO) {
		ret = warm_up_until_steady(t, measured);
	} else if (!ret) {
		ret = iterate(t, plan->warmup);
		measured->warmup_done = plan->warmup;
	}
	forget_samples(t);
	return ret;
}

static void mark_short(const struct trial *t, struct measured *measured)
{
	for (size_t i = 0; i < bench_nr_metrics(t->bench); i++) {
		const struct samples *samples = &t->samples[i];
		double ticks = measured->overhead_ns / clock_source.ns_per_tick;

		if (!samples->count || !is_time(&t->bench->metrics[i]))
			continue;
		measured->too_short[i] = (double)samples_median(samples->values, samples->count) <
					 SHORT_OVERHEADS * ticks;
	}
}

int measure_run(struct trial *t, const struct measure_plan *plan, struct measured *measured)
{
	struct noise before, after;
	int ret;

	measured->ran = true;
	witness_begin(plan->trial);
	noise_read(&before, t->placement.cpus[0]);
	counters_start(&measured->counters);
	ret = iterate(t, plan->iterations);
	counters_stop(&measured->counters);
	witness_end();
	noise_read(&after, t->placement.cpus[0]);
	noise_between(&before, &after, &measured->noise);
	if (!ret)
		mark_short(t, measured);
	return ret;
}
