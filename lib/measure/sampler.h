/*
 * sampler - samples where the kernel is, by an event of perf, while this thread runs.
 *
 * The kernel writes a record with the call chain whenever the event has occurred often enough, or,
 * of clocks, whenever so much time has passed. Records wait in a ring of memory that both share,
 * until sampler_read() takes them.
 */
#ifndef MEASURE_SAMPLER_H
#define MEASURE_SAMPLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

#define SAMPLER_EVENT 64
#define SAMPLER_DEFAULT "cycles:k"
#define SAMPLER_WITHOUT_PMU "cpu-clock" /* an event of the kernel's timer, which is always there */

/* One record: which instruction was next, and who called. */
struct stack_sample {
	uint64_t time_ns; /* CLOCK_MONOTONIC_RAW */
	const uint64_t *frames; /* of the kernel, innermost first; callers by return address */
	size_t nr_frames; /* 0: the program itself was running */
	uint64_t weight; /* samples that it stands for: of clocks, also those that came too late */
};

typedef void sampler_take(void *context, const struct stack_sample *sample);

/* A ring as it is mapped: bytes from @tail to @head are to be read. */
struct sampler_ring {
	const char *data;
	size_t size; /* a power of two */
	uint64_t head, tail;
};

/* What a ring had besides samples. */
struct sampler_losses {
	uint64_t lost; /* samples for which there was no room */
	uint64_t throttled; /* times that the kernel paused sampling, because there was too much */
};

/*
 * A clock is an interrupt, which waits while interrupts are off: several that are due then become
 * one. What the event had counted, by how much of the period, tells how many.
 */
struct sampler_clock {
	bool is_clock;
	uint64_t period; /* 0: each sample stands for itself */
	uint64_t count; /* at the last sample; 0: unknown */
	int64_t due; /* counted since the last sample was due */
};

struct sampler;

/*
 * Chooses what is sampled: @event, or if that is NULL the default, which is cycles of the kernel
 * where this machine counts them. Opens it for a moment. 0 with its name, or -errno with the reason
 * and the way out; -EINVAL is a name that libpfm4 does not know. The reason is written on the way to a
 * success, too.
 */
int sampler_choose(const char *event, char ret_event[SAMPLER_EVENT], struct reason *reason);

/* Begins to sample this thread, about @hz times a second. 0, or -errno with the reason. */
int sampler_open(const char *event, uint64_t hz, struct sampler **ret_sampler,
		 struct reason *reason);

/* Hands over all records since the last call. 0, or -EBADMSG if they make no sense. */
int sampler_read(struct sampler *sampler, sampler_take *take, void *context);

/* Returns what was missing so far. */
struct sampler_losses sampler_losses(const struct sampler *sampler);

/* Whether it is sampled by the kernel's timer, which waits while interrupts are off. */
bool sampler_is_clock(const struct sampler *sampler);

/* Ends sampling. NULL is fine. */
void sampler_close(struct sampler *sampler);

/*
 * Hands over the samples of a ring, and adds to @losses what it tells of missing ones. @room: 64 KiB
 * for a record that goes on at the ring's beginning. 0, or -EBADMSG.
 */
int sampler_parse(const struct sampler_ring *ring, uint64_t *room, struct sampler_clock *clock,
		  sampler_take *take, void *context, struct sampler_losses *losses);

#endif
