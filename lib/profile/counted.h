/*
 * counted - makes profiles of what the emulator counted, with the names of the kernel's functions.
 */
#ifndef PROFILE_COUNTED_H
#define PROFILE_COUNTED_H

#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "profile/counts.h"
#include "profile/profile.h"
#include "profile/symbols.h"

/* What had no name: of a module, perhaps, whose symbols are not loaded. */
#define COUNTED_UNKNOWN "[unknown]"

/*
 * Makes the profile of a metric of a trial; of @facts, the caller sets cell, metric, block and order
 * alone. The caller frees it by profile_free(). Returns 0; SKIPPED with the reason, where the
 * emulator saw no stretches of time that make up the samples; or -ENOMEM.
 */
int counted_profile(const struct counts *counts, const struct counts_trial *trial,
		    const struct counts_metric *metric, const struct symbols *symbols,
		    struct profile_facts facts, struct profile **ret_profile,
		    struct reason *reason);

/* Returns how much of a profile has no name: from 0 to 1. */
double counted_unknown_share(const struct profile *profile);

#endif
