#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/json.h"
#include "base/text.h"
#include "host/state.h"
#include "result/record.h"
#include "result/version.h"

static json_t *integer(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *now_utc(void)
{
	char text[32];
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	return json_string(text);
}

static void add_number(json_t *object, const char *name, const char *variable)
{
	const char *text = getenv(variable);
	uint64_t value;

	if (text && !text_to_u64(text, &value))
		json_object_set_new(object, name, integer(value));
}

json_t *record_series(const char *kernel)
{
	const char *id = getenv("DMABENCH_SERIES_ID");
	const char *label = getenv("DMABENCH_SERIES_LABEL");
	json_t *series;

	if (!id || !id[0])
		return NULL;
	series = json_pack("{s:s, s:s}", "id", id, "label", label && label[0] ? label : kernel);
	add_number(series, "pair", "DMABENCH_SERIES_PAIR");
	add_number(series, "position", "DMABENCH_SERIES_POSITION");
	return series;
}

/* Made of the boot, the moment and the process, which is unique without random numbers. */
static json_t *make_run_id(const char *boot_id)
{
	char text[80];
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(text, sizeof(text), "%.8s-%llx-%x", boot_id, (unsigned long long)now.tv_sec,
		 (unsigned int)(now.tv_nsec >> 10));
	return json_string(text);
}

json_t *record_run(uint64_t seed, json_t *config, json_t *host)
{
	const char *kernel = json_string_value(json_object_get(host, "kernel"));
	json_t *record = json_pack("{s:s, s:i, s:o}", "record", "run", "schema", RESULT_SCHEMA,
				   "tool", version_json());
	json_t *series = record_series(kernel ? kernel : "unknown");
	char boot_id[40];

	host_boot_id(boot_id);
	json_object_set_new(record, "run_id", make_run_id(boot_id));
	json_object_set_new(record, "boot_id", json_string(boot_id));
	json_object_set_new(record, "seed", integer(seed));
	json_object_set_new(record, "started", now_utc());
	if (series)
		json_object_set_new(record, "series", series);
	json_object_set_new(record, "clock",
			    json_pack("{s:s, s:f, s:f}", "source", clock_source.name, "ns_per_tick",
				      clock_source.ns_per_tick, "error_ppm",
				      clock_source.error_ppm));
	if (clock_source.why)
		json_object_set_new(json_object_get(record, "clock"), "why",
				    json_string(clock_source.why));
	json_object_set(record, "config", config);
	json_object_set(record, "host", host);
	return json_whole(record);
}

json_t *record_skip(const char *cell, const char *reason)
{
	return json_pack("{s:s, s:s, s:s}", "record", "skip", "cell", cell, "reason", reason);
}

json_t *record_end(const char *status, const char *why, uint64_t trials, uint64_t skipped,
		   uint64_t failed, uint64_t invalid, uint64_t elapsed_ns)
{
	json_t *record = json_pack("{s:s, s:s}", "record", "end", "status", status);

	if (why)
		json_object_set_new(record, "why", json_string(why));
	json_object_set_new(record, "trials", integer(trials));
	json_object_set_new(record, "skipped", integer(skipped));
	json_object_set_new(record, "failed", integer(failed));
	json_object_set_new(record, "invalid", integer(invalid));
	json_object_set_new(record, "elapsed_ns", integer(elapsed_ns));
	json_object_set_new(record, "ended", now_utc());
	return json_whole(record);
}

json_t *record_params(const struct bench *bench, const struct value *values)
{
	json_t *params = json_object();

	for (size_t i = 0; i < bench_nr_params(bench); i++) {
		const struct param *param = &bench->params[i];
		char key[PARAM_TEXT];

		snprintf(key, sizeof(key), "%s%s", param->name, param->type->key_suffix);
		json_object_set_new(params, key, param->type->to_json(&values[i]));
	}
	return params;
}

json_t *record_placement(const struct placement *placement)
{
	json_t *object = json_object();
	json_t *cpus = json_array();

	for (size_t i = 0; i < placement->nr_cpus; i++)
		json_array_append_new(cpus, json_integer(placement->cpus[i]));
	json_object_set_new(object, "request", json_string(placement->request));
	json_object_set_new(object, "cpus", cpus);
	json_object_set_new(object, "cpu_node", json_integer(placement->cpu_node));
	if (placement->nr_mem_nodes == 1) {
		json_object_set_new(object, "mem_node", json_integer(placement->mem_nodes[0]));
	} else {
		json_t *nodes = json_array();

		for (size_t i = 0; i < placement->nr_mem_nodes; i++)
			json_array_append_new(nodes, json_integer(placement->mem_nodes[i]));
		json_object_set_new(object, "mem_nodes", nodes);
	}
	if (placement->device_node >= 0)
		json_object_set_new(object, "device_node", json_integer(placement->device_node));
	json_object_set_new(object, "local", json_boolean(placement_is_local(placement)));
	return object;
}

static json_t *make_leaves(const struct leaves *leaves)
{
	json_t *sizes = json_object();
	char name[32];

	for (size_t i = 0; i < LEAVES_SIZES; i++) {
		snprintf(name, sizeof(name), "%llu",
			 (unsigned long long)leaves->sizes[i].page_bytes);
		if (leaves->sizes[i].count)
			json_object_set_new(sizes, name, integer(leaves->sizes[i].count));
	}
	return sizes;
}

static json_t *make_verified(const struct proof *proof)
{
	json_t *pages = json_object(), *nodes = json_object(), *verified;
	char name[32];

	for (size_t i = 0; i < proof->pages.nr_sizes; i++) {
		snprintf(name, sizeof(name), "%llu",
			 (unsigned long long)proof->pages.sizes[i].page_bytes);
		json_object_set_new(pages, name, integer(proof->pages.sizes[i].pages));
	}
	for (size_t i = 0; i < proof->nr_nodes; i++) {
		snprintf(name, sizeof(name), "%u", proof->nodes[i].node);
		json_object_set_new(nodes, name, integer(proof->nodes[i].bytes));
	}
	verified = json_pack("{s:o, s:o, s:s}", "pages", pages, "node_bytes", nodes, "proof",
			     proof->method);
	if (proof->pages.runs)
		json_object_set_new(verified, "runs", integer(proof->pages.runs));
	return verified;
}

/* Rounds nanoseconds to two decimals, and to none from a microsecond on: the clock is no better. */
static json_t *time_sample(double ns)
{
	if (ns >= 1000 || ns == floor(ns))
		return json_integer((json_int_t)llround(ns));
	return json_real(round(ns * 100) / 100);
}

static json_t *make_value(uint64_t value, bool is_time, double divisor)
{
	if (is_time)
		return time_sample(clock_ticks_to_ns(value) / divisor);
	return divisor == 1 ? integer(value) : json_real((double)value / divisor);
}

static json_t *make_histogram(const struct histogram *histogram, bool is_time, double divisor)
{
	json_t *buckets = json_array();

	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (histogram->counts[i])
			json_array_append_new(
				buckets, json_pack("[o, o]",
						   make_value(histogram_floor(i), is_time, divisor),
						   integer(histogram->counts[i])));
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "count", integer(histogram->count), "sum",
			 make_value(histogram->sum, is_time, divisor), "min",
			 make_value(histogram->least, is_time, divisor), "max",
			 make_value(histogram->most, is_time, divisor), "buckets", buckets);
}

