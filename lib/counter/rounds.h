/*
 * rounds - keeps what ran between the clock reads of an iteration, until it is known which of those
 * stretches are samples of a metric.
 */
#ifndef COUNTER_ROUNDS_H
#define COUNTER_ROUNDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROUNDS_METRICS 32
#define ROUNDS_CLAIMS 64 /* of which a sum may be a sample */

/* A place is a block on a call path: by number. */
struct place_count {
	uint32_t place, executions;
	uint64_t instructions;
};

/* A clock read. What ran between it and the one before ends at its counts. */
struct mark {
	uint64_t ticks, idle; /* time by the clock, and how much of it was slept */
	size_t counts_end;
};

struct claim {
	size_t from, to; /* marks */
};

/* What all samples of a metric together came to. */
struct round_tally {
	uint64_t operations, ticks, idle;
	uint64_t unclaimed; /* samples that no two clock reads, and no sum of such, account for */
	uint64_t *instructions, *executions; /* by place */
	size_t room; /* of places */
	size_t stride; /* marks between both ends of its samples, as far as is known */
	struct claim last; /* of this round; from == to: none */
};

struct rounds {
	struct place_count *counts;
	size_t nr_counts, counts_room;
	struct mark *marks;
	size_t nr_marks, marks_room;
	struct claim claims[ROUNDS_CLAIMS]; /* of this round, each stretch once */
	size_t nr_claims;
	struct round_tally tallies[ROUNDS_METRICS];
	bool full; /* of this round, some is lost */
	uint64_t nr_full; /* rounds that were too large to be kept */
};

void rounds_release(struct rounds *rounds);

/* Begins a trial, an iteration of it. */
void rounds_begin_trial(struct rounds *rounds);
void rounds_begin(struct rounds *rounds);

/* Adds what ran in one place, then the clock read behind it. */
void rounds_add(struct rounds *rounds, const struct place_count *count);
void rounds_mark(struct rounds *rounds, uint64_t ticks, uint64_t idle);

/*
 * The time between two clock reads of this round, or the sum of what was claimed in this round, is
 * a sample of a metric.
 */
void rounds_claim(struct rounds *rounds, unsigned int metric, uint64_t ticks);

#endif
