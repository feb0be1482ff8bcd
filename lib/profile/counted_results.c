#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/draft.h"
#include "base/file.h"
#include "measure/registry.h"
#include "profile/counted.h"
#include "profile/counted_results.h"
#include "result/fields.h"
#include "result/reader.h"
#include "result/record.h"

/* A result file to which profiles are being added. */
struct adding {
	struct counts counts;
	struct symbols symbols;
	FILE *out;
	json_t *run;
	struct counted_outcome *outcome;
	struct reason *reason;
};

static int write_record(struct adding *adding, const json_t *record)
{
	char *text = record ? record_text(record) : NULL;

	if (!text)
		return -ENOMEM;
	fprintf(adding->out, "%s\n", text);
	free(text);
	return 0;
}

/* ---- a metric ---- */

static void note_unknown(struct adding *adding, const struct profile *profile)
{
	double share = counted_unknown_share(profile);

	if (share <= adding->outcome->unknown_share)
		return;
	adding->outcome->unknown_share = share;
	snprintf(adding->outcome->unknown_in, sizeof(adding->outcome->unknown_in), "%s of %s",
		 profile->metric, profile->cell);
}

static int add_record(json_t *profiles, struct profile *profile, const json_t *run)
{
	json_t *record = profile_to_record(profile, run);

	return record && !json_array_append_new(profiles, record) ? 0 : -ENOMEM;
}

/* Why a metric has no profile stands in the trial's notes: of several, the first one. */
static int note_why(json_t *trial, const char *metric, const char *why)
{
	char text[256];

	snprintf(text, sizeof(text), "no profile of %s: %s", metric, why);
	return record_add_note(trial, "profile", text);
}

static int add_metric(struct adding *adding, json_t *trial, const struct counts_trial *counted,
		      const struct counts_metric *metric, json_t *profiles)
{
	const struct bench *bench = bench_find(trial_bench(trial));
	struct profile *profile = NULL;
	struct profile_facts facts = { .cell = trial_cell(trial), .block = trial_block(trial) };
	struct reason why = { "" };
	int ret;

	if (!bench || metric->index >= bench_nr_metrics(bench))
		return 0;
	facts.metric = bench->metrics[metric->index].name;
	facts.order = json_integer_value(trial_order_value(trial));
	ret = counted_profile(&adding->counts, counted, metric, &adding->symbols, facts, &profile,
			      &why);
	if (ret == SKIPPED)
		return note_why(trial, facts.metric, why.text);
	if (!ret)
		ret = add_record(profiles, profile, adding->run);
	if (!ret) {
		note_unknown(adding, profile);
		adding->outcome->profiles++;
	}
	profile_free(profile);
	return ret;
}

/* ---- a trial ---- */

/* NULL, or why such a trial cannot be profiled at all. */
static const char *why_not(const json_t *trial)
{
	if (params_number(trial_params(trial), "threads") > 1)
		return "several threads run in each other's brackets: profile one thread";
	return NULL;
}

static int add_trial(struct adding *adding, json_t *trial, json_t *profiles)
{
	const struct counts_trial *counted =
		counts_find(&adding->counts, (uint64_t)trial_start_ns(trial));
	const char *why = why_not(trial);
	int ret = 0;

	if (!trial_is_ok(trial))
		return 0;
	if (why)
		return record_add_note(trial, "profile", why);
	if (!counted)
		return record_add_note(trial, "profile",
				       "no profile: the emulator did not hear of this trial");
	for (size_t i = 0; i < counted->nr_metrics && !ret; i++)
		ret = add_metric(adding, trial, counted,
				 &adding->counts.metrics[counted->first_metric + i], profiles);
	adding->outcome->trials++;
	return ret;
}

static int write_trial(struct adding *adding, json_t *trial)
{
	json_t *profiles = json_array();
	int ret = profiles ? add_trial(adding, trial, profiles) : -ENOMEM;

	if (!ret)
		ret = write_record(adding, trial);
	for (size_t i = 0; i < json_array_size(profiles) && !ret; i++)
		ret = write_record(adding, json_array_get(profiles, i));
	json_decref(profiles);
	return ret;
}

/* ---- the file ---- */

static int write_all(struct adding *adding, struct reader *reader)
{
	json_t *record;
	int ret;

	while ((ret = reader_next(reader, &record, adding->reason)) > 0) {
		if (!strcmp(reader_kind(record), "run")) {
			json_decref(adding->run);
			adding->run = json_incref(record);
		}
		if (!strcmp(reader_kind(record), "trial"))
			ret = write_trial(adding, record);
		else if (strcmp(reader_kind(record), "profile") != 0)
			ret = write_record(adding, record);
		json_decref(record);
		if (ret < 0)
			break;
	}
	json_decref(adding->run);
	return ret;
}

static int replace(struct adding *adding, const char *path)
{
	struct reader *reader;
	struct draft *draft;
	int ret = reader_open(path, &reader, adding->reason);

	if (ret)
		return ret;
	ret = draft_open(path, true, &draft, adding->reason);
	if (!ret) {
		adding->out = draft_file(draft);
		ret = write_all(adding, reader);
		if (ret)
			draft_drop(draft);
		else
			ret = draft_finish(draft, adding->reason);
	}
	reader_close(reader);
	return ret;
}

int counted_results_add(const char *counts, const char *kallsyms, const char *results,
			struct counted_outcome *ret_outcome, struct reason *reason)
{
	struct adding adding = { .outcome = ret_outcome, .reason = reason };
	size_t length;
	char *text;
	int ret = file_read_all(kallsyms, &text, &length);

	*ret_outcome = (struct counted_outcome){ .profiles = 0 };
	if (ret)
		return reason_set(reason, ret, "%s: %s", kallsyms, strerror(-ret));
	ret = symbols_parse(text, length, &adding.symbols, reason);
	free(text);
	if (!ret)
		ret = counts_read(counts, &adding.counts, reason);
	if (!ret)
		ret = replace(&adding, results);
	counts_release(&adding.counts);
	symbols_release(&adding.symbols);
	if (ret && !reason->text[0])
		return reason_set(reason, ret, "%s: %s", results, strerror(-ret));
	return ret;
}
