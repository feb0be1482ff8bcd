#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/json.h"
#include "profile/profiles.h"
#include "result/cell_name.h"
#include "result/fields.h"
#include "result/reader.h"

/* Profiles being loaded. */
struct collecting {
	struct profiles *profiles;
	const char *path;
	struct reader *reader;
	json_t *run; /* of the file being read */
	json_t *trials; /* those that went well, of the file being read: "order metric cell" */
	struct reason *reason;
};

static int bad(const struct collecting *collecting, const char *cell, const char *what)
{
	return reason_set(collecting->reason, -EINVAL, "%s:%zu: %.120s: %s", collecting->path,
			  reader_line(collecting->reader), cell, what);
}

/* ---- which trial a profile is of ---- */

static void trial_key(int64_t order, const char *metric, const char *cell, char *key, size_t room)
{
	snprintf(key, room, "%lld %s %s", (long long)order, metric, cell);
}

static int note_trial(struct collecting *collecting, const json_t *trial)
{
	int64_t order = json_integer_value(trial_order_value(trial));
	const char *metric;
	char key[1024];
	json_t *value;

	if (!trial_is_ok(trial))
		return 0;
	json_object_foreach(trial_metrics(trial), metric, value) {
		trial_key(order, metric, trial_cell(trial), key, sizeof(key));
		if (json_object_set_new(collecting->trials, key, json_true()))
			return -ENOMEM;
	}
	return 0;
}

static int check_belongs(const struct collecting *collecting, const struct profile_facts *facts)
{
	const char *boot_id = run_text(collecting->run, NULL, "boot_id");
	const char *kernel = run_text(collecting->run, "host", "kernel");
	char key[1024], what[256];

	if (facts->kernel[0] && kernel[0] && strcmp(facts->kernel, kernel)) {
		snprintf(what, sizeof(what),
			 "a profile of kernel %.60s beside results of %.60s: profile this one, too",
			 facts->kernel, kernel);
		return bad(collecting, facts->cell, what);
	}
	if (facts->boot_id[0] && boot_id[0] && strcmp(facts->boot_id, boot_id))
		return bad(collecting, facts->cell,
			   "a profile of another boot than the results beside it");
	trial_key(facts->order, facts->metric, facts->cell, key, sizeof(key));
	if (json_object_get(collecting->trials, key))
		return 0;
	snprintf(what, sizeof(what), "a profile of %.60s, but no trial before it measured that",
		 facts->metric);
	return bad(collecting, facts->cell, what);
}

/* ---- records ---- */

static void index_key(const char *cell, const char *metric, char *key, size_t room)
{
	snprintf(key, room, "%s %s", metric, cell);
}

static int keep(struct profiles *profiles, struct profile *profile)
{
	struct profile **grown = grow(profiles->list, profiles->count, sizeof(struct profile *));
	char key[1024];

	if (!grown)
		return -ENOMEM;
	profiles->list = grown;
	index_key(profile->cell, profile->metric, key, sizeof(key));
	if (json_object_set_new(profiles->index, key, json_integer((json_int_t)profiles->count)))
		return -ENOMEM;
	grown[profiles->count++] = profile;
	return 0;
}

static int take_profile(struct collecting *collecting, const json_t *record)
{
	struct reason why = { "" };
	struct profile_facts facts;
	struct profile *profile = NULL, *before;
	int ret = profile_record_read(record, &facts, &why);

	if (!ret)
		ret = check_belongs(collecting, &facts);
	if (!ret)
		ret = profile_from_record(record, &profile, &why);
	if (ret)
		return why.text[0] ? bad(collecting, trial_cell(record), why.text) : ret;
	before = profiles_find(collecting->profiles, profile->cell, profile->metric);
	if (!before) {
		ret = keep(collecting->profiles, profile);
		if (!ret)
			return 0;
	} else {
		ret = profile_merge(before, profile, collecting->reason);
	}
	profile_free(profile);
	return ret;
}

static int take_record(struct collecting *collecting, json_t *record)
{
	const char *kind = reader_kind(record);

	if (!strcmp(kind, "run")) {
		json_decref(collecting->run);
		collecting->run = json_incref(record);
		json_object_clear(collecting->trials);
	} else if (!strcmp(kind, "trial")) {
		return note_trial(collecting, record);
	} else if (profile_record_is(record)) {
		return take_profile(collecting, record);
	}
	return 0;
}

static int load_file(struct collecting *collecting)
{
	json_t *record;
	int ret = reader_open(collecting->path, &collecting->reader, collecting->reason);

	if (ret)
		return ret;
	while ((ret = reader_next(collecting->reader, &record, collecting->reason)) > 0) {
		ret = take_record(collecting, record);
		json_decref(record);
		if (ret)
			break;
	}
	reader_close(collecting->reader);
	return ret;
}

int profiles_load(const char *const *paths, size_t nr_paths, struct profiles **ret_profiles,
		  struct reason *reason)
{
	struct collecting collecting = { .profiles = calloc(1, sizeof(struct profiles)),
					 .trials = json_object(),
					 .reason = reason };
	int ret = 0;

	if (collecting.profiles)
		collecting.profiles->index = json_object();
	if (!collecting.profiles || !collecting.profiles->index || !collecting.trials)
		ret = -ENOMEM;
	for (size_t i = 0; i < nr_paths && !ret; i++) {
		collecting.path = paths[i];
		ret = load_file(&collecting);
	}
	json_decref(collecting.run);
	json_decref(collecting.trials);
	if (json_ran_out() && !ret)
		ret = -ENOMEM;
	if (ret) {
		profiles_free(collecting.profiles);
		return ret;
	}
	*ret_profiles = collecting.profiles;
	return 0;
}

void profiles_free(struct profiles *profiles)
{
	if (!profiles)
		return;
	for (size_t i = 0; i < profiles->count; i++)
		profile_free(profiles->list[i]);
	free(profiles->list);
	json_decref(profiles->index);
	free(profiles);
}

struct profile *profiles_find(const struct profiles *profiles, const char *cell, const char *metric)
{
	const json_t *number;
	char key[1024];

	index_key(cell, metric, key, sizeof(key));
	number = json_object_get(profiles->index, key);
	return number ? profiles->list[json_integer_value(number)] : NULL;
}
