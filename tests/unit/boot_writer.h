/*
 * boot_writer - writes result files of boots that never were, record by record.
 *
 * Tests of what reads results make all their boots by it: unit tests through boots.h, scripts
 * through tests/cli/lib/boots.c.
 */
#ifndef BOOT_WRITER_H
#define BOOT_WRITER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/profile.h"

/* What differs between boots; what is NULL or 0 has a default that suits most. */
struct boot_file {
	const char *label, *kernel, *timing, *boot_id, *run_id, *started, *version;
	int pair; /* 0: no series */
	int position;
	const char *host; /* more members: ",\"cpu\":{…}" */
	json_t *more; /* takes the place of what the run record has, member by member; borrowed */
};

/* A metric of a trial. A unit or direction of NULL is told from the name. */
struct boot_metric_text {
	const char *name, *unit, *better;
	bool per_size;
	json_t *samples; /* taken over */
};

/* Takes @record over. */
static inline void boot_write(FILE *file, json_t *record)
{
	if (!record || json_dumpf(record, file, JSON_COMPACT) || fputc('\n', file) == EOF)
		abort();
	json_decref(record);
}

/* An invented file that cannot be made as its test wants it would prove nothing. */
static inline json_t *boot_parse(const char *text)
{
	json_t *json = json_loads(text, 0, NULL);

	if (!json)
		abort();
	return json;
}

static inline json_t *boot_parse_in(const char *before, const char *text, const char *after)
{
	size_t size = strlen(before) + strlen(text) + strlen(after) + 1;
	char *whole = malloc(size);
	json_t *json;

	if (!whole)
		abort();
	snprintf(whole, size, "%s%s%s", before, text, after);
	json = boot_parse(whole);
	free(whole);
	return json;
}

static inline json_t *boot_host(const struct boot_file *boot, const char *kernel)
{
	json_t *more = boot_parse_in("{\"virtual\":\"none\"", boot->host ? boot->host : "", "}");
	json_t *host = json_pack("{s:s, s:s}", "kernel", kernel, "timing",
				 boot->timing ? boot->timing : "wall");

	json_object_update_new(host, more);
	return host;
}

/* Opens @path and writes the run record. boot_end() closes it. */
static inline FILE *boot_begin(const char *path, const struct boot_file *boot)
{
	static unsigned int number;
	const char *label = boot->label ? boot->label : "6.1";
	char fresh[32];
	json_t *run;
	FILE *file = fopen(path, "we");

	if (!file)
		abort();
	snprintf(fresh, sizeof(fresh), "made-up-%u", ++number);
	run = json_pack("{s:s, s:i, s:{s:s, s:s}, s:s, s:s, s:i, s:s}", "record", "run", "schema",
			1, "tool", "name", "dmabench", "version",
			boot->version ? boot->version : "1", "run_id",
			boot->run_id ? boot->run_id : fresh, "boot_id",
			boot->boot_id ? boot->boot_id : fresh, "seed", (int)number, "started",
			boot->started ? boot->started : "2026-01-01T00:00:00Z");
	if (boot->pair)
		json_object_set_new(run, "series",
				    json_pack("{s:s, s:s, s:i, s:i}", "id", "s", "label", label,
					      "pair", boot->pair, "position", boot->position));
	json_object_set_new(run, "config",
			    boot_parse("{\"matrix\":[{\"bench\":\"null\"}],\"seed\":1}"));
	json_object_set_new(run, "host", boot_host(boot, boot->kernel ? boot->kernel : label));
	if (boot->more && json_object_update_recursive(run, boot->more))
		abort();
	boot_write(file, run);
	return file;
}

static inline bool boot_ends_in(const char *name, const char *end)
{
	size_t length = strlen(name), tail = strlen(end);

	return length >= tail && !strcmp(name + length - tail, end);
}

static inline json_t *boot_metric_json(const struct boot_metric_text *metric)
{
	const char *unit = boot_ends_in(metric->name, "_ns")	  ? "ns"
			   : boot_ends_in(metric->name, "_bytes") ? "bytes"
								  : "count";
	const char *better = strstr(metric->name, "_up") ? "higher" : "lower";

	json_t *json =
		json_pack("{s:s, s:s, s:o}", "unit", metric->unit ? metric->unit : unit, "better",
			  metric->better ? metric->better : better, "samples", metric->samples);

	if (metric->per_size)
		json_object_set_new(json, "per_size", json_true());
	return json;
}

static unsigned int boot_order; /* of the next trial */

/* What every trial's record begins with; it lacks how the trial went. @params is taken over. */
static inline json_t *boot_trial_begin(const char *cell, json_t *params)
{
	return json_pack("{s:s, s:s, s:s%, s:o, s:{s:s, s:[i], s:i, s:i, s:b}, s:i, s:i}", "record",
			 "trial", "cell", cell, "bench", cell, strcspn(cell, "/"), "params", params,
			 "placement", "request", "local", "cpus", 0, "cpu_node", 0, "mem_node", 0,
			 "local", 1, "block", 0, "order", (int)boot_order++);
}

