#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "profile/profile.h"
#include "result/fields.h"

struct profile *profile_new(const struct profile_facts *facts)
{
	struct profile *profile = calloc(1, sizeof(*profile));

	if (!profile)
		return NULL;
	profile->cell = strdup(facts->cell);
	profile->metric = strdup(facts->metric);
	profile->source = strdup(facts->source);
	profile->event = strdup(facts->event);
	profile->unit = strdup(facts->unit);
	profile->block = facts->block;
	profile->order = facts->order;
	profile->operations = facts->operations;
	profile->interrupts = facts->interrupts;
	profile->idle_ns = facts->idle_ns;
	profile->lost = facts->lost;
	if (profile->cell && profile->metric && profile->source && profile->event && profile->unit)
		return profile;
	profile_free(profile);
	return NULL;
}

void profile_free(struct profile *profile)
{
	if (!profile)
		return;
	call_tree_release(&profile->tree);
	free(profile->cell);
	free(profile->metric);
	free(profile->source);
	free(profile->event);
	free(profile->unit);
	free(profile);
}

bool profile_is_samples(const struct profile *profile)
{
	return !strcmp(profile->unit, PROFILE_SAMPLES);
}

json_t *profile_to_record(struct profile *profile, const json_t *run)
{
	struct profile_facts facts = {
		.cell = profile->cell,
		.metric = profile->metric,
		.boot_id = run_text(run, NULL, "boot_id"),
		.kernel = run_text(run, "host", "kernel"),
		.source = profile->source,
		.event = profile->event,
		.unit = profile->unit,
		.block = profile->block,
		.order = profile->order,
		.operations = profile->operations,
		.interrupts = profile->interrupts,
		.idle_ns = profile->idle_ns,
		.lost = profile->lost,
	};
	json_t *record;

	profile->total = call_tree_sum(&profile->tree);
	facts.total = profile->total;
	record = profile_record_begin(&facts);
	if (!record || !call_tree_write(&profile->tree, record))
		return profile_record_end(record);
	json_decref(record);
	json_ran_out();
	return NULL;
}

static int check_total(const struct profile *profile, struct reason *reason)
{
	uint64_t stacks = profile->tree.nodes[0].inclusive;

	if (stacks == profile->total)
		return 0;
	return reason_set(reason, -EINVAL,
			  "a profile whose stacks sum to %llu, but its total is %llu: the file is "
			  "damaged",
			  (unsigned long long)stacks, (unsigned long long)profile->total);
}

int profile_from_record(const json_t *record, struct profile **ret_profile, struct reason *reason)
{
	struct profile_facts facts;
	struct profile *profile;
	int ret = profile_record_read(record, &facts, reason);

	if (ret)
		return ret;
	profile = profile_new(&facts);
	if (!profile)
		return -ENOMEM;
	profile->total = facts.total;
	ret = call_tree_read(&profile->tree, record, reason);
	if (!ret) {
		call_tree_sum(&profile->tree);
		ret = check_total(profile, reason);
	}
	if (ret) {
		profile_free(profile);
		return ret;
	}
	*ret_profile = profile;
	return 0;
}

int profile_merge(struct profile *profile, const struct profile *other, struct reason *reason)
{
	int ret;

	if (strcmp(profile->unit, other->unit) || strcmp(profile->event, other->event))
		return reason_set(reason, -EINVAL,
				  "%.120s: profiles of %s in %s and of %s in %s cannot be one",
				  profile->cell, profile->event, profile->unit, other->event,
				  other->unit);
	ret = call_tree_merge(&profile->tree, &other->tree);
	if (ret)
		return ret;
	profile->operations += other->operations;
	profile->interrupts += other->interrupts;
	profile->idle_ns += other->idle_ns;
	profile->lost += other->lost;
	profile->total = call_tree_sum(&profile->tree);
	return 0;
}
