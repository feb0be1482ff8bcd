#include <errno.h>

#include "matrix/profiled_trial.h"
#include "profile/sampled_profile.h"
#include "result/sampled.h"

static int write_metric(const struct profiled_trial *trial, const struct profile_facts *facts,
			json_t *stacks, bool by_clock, const struct symbols *symbols,
			struct writer *writer, struct reason *reason)
{
	struct profile *profile;
	json_t *record;
	int ret = sampled_profile(facts, stacks, by_clock, symbols, &profile);

	if (ret)
		return ret;
	if (!profile->total && !profile->interrupts) {
		profile_free(profile);
		return 0;
	}
	record = profile_to_record(profile, trial->run);
	profile_free(profile);
	ret = record ? writer_append(writer, record, reason) : -ENOMEM;
	json_decref(record);
	return ret;
}

static int write_metrics(const struct profiled_trial *trial, const json_t *sampled,
			 const struct symbols *symbols, struct writer *writer,
			 struct reason *reason)
{
	const char *name;
	json_t *metric;
	int ret = 0;

	json_object_foreach(sampled_metrics(sampled), name, metric) {
		const struct profile_facts facts = {
			.cell = trial->cell,
			.metric = name,
			.source = PROFILE_PERF,
			.event = sampled_event(sampled),
			.unit = PROFILE_SAMPLES,
			.block = trial->block,
			.order = (int64_t)trial->order,
			.operations = sampled_operations(metric),
			.lost = sampled_lost(sampled),
		};

		if (!ret)
			ret = write_metric(trial, &facts, sampled_stacks(metric),
					   sampled_is_by_clock(sampled), symbols, writer, reason);
	}
	return ret;
}

/* The trial may have loaded modules, so that symbols are read again behind each. */
int profiled_trial_write(const struct profiled_trial *trial, const json_t *sampled,
			 struct writer *writer, struct reason *reason)
{
	struct symbols symbols;
	int ret = symbols_read(&symbols, reason);

	if (ret)
		return ret;
	ret = write_metrics(trial, sampled, &symbols, writer, reason);
	symbols_release(&symbols);
	return ret;
}