static json_t *make_metric(const struct trial *t, size_t i, const struct measured *measured)
{
	const struct metric *metric = &t->bench->metrics[i];
	const struct samples *samples = &t->samples[i];
	bool is_time = !strcmp(metric->unit, "ns");
	double divisor = (metric->divisor > 0 ? metric->divisor : 1) * (is_time ? t->batch : 1);
	json_t *values = json_array();
	json_t *object = json_pack("{s:s, s:s}", "unit", metric->unit, "better", metric->better);

	for (size_t j = 0; j < samples->count; j++)
		json_array_append_new(values, make_value(samples->values[j], is_time, divisor));
	if (metric->per_size)
		json_object_set_new(object, "per_size", json_true());
	if (is_time && t->batch > 1)
		json_object_set_new(object, "batch", json_integer(t->batch));
	if (measured->too_short[i])
		json_object_set_new(object, "too_short", json_true());
	if (samples->every > 1)
		json_object_set_new(object, "every", integer(samples->every));
	if (samples->lost)
		json_object_set_new(object, "lost", integer(samples->lost));
	if (samples->histogram && samples->histogram->count)
		json_object_set_new(object, "histogram",
				    make_histogram(samples->histogram, is_time, divisor));
	json_object_set_new(object, "samples", values);
	return object;
}

