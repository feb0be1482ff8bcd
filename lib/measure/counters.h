/*
 * counters - reads performance counters over the timed iterations, by the names of libpfm4.
 *
 * Counting starts before the first iteration and stops after the last one: no
 * counter is read inside a timed bracket. A counter that cannot be had has a
 * reason instead of a value, never a zero.
 */
#ifndef MEASURE_COUNTERS_H
#define MEASURE_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

#define COUNTERS_MAX 16
#define COUNTER_NAME 64

struct counter {
	char name[COUNTER_NAME];
	int fd;
	uint64_t value; /* as counted: never scaled */
	uint64_t enabled_ns; /* when running_ns is less, the counter shared the PMU */
	uint64_t running_ns;
	struct reason reason; /* why there is no value; empty where there is one */
};

struct counters {
	struct counter list[COUNTERS_MAX];
	size_t count;
};

/* Whether libpfm4 knows @name on this CPU: 0, or -EINVAL with the reason. */
int counters_check(const char *name, struct reason *reason);

/*
 * Opens all that can be opened, in one group where the PMU allows it. Threads that the calling one
 * starts later are counted too.
 */
void counters_open(struct counters *counters, const char *const *names, size_t count);

void counters_start(struct counters *counters);
void counters_stop(struct counters *counters);
void counters_close(struct counters *counters);

#endif
