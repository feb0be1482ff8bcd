/*
 * simulation - worlds in which the truth is known, and how often the verdicts say it.
 *
 * A world says how the boots of a kernel differ although nothing was changed. Two kernels are booted
 * in pairs whose order chance decides, each boot takes the median of its samples, and the pairs go
 * to judge_rows(), as those of a real comparison do. The unit tests run a few hundred comparisons
 * of each, tests/self/simulate.c ten thousand.
 */
#ifndef SIMULATION_H
#define SIMULATION_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"
#include "stats/judge.h"
#include "stats/order.h"
#include "stats/summary.h"

#define SIMULATION_SAMPLES 25 /* a boot, a row */
#define SIMULATION_NOISE 0.005 /* of a sample, besides the spikes */
#define SIMULATION_ROWS 40
#define SIMULATION_PAIRS 20

/* Spreads are in logs: 0.01 is 1 %. */
struct world {
	const char *name;
	double boot; /* a boot's own luck, for each row anew */
	double shared; /* a boot's own luck, for all its rows alike */
	double spikes; /* how many of the samples carry one, of 2 % on average */
	double heavy; /* a boot's luck with infinite variance: Student's t of 2 degrees */
	double slow_mode; /* how many boots are in another mode, 3 % slower */
	double tick; /* what the clock counts in */
	double drift; /* what wanders from boot to boot, nine tenths of it kept each time */
	double step; /* what is added from some boot on */
	double new_boot; /* luck that only boots of the new kernel have */
	double missing; /* trials that failed */
	bool moves; /* boots are not alike in time: no interval of one side's median can be asked for */
	bool atoms; /* values coincide: intervals may cover more, not less */
};

static const struct world worlds[] = {
	{ .name = "iid", .spikes = 0.1 },
	{ .name = "heavy tail", .heavy = 0.005, .spikes = 0.1 },
	{ .name = "bimodal", .slow_mode = 0.3, .atoms = true },
	{ .name = "tied and quantised", .tick = 0.01, .boot = 0.005, .atoms = true },
	{ .name = "AR(1) drift", .drift = 0.01, .moves = true },
	{ .name = "step", .step = 0.03, .moves = true },
	{ .name = "random boot effect", .boot = 0.01, .spikes = 0.1 },
	{ .name = "boot effect, shared by rows", .shared = 0.01, .spikes = 0.1 },
	{ .name = "boot effect and drift",
	  .boot = 0.01,
	  .drift = 0.01,
	  .spikes = 0.1,
	  .moves = true },
	{ .name = "unequal variances", .boot = 0.005, .new_boot = 0.015 },
	{ .name = "missing trials", .boot = 0.01, .missing = 0.1 },
};

#define SIMULATION_WORLDS (sizeof(worlds) / sizeof(worlds[0]))

/* What is compared, and how often. Row 0 of the new kernel takes @effect longer, the others do not. */
struct plan {
	const struct world *world;
	size_t rows, pairs; /* pairs 0: by turns 6 to 20 */
	double effect;
	size_t comparisons;
	double gate_limit; /* negative: none */
};

/* How often something was the case, of how many times it could have been. */
struct tally {
	size_t yes, all;
};

struct simulated {
	struct tally false_rows; /* comparisons in which a row is said to differ that does not */
	struct tally found; /* row 0 is said to be slower */
	struct tally gated; /* a row fails the gate */
	struct tally ratio_covered; /* row 0's interval holds the truth */
	uint64_t digest; /* of every bit of the verdicts */
};

static inline void tally_add(struct tally *tally, bool yes)
{
	tally->yes += yes;
	tally->all++;
}

static inline double tally_rate(struct tally tally)
{
	return tally.all ? (double)tally.yes / (double)tally.all : 0;
}

/* Three standard errors of what is seen of a @rate in so many cases: what luck may add to it. */
static inline double tally_luck(struct tally tally, double rate)
{
	return 3 * sqrt(rate * (1 - rate) / (double)tally.all);
}

static inline double draw_student_2(struct random *random)
{
	return draw_normal(random) / sqrt(-log(draw_even(random)));
}

/* The median of a boot's samples about @level, in logs. */
static inline double draw_median(const struct world *world, struct random *random, double level)
{
	double samples[SIMULATION_SAMPLES];

	for (size_t i = 0; i < SIMULATION_SAMPLES; i++) {
		samples[i] = level + SIMULATION_NOISE * draw_normal(random);
		if (world->spikes > 0 && draw_even(random) < world->spikes)
			samples[i] -= 0.02 * log(draw_even(random));
		if (world->tick > 0)
			samples[i] = log(rint(exp(samples[i]) / world->tick) * world->tick);
	}
	return summarize(samples, SIMULATION_SAMPLES).median;
}

/* One row of one boot; @common is what all rows of the boot share. NAN: the trial failed. */
static inline double draw_boot(const struct world *world, struct random *random, bool is_new,
			       double common)
{
	double level = common + world->boot * draw_normal(random);

	if (world->heavy > 0)
		level += world->heavy * draw_student_2(random);
	if (world->slow_mode > 0 && draw_even(random) < world->slow_mode)
		level += 0.03;
	if (is_new)
		level += world->new_boot * draw_normal(random);
	level = draw_median(world, random, level);
	return world->missing > 0 && draw_even(random) < world->missing ? NAN : level;
}

/* What moves while the boots of a comparison follow one another. */
struct moving {
	double drift;
	size_t boot, step_at;
};