static void add_fault_proof(json_t *verified, const struct fault_proof *proof)
{
	json_object_set_new(verified, "span_bytes", integer(proof->span_bytes));
	json_object_set_new(verified, "faults", integer(proof->faults));
	json_object_set_new(verified, "page_table_bytes", integer(proof->page_table_bytes));
	json_object_set_new(verified, "order_bytes", integer(proof->order_bytes));
}

static json_t *make_notes(const struct trial *t)
{
	json_t *notes = json_object();

	for (size_t i = 0; i < t->nr_notes; i++)
		json_object_set_new(notes, t->notes[i].name, json_string(t->notes[i].text));
	return notes;
}

static json_t *make_devices(const struct trial *t)
{
	json_t *devices = json_array();

	for (size_t i = 0; i < t->nr_outcomes; i++) {
		const struct device_outcome *outcome = &t->outcomes[i];
		json_t *one = json_pack("{s:s, s:s}", "device", outcome->bdf, "status",
					outcome->error[0] ? "failed" : "ok");

		if (outcome->error[0])
			json_object_set_new(one, "error", json_string(outcome->error));
		json_array_append_new(devices, one);
	}
	return devices;
}

static json_t *make_metrics(const struct trial *t, const struct measured *measured)
{
	json_t *metrics = json_object();

	for (size_t i = 0; i < bench_nr_metrics(t->bench); i++)
		if (t->samples[i].count)
			json_object_set_new(metrics, t->bench->metrics[i].name,
					    make_metric(t, i, measured));
	return metrics;
}

static json_t *make_counters(const struct counters *counters)
{
	json_t *object = json_object();

	for (size_t i = 0; i < counters->count; i++) {
		const struct counter *counter = &counters->list[i];
		json_t *one = json_object();

		if (counter->reason.text[0]) {
			json_object_set_new(one, "reason", json_string(counter->reason.text));
		} else {
			json_object_set_new(one, "value", integer(counter->value));
			json_object_set_new(one, "enabled_ns", integer(counter->enabled_ns));
			json_object_set_new(one, "running_ns", integer(counter->running_ns));
			if (counter->running_ns < counter->enabled_ns)
				json_object_set_new(one, "multiplexed", json_true());
		}
		json_object_set_new(object, counter->name, one);
	}
	return object;
}

static json_t *make_noise(const struct noise *noise)
{
	json_t *object = json_object();

	for (size_t i = 0; i < noise->count; i++)
		if (noise->tags[i].value)
			json_object_set_new(object, noise->tags[i].name,
					    integer(noise->tags[i].value));
	return object;
}

static json_t *make_phases(const struct phases *phases)
{
	const struct {
		const char *name;
		uint64_t value;
	} parts[] = {
		{ "start_ns", phases->start_ns },
		{ "first_sample_ns", phases->first_sample_ns },
		{ "bind_ns", phases->bind_ns },
		{ "setup_ns", phases->setup_ns },
		{ "fault_in_ns", phases->fault_in_ns },
		{ "verify_ns", phases->verify_ns },
		{ "warmup_ns", phases->warmup_ns },
		{ "run_ns", phases->run_ns },
		{ "profile_ns", phases->profile_ns },
		{ "teardown_ns", phases->teardown_ns },
	};
	json_t *object = json_object();

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].value || strcmp(parts[i].name, "profile_ns"))
			json_object_set_new(object, parts[i].name, integer(parts[i].value));
	return object;
}

