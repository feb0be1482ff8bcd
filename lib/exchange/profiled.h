/* profiled - visits the profiles of result files, for exporters. */
#ifndef EXCHANGE_PROFILED_H
#define EXCHANGE_PROFILED_H

#include "exchange/source.h"
#include "profile/profile.h"

/* @label: of the run; NULL where the files hold one run alone. Returns 0 or -errno, which ends it. */
typedef int profiled_visit(void *state, const struct profile *profile, const char *label,
			   struct reason *reason);

/*
 * Visits all profiles of all files, in their order. Returns 0; -ENODATA with the reason if there are
 * none; else -errno with the reason.
 */
int profiled_each(struct source *source, profiled_visit *visit, void *state, struct reason *reason);

#endif
