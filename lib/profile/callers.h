/*
 * callers - finds the functions of one side only that are told together with the function that calls
 * them.
 *
 * Where a function was renamed, rewritten or inlined, one side has functions that the other lacks.
 * They mean most when set against each other below the nearest caller that both sides have.
 */
#ifndef PROFILE_CALLERS_H
#define PROFILE_CALLERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "profile/joint.h"

struct callers {
	size_t *line_of; /* each node's function, or the caller with which it is told */
	bool *is_caller; /* of each function: others are told with it */
};

/* Call callers_release() in any case. Returns 0 or -ENOMEM. */
int callers_find(struct callers *callers, const struct joint *joint);
void callers_release(struct callers *callers);

/* Adds the names of what @caller calls on one side only: "a, b, c and 2 more". 0 or -ENOMEM. */
int callers_name(const struct callers *callers, const struct joint *joint, size_t caller, int when,
		 struct text *text);

#endif
