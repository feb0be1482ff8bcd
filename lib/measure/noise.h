/*
 * noise - reads what else happened on this machine during the timed iterations.
 *
 * Nothing is dropped because of it: a reader sees why a sample may stand out.
 */
#ifndef MEASURE_NOISE_H
#define MEASURE_NOISE_H

#include <stddef.h>
#include <stdint.h>

#define NOISE_MAX 32

struct noise {
	struct {
		const char *name;
		uint64_t value;
	} tags[NOISE_MAX];
	size_t count;
};

/* Reads every source that this kernel has. @cpu: where the trial runs. */
void noise_read(struct noise *noise, unsigned int cpu);

/* Subtracts @before from @after; sources that only one of them has are left out. */
void noise_between(const struct noise *before, const struct noise *after, struct noise *ret_noise);

#endif
