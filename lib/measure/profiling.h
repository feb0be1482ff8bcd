/*
 * profiling - goes on with a trial's iterations, and samples where the kernel is in their brackets.
 *
 * It comes after the timed iterations, whose samples it sets aside and puts back: they are what they
 * would have been without it. Between iterations it waits for a random time, so that the clock of
 * the sampling and the work never march in step.
 */
#ifndef MEASURE_PROFILING_H
#define MEASURE_PROFILING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "measure/sampler.h"
#include "measure/trial.h"

#define PROFILING_SAMPLES 1000 /* of each metric are enough */
#define PROFILING_TIME (2 * SEC) /* no further iteration begins after that */

struct profiled_sample {
	uint32_t metrics; /* in whose brackets it fell: a bit each */
	uint32_t nr_frames; /* of the kernel, innermost first; 0: the program itself */
	size_t first_frame;
	uint64_t weight; /* how many it stands for, as of struct stack_sample */
};

struct profiled_metric {
	uint64_t operations; /* brackets that were sampled */
	uint64_t unplaced; /* figures of which no bracket is known */
	uint64_t samples;
};

/* All zero is empty. */
struct profiled {
	char event[SAMPLER_EVENT];
	bool by_clock; /* as of sampler_is_clock() */
	uint32_t iterations;
	struct profiled_metric metrics[METRIC_MAX];
	bool of_iterations; /* no brackets were seen: the first metric has whole iterations */
	struct profiled_sample *samples;
	size_t nr_samples;
	uint64_t *frames;
	size_t nr_frames, frames_room;
	struct sampler_losses losses;
};

/*
 * Runs further iterations under sampling of @event. @iteration_ns: how long one takes. 0; SKIPPED
 * with the reason: this cell cannot be profiled; or -errno with the reason. The trial is what it was
 * before, whatever this returns.
 */
int profiling_run(struct trial *t, const char *event, uint64_t iteration_ns,
		  struct profiled *ret_profiled, struct reason *reason);

/* Whether the profile of a metric can be told: most of its figures have a bracket. */
bool profiling_has_metric(const struct profiled *profiled, size_t metric);

void profiling_release(struct profiled *profiled);

#endif