/* A trial that went well, still without metrics. */
static inline json_t *boot_trial_ok(const char *cell, json_t *params, size_t iterations)
{
	json_t *trial = boot_trial_begin(cell, params);
	json_t *rest =
		json_pack("{s:s, s:I, s:{}, s:{}, s:{}, s:i}", "status", "ok", "iterations",
			  (json_int_t)iterations, "metrics", "counters", "noise", "overhead_ns", 9);

	json_object_update_new(trial, rest);
	return trial;
}

static inline void boot_trial_measured(json_t *trial, const struct boot_metric_text *metric)
{
	if (json_object_set_new(json_object_get(trial, "metrics"), metric->name,
				boot_metric_json(metric)))
		abort();
}

/* @samples: "1,2,3". */
static inline void boot_trial(FILE *file, const char *cell, const char *metric, const char *samples)
{
	json_t *trial = boot_trial_ok(cell, json_pack("{s:i}", "size_bytes", 4096), 3);

	boot_trial_measured(
		trial, &(struct boot_metric_text){ .name = metric,
						   .samples = boot_parse_in("[", samples, "]") });
	boot_write(file, trial);
}

/* A trial that came to nothing. */
static inline json_t *boot_mishap_begin(const char *cell, json_t *params, const char *status,
					const char *why)
{
	json_t *trial = boot_trial_begin(cell, params);

	json_object_update_new(trial, json_pack("{s:s, s:s}", "status", status, "error", why));
	return trial;
}

static inline void boot_mishap(FILE *file, const char *cell, const char *status, const char *why)
{
	boot_write(file, boot_mishap_begin(cell, json_object(), status, why));
}

/* A profile of the trial that was written last. What is NULL or 0 has a default. */
struct boot_profile_text {
	const char *cell, *metric;
	const char *source, *event, *unit;
	const char *kernel, *boot_id; /* NULL: not told */
	int operations, interrupts, idle_ns;
	/*
	 * Words "FRAME;FRAME=SELF" or "FRAME;FRAME=SELF/CALLS"; a FRAME is "name" or
	 * "name@module".
	 */
	const char *stacks;
};

static inline void boot_profile_frames(struct profile *profile, char *word)
{
	char *numbers = strchr(word, '='), *frame, *rest = word;
	size_t node = 0;

	if (!numbers)
		abort();
	*numbers++ = '\0';
	while ((frame = strsep(&rest, ";")) != NULL) {
		char *module = strchr(frame, '@');

		if (module)
			*module++ = '\0';
		else if (!strcmp(frame, PROFILE_USER))
			module = frame;
		if (call_tree_child(&profile->tree, node, frame, module, &node))
			abort();
	}
	profile->tree.nodes[node].self += strtoull(numbers, &numbers, 10);
	if (*numbers == '/')
		profile->tree.nodes[node].calls += strtoull(numbers + 1, NULL, 10);
}

/* The caller frees it by profile_free(). */
static inline struct profile *boot_profile_of(const struct boot_profile_text *text)
{
	struct profile *profile = profile_new(&(struct profile_facts){
		.cell = text->cell,
		.metric = text->metric,
		.source = text->source ? text->source : PROFILE_EMULATOR,
		.event = text->event ? text->event : "instructions",
		.unit = text->unit ? text->unit : PROFILE_INSTRUCTIONS,
		.order = boot_order ? (int64_t)boot_order - 1 : 0,
		.operations = text->operations ? (uint64_t)text->operations : 1,
		.interrupts = (uint64_t)text->interrupts,
		.idle_ns = (uint64_t)text->idle_ns,
	});
	char *words = strdup(text->stacks ? text->stacks : "[user]=1"), *rest = words, *word;

	if (!profile || !words)
		abort();
	while ((word = strsep(&rest, " ")) != NULL)
		if (word[0])
			boot_profile_frames(profile, word);
	free(words);
	profile->total = call_tree_sum(&profile->tree);
	return profile;
}

static inline void boot_profile(FILE *file, const struct boot_profile_text *text)
{
	struct profile *profile = boot_profile_of(text);
	json_t *record = profile_to_record(profile, NULL);

	if (text->kernel)
		json_object_set_new(record, "kernel", json_string(text->kernel));
	if (text->boot_id)
		json_object_set_new(record, "boot_id", json_string(text->boot_id));
	profile_free(profile);
	boot_write(file, record);
}

static inline void boot_skip(FILE *file, const char *cell, const char *why)
{
	boot_write(file,
		   json_pack("{s:s, s:s, s:s}", "record", "skip", "cell", cell, "reason", why));
}

static inline void boot_end_counted(FILE *file, size_t trials, size_t skipped, size_t failed)
{
	boot_write(file, json_pack("{s:s, s:s, s:i, s:i, s:i, s:i}", "record", "end", "status",
				   "complete", "trials", (int)trials, "skipped", (int)skipped,
				   "failed", (int)failed, "elapsed_ns", 1));
	if (fclose(file))
		abort();
}

static inline void boot_end(FILE *file)
{
	boot_end_counted(file, 1, 0, 0);
}

#endif
