/*
 * sampled_profile - makes a profile of samples, by naming their addresses.
 */
#ifndef PROFILE_SAMPLED_PROFILE_H
#define PROFILE_SAMPLED_PROFILE_H

#include "profile/profile.h"
#include "profile/symbols.h"

#define SAMPLED_UNKNOWN "[unknown]" /* a function that the kernel lists nowhere */

/*
 * Makes the profile of one metric. @facts: what else is known of it, without interrupts. @stacks:
 * as of sampled_stacks(). All of the kernel's frames stand below the program's. @by_clock: samples in
 * what switches interrupts on again are their caller's, which had them off. 0 or -ENOMEM; the caller
 * frees the profile.
 */
int sampled_profile(const struct profile_facts *facts, json_t *stacks, bool by_clock,
		    const struct symbols *symbols, struct profile **ret_profile);

#endif
