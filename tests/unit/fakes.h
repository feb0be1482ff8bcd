/*
 * fakes - a benchmark whose operation is a script, and a trial to run it in.
 */
#ifndef FAKES_H
#define FAKES_H

#include "measure/measure.h"
#include "measure/trial.h"
#include "unit.h"

static const struct metric fake_metrics[] = {
	{ .name = "op_ns", .unit = "ns", .better = "lower", .help = "what the script says" },
	{ .name = "faults", .unit = "faults", .better = "lower", .help = "always 3" },
	{ .name = NULL },
};

/* What the script says each iteration took, in ticks; which iteration fails, from 1. */
struct fake_script {
	uint64_t (*ticks)(const struct trial *t, uint64_t iteration);
	uint64_t iterations, fail_at;
	int error;
};

static inline int fake_run(struct trial *t)
{
	struct fake_script *script = t->priv;

	script->iterations++;
	if (script->iterations == script->fail_at)
		return script->error;
	sample_ticks(t, 0, script->ticks(t, script->iterations));
	sample_count(t, 1, 3);
	return 0;
}

/* Nanoseconds are ticks for as long as the test lasts. */
static inline void fake_clock(void)
{
	clock_adopt("monotonic_raw", 1);
}

static inline struct trial fake_trial(const struct bench *bench, struct fake_script *script)
{
	return (struct trial){ .bench = bench, .batch = 1, .priv = script };
}

#endif