static json_t *make_warmup(const struct measured *measured)
{
	return json_pack("{s:I, s:b}", "iterations", (json_int_t)measured->warmup_done, "steady",
			 measured->steady);
}

static const char *status_of(int outcome)
{
	return outcome == 0 ? "ok" : outcome == INVALID ? "invalid" : "failed";
}

static json_t *explain(const struct trial *t, int outcome)
{
	if (t->reason.text[0])
		return json_string(t->reason.text);
	return json_string(outcome < 0 ? strerror(-outcome) : "no reason given");
}

json_t *record_outcome(const struct trial *t, int outcome, const struct measured *measured,
		       const struct measure_plan *plan, const struct phases *phases)
{
	json_t *object = json_object();

	if (outcome == SKIPPED) {
		json_object_set_new(object, "status", json_string("skipped"));
		json_object_set_new(object, "reason", explain(t, outcome));
		return json_whole(object);
	}
	json_object_set_new(object, "placement", record_placement(&t->placement));
	json_object_set_new(object, "status", json_string(status_of(outcome)));
	if (outcome)
		json_object_set_new(object, "error", explain(t, outcome));
	if (t->proved)
		json_object_set_new(object, "verified", make_verified(&t->proof));
	if (t->proved && t->fault_proof.span_bytes)
		add_fault_proof(json_object_get(object, "verified"), &t->fault_proof);
	if (t->leaves.seen)
		json_object_set_new(json_object_get(object, "verified"), "iommu_leaves",
				    make_leaves(&t->leaves));
	if (t->devices.count)
		json_object_set_new(object, "device", json_string(t->devices.list[0].bdf));
	if (t->nr_outcomes)
		json_object_set_new(object, "devices", make_devices(t));
	if (t->nr_notes)
		json_object_set_new(object, "notes", make_notes(t));
	json_object_set_new(object, "iterations", json_integer(plan->iterations));
	json_object_set_new(object, "warmup", make_warmup(measured));
	json_object_set_new(object, "metrics", make_metrics(t, measured));
	if (measured->ran) {
		json_object_set_new(object, "counters", make_counters(&measured->counters));
		json_object_set_new(object, "noise", make_noise(&measured->noise));
		json_object_set_new(object, "overhead_ns",
				    json_real(round(measured->overhead_ns * 100) / 100));
	}
	json_object_set_new(object, "phases", make_phases(phases));
	return json_whole(object);
}

json_t *record_failure(const char *error)
{
	return json_pack("{s:s, s:s}", "status", "failed", "error", error);
}

json_t *record_trial(const char *cell, const struct bench *bench, const struct value *values,
		     const struct placement *placement, uint32_t block, uint64_t order,
		     json_t *outcome)
{
	json_t *record =
		json_pack("{s:s, s:s, s:s}", "record", "trial", "cell", cell, "bench", bench->name);

	json_object_set_new(record, "params", record_params(bench, values));
	json_object_set_new(record, "placement", record_placement(placement));
	json_object_set_new(record, "block", json_integer(block));
	json_object_set_new(record, "order", integer(order));
	json_object_update(record,
			   outcome); /* what the trial read back replaces what was asked for */
	return json_whole(record);
}

int record_add_note(json_t *trial, const char *name, const char *text)
{
	json_t *notes = json_object_get(trial, "notes");
	const char *before;
	json_t *note;

	if (!notes) {
		notes = json_object();
		if (json_object_set_new(trial, "notes", notes))
			return -ENOMEM;
	}
	before = json_string_value(json_object_get(notes, name));
	note = before ? json_sprintf("%s; %s", before, text) : json_string(text);
	return json_object_set_new(notes, name, note) ? -ENOMEM : 0;
}

char *record_text(const json_t *record)
{
	return json_dumps(record, JSON_COMPACT | JSON_REAL_PRECISION(12));
}
