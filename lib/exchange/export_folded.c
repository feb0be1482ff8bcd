/* Writes folded stacks: see folded.h. */
#include "exchange/export.h"
#include "exchange/profiled.h"
#include "profile/folded.h"

static int write_profile(void *state, const struct profile *profile, const char *label,
			 struct reason *reason)
{
	(void)reason;
	return folded_write(profile, label, state);
}

static int write_folded(struct source *source, FILE *file, struct reason *reason)
{
	return profiled_each(source, write_profile, file, reason);
}

const struct export_format export_folded = {
	.name = "folded",
	.summary = "stacks of profiles, for flame graph tools and speedscope",
	.write = write_folded,
	.is_of_profiles = true,
};
