/*
 * announcement - encodes what a program tells the emulator that runs it about what it does.
 *
 * A program says a word by a load that nobody else makes, from a page of its own: the address within
 * that page is the word, of 12 bits. A word that begins an announcement has its highest bit set, and
 * carries a kind and a metric; digits of a number follow it, the lowest first.
 */
#ifndef COUNTER_ANNOUNCEMENT_H
#define COUNTER_ANNOUNCEMENT_H

#include <stdbool.h>
#include <stdint.h>

#define ANNOUNCEMENT_PAGE 4096
#define ANNOUNCEMENT_BEGIN 0x800u
#define ANNOUNCEMENT_METRIC_BITS 5
#define ANNOUNCEMENT_DIGIT_BITS 11
#define ANNOUNCEMENT_DIGITS 6 /* hold 64 bits */

enum announcement_kind {
	ANNOUNCE_TRIAL, /* timed iterations begin; the number tells which trial's */
	ANNOUNCE_ROUND, /* one iteration begins; no number */
	ANNOUNCE_SAMPLE, /* of a metric: so many ticks lay between two clock reads of this round */
	ANNOUNCE_END, /* of the timed iterations; no number */
};

struct announcement {
	enum announcement_kind kind;
	unsigned int metric;
	uint64_t number;
	unsigned int missing; /* digits that have not come yet */
};

static inline unsigned int announcement_begin(enum announcement_kind kind, unsigned int metric)
{
	return ANNOUNCEMENT_BEGIN | (unsigned int)kind << ANNOUNCEMENT_METRIC_BITS | metric;
}

static inline bool announcement_has_number(enum announcement_kind kind)
{
	return kind == ANNOUNCE_TRIAL || kind == ANNOUNCE_SAMPLE;
}

static inline unsigned int announcement_digit(uint64_t number, unsigned int digit)
{
	return (unsigned int)(number >> (digit * ANNOUNCEMENT_DIGIT_BITS)) &
	       (ANNOUNCEMENT_BEGIN - 1);
}

/* Takes the next word. Returns true where the announcement is complete by it. */
static inline bool announcement_hear(struct announcement *heard, unsigned int word)
{
	unsigned int digit;

	if (word & ANNOUNCEMENT_BEGIN) {
		heard->kind = (enum announcement_kind)((word & ~ANNOUNCEMENT_BEGIN) >>
						       ANNOUNCEMENT_METRIC_BITS);
		heard->metric = word & ((1u << ANNOUNCEMENT_METRIC_BITS) - 1);
		heard->number = 0;
		heard->missing = announcement_has_number(heard->kind) ? ANNOUNCEMENT_DIGITS : 0;
		return !heard->missing;
	}
	if (!heard->missing)
		return false;
	digit = ANNOUNCEMENT_DIGITS - heard->missing--;
	heard->number |= (uint64_t)word << (digit * ANNOUNCEMENT_DIGIT_BITS);
	return !heard->missing;
}

#endif
