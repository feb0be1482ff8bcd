/*
 * joint - lays the call trees of two sides over each other: it has the functions of both, and what
 * each place in the trees took on each side.
 *
 * Functions are joined by name. Suffixes that a compiler gives to parts and copies of a function
 * (.isra.0, .constprop.0, .part.0, .cold, .llvm.123) are left out, since they differ between two
 * builds of the same source. The module counts only where one side has the name in two modules, so
 * that a function that was built in on one side and is in a module on the other is one function.
 */
#ifndef PROFILE_JOINT_H
#define PROFILE_JOINT_H

#include <stdbool.h>
#include <stddef.h>

#include "profile/profile.h"

enum { BEFORE, AFTER, NR_WHEN };

struct joint_function {
	const char *name; /* without the compiler's suffix */
	const char *module; /* as on the side after, if it is there */
	bool on[NR_WHEN]; /* whether a profile of that side has it */
	bool suffixed; /* a suffix was left out */
};

/* A place in the tree, in one profile: per operation. */
struct joint_value {
	double self, calls;
};

struct joint {
	struct joint_function *functions; /* in the order of names, then modules */
	size_t nr_functions;
	struct call_tree tree; /* of both sides; the names are those of the functions */
	size_t *function_of; /* of each node but the root */
	size_t nr_profiles; /* of both sides, those before first */
	size_t nr_before;
	struct joint_value *values; /* nr_profiles a node */
	struct interned texts;
};

/* The length of a function's name without the compiler's suffix. */
size_t joint_name_length(const char *name);

/*
 * Lays the trees of @nr_before profiles and @nr_after others over each other. Call joint_release()
 * in any case. Returns 0 or -ENOMEM.
 */
int joint_make(struct joint *joint, const struct profile *const *before, size_t nr_before,
	       const struct profile *const *after, size_t nr_after);
void joint_release(struct joint *joint);

/* Returns whether both sides have the function. */
bool joint_is_common(const struct joint *joint, size_t function);

#endif
