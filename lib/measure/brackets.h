/*
 * brackets - finds out when the brackets of samples were, from all readings of the clock.
 *
 * A benchmark tells how long a bracket was and not when. The readings of one iteration are known,
 * to the nanosecond, so that the bracket lies between two of them that are exactly so far apart.
 */
#ifndef MEASURE_BRACKETS_H
#define MEASURE_BRACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct timed_bracket {
	uint64_t start_ns, end_ns;
};

/* The brackets of one metric in one iteration, in order of time. */
struct brackets {
	struct timed_bracket *list;
	size_t count, room;
	size_t unplaced; /* samples for which no two readings were found */
};

/*
 * Finds the brackets of an iteration, which are @lengths_ns long, in the order in which they were
 * taken; forgets those of the iteration before. Where several fit, it takes neighbouring readings, and
 * the earliest of them after the bracket before. 0 or -ENOMEM.
 */
int brackets_find(struct brackets *brackets, const struct clock_marks *marks,
		  const uint64_t *lengths_ns, size_t count);

/* Tells whether an instant lies in one of them. */
bool brackets_hold(const struct brackets *brackets, uint64_t time_ns);

void brackets_release(struct brackets *brackets);

#endif
