/*
 * member_outcomes - collects what the processes of a trial's team came to.
 *
 * Each process works on a copy of the trial, made at the fork. It stores its outcome in memory that
 * all of them share, and the process that goes on takes the outcomes into its own trial.
 */
#ifndef MEASURE_MEMBER_OUTCOMES_H
#define MEASURE_MEMBER_OUTCOMES_H

#include "measure/trial.h"

struct member_outcome {
	struct reason reason;
	struct proof proof;
	uint64_t fault_in_ns, verify_ns;
};

/* Returns an empty outcome for each of @count members; NULL without memory. */
struct member_outcome *member_outcomes_new(size_t count);
void member_outcomes_free(struct member_outcome *outcomes, size_t count); /* takes NULL */

/* Stores the outcome of the member that calls: reason, proof and times of its trial. */
void member_outcome_store(struct member_outcome *outcome, const struct trial *t);

/*
 * Adds the outcomes to the trial of member 0, which has its own already: the proof of all memory,
 * and the longest times. On an @error of the team, takes the first reason that a member gave
 * instead. Returns @error.
 */
int member_outcomes_gather(const struct member_outcome *outcomes, size_t count, int error,
			   struct trial *t);

#endif
