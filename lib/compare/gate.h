/*
 * gate - counts what stands in the way of a gate that passes only what it could judge.
 */
#ifndef COMPARE_GATE_H
#define COMPARE_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/comparison.h"

struct gate_doubts {
	size_t verdicts; /* neither shown to be worse by more than the limit, nor shown not to be */
	size_t lost; /* cells that the base measured and a new side did not */
	bool control_failed; /* the null control differed: no verdict can be trusted */
};

/* Returns the doubts of a comparison that is gated. */
struct gate_doubts gate_doubts(const struct comparison *comparison);

/* Tells whether anything could not be judged. */
bool gate_has_doubts(const struct comparison *comparison);

#endif
