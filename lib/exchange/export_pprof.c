/* Writes pprof's protocol buffer: see pprof.h. */
#include <errno.h>

#include "exchange/export.h"
#include "exchange/profiled.h"
#include "profile/pprof.h"

static int add_profile(void *state, const struct profile *profile, const char *label,
		       struct reason *reason)
{
	return pprof_add(state, profile, label, reason);
}

static int write_pprof(struct source *source, FILE *file, struct reason *reason)
{
	struct pprof *pprof;
	int ret = pprof_new(&pprof);

	if (ret)
		return ret;
	ret = profiled_each(source, add_profile, pprof, reason);
	if (!ret)
		ret = pprof_write(pprof, file);
	pprof_free(pprof);
	return ret;
}

const struct export_format export_pprof = {
	.name = "pprof",
	.summary = "profiles as a protocol buffer, for pprof",
	.write = write_pprof,
	.is_of_profiles = true,
};
