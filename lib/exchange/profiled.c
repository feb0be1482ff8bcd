#include <errno.h>

#include "exchange/profiled.h"
#include "result/fields.h"

struct profiled_walk {
	profiled_visit *visit;
	void *state;
	size_t nr_runs, nr_profiles;
};

static int count_runs(void *state, const struct source_record *record, struct reason *reason)
{
	struct profiled_walk *walk = state;

	(void)reason;
	walk->nr_runs += record->kind == SOURCE_RUN;
	walk->nr_profiles += profile_record_is(record->record);
	return 0;
}

static int visit_profile(void *state, const struct source_record *record, struct reason *reason)
{
	struct profiled_walk *walk = state;
	struct reason why = { "" };
	struct profile *profile;
	int ret;

	if (!profile_record_is(record->record))
		return 0;
	ret = profile_from_record(record->record, &profile, &why);
	if (ret)
		return why.text[0] ? reason_set(reason, ret, "%s:%zu: %.120s: %s", record->file,
						record->line, trial_cell(record->record), why.text)
				   : ret;
	ret = walk->visit(walk->state, profile,
			  walk->nr_runs > 1 ? source_label(record->run) : NULL, reason);
	profile_free(profile);
	return ret;
}

int profiled_each(struct source *source, profiled_visit *visit, void *state, struct reason *reason)
{
	struct profiled_walk walk = { .visit = visit, .state = state };
	int ret = source_each(source, count_runs, &walk, reason);

	if (!ret && !walk.nr_profiles)
		return reason_set(
			reason, -ENODATA,
			"the files hold no profiles: `dmabench lab profile` and `dmabench run "
			"--profile` make them");
	return ret ? ret : source_each(source, visit_profile, &walk, reason);
}
