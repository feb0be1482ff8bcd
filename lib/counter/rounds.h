/*
 * rounds - keeps what ran between the clock reads of an iteration (a round) until the benchmark has
 * told its samples. A sample is as long as the time between two of the reads: the instructions
 * between these are counted for its metric, which is said to claim them.
 */
#ifndef COUNTER_ROUNDS_H
#define COUNTER_ROUNDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROUNDS_METRICS 32
#define ROUNDS_CLAIMS 64 /* in a round: a sample may be a sum of them */

/* What ran in a place, which is the number of a block on a call path. */
struct place_count {
	uint32_t place, executions;
	uint64_t instructions;
};

/* A clock read. What ran between it and the one before ends at @counts_end. */
struct mark {
	uint64_t ticks, idle; /* time by the clock, and how much of it was slept */
	size_t counts_end;
};

/* What a sample claimed. */
struct claim {
	size_t from, to; /* the marks at its ends */
};

/* The sum over all samples of a metric. */
struct round_tally {
	uint64_t operations, ticks, idle;
	uint64_t unclaimed; /* samples that are as long as no time between clock reads, nor a sum */
	uint64_t *instructions, *executions; /* by place */
	size_t room; /* for places */
	size_t stride; /* how many marks its last sample spanned, where the next is looked for first */
	struct claim last; /* of this round; from == to: none */
};

struct rounds {
	struct place_count *counts;
	size_t nr_counts, counts_room;
	struct mark *marks;
	size_t nr_marks, marks_room;
	struct claim claims[ROUNDS_CLAIMS]; /* of this round, each pair of marks once */
	size_t nr_claims;
	struct round_tally tallies[ROUNDS_METRICS];
	bool full; /* a part of this round is lost: it was too large */
	uint64_t nr_full; /* rounds that were too large to be kept */
};

void rounds_release(struct rounds *rounds);

/* Begin a trial, and an iteration of it. */
void rounds_begin_trial(struct rounds *rounds);
void rounds_begin(struct rounds *rounds);

/* Add what ran in one place; and the clock read after all that ran. */
void rounds_add(struct rounds *rounds, const struct place_count *count);
void rounds_mark(struct rounds *rounds, uint64_t ticks, uint64_t idle);

/*
 * Takes a sample of a metric, which is as long as the time between two clock reads of this round, or
 * as the sum of what was claimed in it. Adds what ran in that time to the metric.
 */
void rounds_claim(struct rounds *rounds, unsigned int metric, uint64_t ticks);

#endif