static inline struct moving moving_start(const struct world *world, struct random *random,
					 size_t pairs)
{
	return (struct moving){ .drift = world->drift * draw_normal(random),
				.step_at = random_below(random, 2 * pairs) };
}

static inline double moving_next(struct moving *moving, const struct world *world,
				 struct random *random)
{
	const double kept = 0.9;
	double level = moving->drift + (moving->boot++ >= moving->step_at ? world->step : 0);

	moving->drift =
		kept * moving->drift + world->drift * sqrt(1 - kept * kept) * draw_normal(random);
	return level + world->shared * draw_normal(random);
}

/* @ret_logs: row after row, @pairs each, as judge_rows() takes them. */
static inline void simulate_pairs(const struct plan *plan, struct random *random, size_t pairs,
				  double *ret_logs)
{
	struct moving moving = moving_start(plan->world, random, pairs);

	for (size_t pair = 0; pair < pairs; pair++) {
		bool new_first = random_below(random, 2) != 0;

		for (size_t row = 0; row < plan->rows; row++)
			ret_logs[row * pairs + pair] = 0;
		for (int second = 0; second < 2; second++) {
			bool is_new = new_first != (second != 0);
			double common = moving_next(&moving, plan->world, random);

			for (size_t row = 0; row < plan->rows; row++) {
				double level = common + (is_new && row == 0 ? plan->effect : 0);
				double log = draw_boot(plan->world, random, is_new, level);

				ret_logs[row * pairs + pair] += is_new ? log : -log;
			}
		}
	}
}

/* By FNV-1a. */
static inline void digest_add(uint64_t *digest, double value)
{
	unsigned char bytes[sizeof(value)];

	memcpy(bytes, &value, sizeof(value));
	for (size_t i = 0; i < sizeof(bytes); i++)
		*digest = (*digest ^ bytes[i]) * 0x100000001b3ULL;
}

static inline void digest_verdict(uint64_t *digest, const struct verdict *verdict)
{
	digest_add(digest, verdict->ratio);
	digest_add(digest, verdict->interval.lo);
	digest_add(digest, verdict->interval.hi);
	digest_add(digest, verdict->p_adj);
	digest_add(digest, verdict->gate_p);
	digest_add(digest, (double)verdict->pairs_wanted);
	digest_add(digest, verdict->direction);
}

static inline bool differs(const struct verdict *verdict)
{
	return verdict->direction == DIRECTION_LOWER || verdict->direction == DIRECTION_HIGHER;
}

static inline void tell(const struct plan *plan, const struct verdict *verdicts,
			struct simulated *simulated)
{
	bool any_false = false, any_gated = false;
	double truth = exp(plan->effect);

	for (size_t row = 0; row < plan->rows; row++) {
		any_false |= (row > 0 || plan->effect == 0) && differs(&verdicts[row]);
		any_gated |= verdicts[row].gate_failed;
		digest_verdict(&simulated->digest, &verdicts[row]);
	}
	tally_add(&simulated->false_rows, any_false);
	tally_add(&simulated->gated, any_gated);
	tally_add(&simulated->found, verdicts[0].direction == DIRECTION_HIGHER);
	if (verdicts[0].interval.known)
		tally_add(&simulated->ratio_covered,
			  verdicts[0].interval.lo <= truth && truth <= verdicts[0].interval.hi);
}

/* Every comparison has a seed of its own, so that fewer of them are the first of many. */
static inline struct simulated simulate(const struct plan *plan)
{
	static double logs[SIMULATION_ROWS * SIMULATION_PAIRS];
	struct verdict verdicts[SIMULATION_ROWS];
	struct judge_options options = judge_defaults;
	struct simulated simulated = { 0 };

	options.gate_limit = plan->gate_limit;
	for (size_t i = 0; i < plan->comparisons; i++) {
		struct random random = random_seeded(20240229, i);
		size_t pairs = plan->pairs ? plan->pairs : 6 + i % 15;

		simulate_pairs(plan, &random, pairs, logs);
		if (judge_rows(logs, plan->rows, pairs, NULL, &options, verdicts))
			abort();
		tell(plan, verdicts, &simulated);
	}
	return simulated;
}

static int compare_doubles(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

/* The median of all boots that there could be, from 20,001 of them. */
static inline double true_median(const struct world *world)
{
	const size_t count = 20001;
	double *values = calloc(count, sizeof(*values)), median;
	struct random random = random_seeded(7, 7);

	if (!values)
		abort();
	for (size_t i = 0; i < count; i++) {
		do {
			values[i] = draw_boot(world, &random, false,
					      world->shared * draw_normal(&random));
		} while (isnan(values[i]));
	}
	qsort(values, count, sizeof(*values), compare_doubles);
	median = values[count / 2];
	free(values);
	return median;
}

/* The interval of one side's median, of 6 to 20 boots by turns. */
static inline struct tally simulate_medians(const struct world *world, size_t comparisons)
{
	double truth = true_median(world), values[SIMULATION_PAIRS];
	struct tally covered = { 0 };

	for (size_t i = 0; i < comparisons; i++) {
		struct random random = random_seeded(20240301, i);
		size_t boots = 6 + i % 15, there = 0;
		struct interval interval;

		for (size_t boot = 0; boot < boots; boot++) {
			values[there] = draw_boot(world, &random, false,
						  world->shared * draw_normal(&random));
			there += !isnan(values[there]);
		}
		qsort(values, there, sizeof(*values), compare_doubles);
		interval = order_median_interval(values, there);
		if (interval.known)
			tally_add(&covered, interval.lo <= truth && truth <= interval.hi);
	}
	return covered;
}

#endif
