/*
 * measure - runs the timed part of a trial: overhead, warm-up, iterations.
 */
#ifndef MEASURE_MEASURE_H
#define MEASURE_MEASURE_H

#include "measure/counters.h"
#include "measure/noise.h"
#include "measure/trial.h"

#define WARMUP_AUTO UINT32_MAX

struct measure_plan {
	uint32_t iterations;
	uint32_t warmup; /* iterations, or WARMUP_AUTO: until the series is steady */
	uint64_t trial; /* tells it from others of the run, for witness.h */
};

struct measured {
	double overhead_ns; /* median of an empty bracket, on this CPU, in this process */
	uint32_t warmup_done; /* iterations */
	bool steady; /* the warm-up ended because the series was steady */
	bool too_short[METRIC_MAX]; /* shorter than 20 overheads, and could not be batched */
	bool ran; /* the timed part was begun: noise and counters mean something */
	struct noise noise;
	struct counters counters;
};

/*
 * Warm the benchmark up and run the timed iterations; the samples are in the trial. The caller has
 * called the benchmark's setup(), and calls teardown().
 */
int measure_warm_up(struct trial *t, const struct measure_plan *plan, struct measured *measured);
int measure_run(struct trial *t, const struct measure_plan *plan, struct measured *measured);

/* Returns the median cost of an empty bracket, in ticks. */
uint64_t measure_overhead_ticks(void);

#endif
