/*
 * witness - tells an emulator that counts instructions what this program does.
 *
 * It speaks outside of the timed brackets, and only in the timed iterations of a trial in which time
 * is counted instructions: so whether somebody listens changes nothing. counter/announcement.h has
 * the words.
 */
#ifndef MEASURE_WITNESS_H
#define MEASURE_WITNESS_H

#include <stdbool.h>
#include <stdint.h>

/* Whether it speaks: from witness_begin() to witness_end(). */
extern bool witness_speaks;

/* The timed iterations of a trial begin; @trial tells it from others of the run. */
void witness_begin(uint64_t trial);
void witness_end(void);

/* An iteration begins. */
void witness_round(void);

void witness_say_sample(unsigned int metric, uint64_t ticks);

/* A sample was taken: so many ticks lay between two clock reads of this iteration. */
static inline void witness_sample(int metric, uint64_t ticks)
{
	if (__builtin_expect(witness_speaks, false))
		witness_say_sample((unsigned int)metric, ticks);
}

#endif
