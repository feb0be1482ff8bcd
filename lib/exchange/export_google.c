/*
 * Writes the JSON of google-benchmark, version 1, as its tools/compare.py reads it: a benchmark for
 * each cell and metric that is a time, a repetition for each sample, then the aggregates.
 *
 * The format has wall time and CPU time, and its readers want both. dmabench measures no CPU time:
 * cpu_time repeats real_time, and the context tells so.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "exchange/export.h"
#include "exchange/pool.h"
#include "result/fields.h"
#include "result/version.h"
#include "stats/summary.h"

struct google {
	struct pool pool;
	json_t *context; /* of the first run */
	char *label;
	FILE *file;
	bool any; /* a benchmark was written */
};

/* ---- the context ---- */

static json_t *make_context(const json_t *run)
{
	const char *started = run_text(run, NULL, "started");
	int64_t nr_cpus = run_cpu_count(run);
	json_t *context = json_pack("{s:s}", "executable", "dmabench");
	static const char *const facts[] = { "kernel", "timing", "virtual", "machine" };

	if (source_has_wall_time(run) && started[0])
		json_object_set_new(context, "date", json_string(started));
	if (nr_cpus)
		json_object_set_new(context, "num_cpus", json_integer(nr_cpus));
	json_object_set_new(context, "library_build_type", json_string("release"));
	json_object_set_new(context, "json_schema_version", json_integer(1));
	json_object_set_new(context, "dmabench_version", json_string(dmabench_version));
	json_object_set_new(context, "cpu_time",
			    json_string("repeats real_time: dmabench measures no CPU time"));
	json_object_set_new(context, "label", json_string(source_label(run)));
	json_object_set_new(context, "run_id", json_string(run_text(run, NULL, "run_id")));
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (run_text(run, "host", facts[i])[0])
			json_object_set_new(context, facts[i],
					    json_string(run_text(run, "host", facts[i])));
	return json_whole(context);
}

/*
 * Takes the context of the first run. A file has one context: boots of one kernel may share it, two
 * kernels may not.
 */
static int take_run(struct google *google, const json_t *run, struct reason *reason)
{
	const char *label = source_label(run);

	if (google->label && strcmp(google->label, label))
		return reason_set(reason, -EINVAL,
				  "these are runs of %.80s and of %.80s, and google-benchmark's "
				  "JSON tells of one: export each by itself",
				  google->label, label);
	if (google->label)
		return 0;
	google->label = strdup(label);
	google->context = make_context(run);
	return google->label && google->context ? 0 : -ENOMEM;
}

static int gather(void *state, const struct source_record *record, struct reason *reason)
{
	struct google *google = state;

	if (record->kind == SOURCE_RUN)
		return take_run(google, record->run, reason);
	return pool_add(&google->pool, record, 0, reason);
}

/* ---- benchmarks ---- */

static json_int_t threads_of(const struct pool_row *row)
{
	json_int_t threads = (json_int_t)params_number(trial_params(row->trial), "threads");

	return threads > 0 ? threads : 1;
}

/*
 * Makes the JSON that all benchmarks of a row and kind begin with, up to their own members. The
 * name is the cell's name with the metric as a further part. The caller frees it; NULL without
 * memory.
 */
static char *begin_benchmark(const struct pool_row *row, size_t family, const char *run_type,
			     const char *aggregate)
{
	json_t *benchmark = json_object();
	char *text;

	json_object_set_new(benchmark, "name",
			    json_sprintf("%s/metric=%s%s%s", row->cell, row->metric,
					 aggregate ? "_" : "", aggregate ? aggregate : ""));
	json_object_set_new(benchmark, "family_index", json_integer((json_int_t)family));
	json_object_set_new(benchmark, "per_family_instance_index", json_integer(0));
	json_object_set_new(benchmark, "run_name",
			    json_sprintf("%s/metric=%s", row->cell, row->metric));
	json_object_set_new(benchmark, "run_type", json_string(run_type));
	json_object_set_new(benchmark, "repetitions", json_integer((json_int_t)row->count));
	json_object_set_new(benchmark, "threads", json_integer(threads_of(row)));
	text = json_dumps(benchmark, 0);
	json_decref(benchmark);
	if (json_ran_out() || !text) {
		free(text);
		return NULL;
	}
	text[strlen(text) - 1] = '\0'; /* cuts off the closing brace */
	return text;
}

/* Writes one benchmark. There may be millions of samples: none gets a JSON object of its own. */
static void end_benchmark(struct google *google, const char *begin, uint64_t iterations,
			  double value)
{
	char text[FIGURE_TEXT];

	figure_format(value, text);
	fprintf(google->file,
		"%s%s, \"iterations\": %llu, \"real_time\": %s, \"cpu_time\": %s, "
		"\"time_unit\": \"ns\"",
		google->any ? ",\n    " : "\n    ", begin, (unsigned long long)iterations, text,
		text);
	google->any = true;
}

static int write_repetitions(struct google *google, const struct pool_row *row, size_t family)
{
	char *begin = begin_benchmark(row, family, "iteration", NULL);

	if (!begin)
		return -ENOMEM;
	for (size_t i = 0; i < row->count; i++) {
		end_benchmark(google, begin, row->batch, row->values[i]);
		fprintf(google->file, ", \"repetition_index\": %zu}", i);
	}
	free(begin);
	return 0;
}

struct spread {
	double mean, stddev;
};

/*
 * Computes the spread by running means (Welford's): equal values then have a deviation of exactly
 * 0.
 */
static struct spread spread_of(const double *values, size_t count)
{
	struct spread spread = { 0 };
	double squares = 0;

	for (size_t i = 0; i < count; i++) {
		double off = values[i] - spread.mean;

		spread.mean += off / (double)(i + 1);
		squares += off * (values[i] - spread.mean);
	}
	spread.stddev = sqrt(squares / (double)(count - 1));
	return spread;
}

/* Writes the aggregates; google-benchmark has none for a single repetition. */
static int write_aggregates(struct google *google, struct pool_row *row, size_t family)
{
	struct spread spread = spread_of(row->values, row->count);
	const struct {
		const char *name, *unit;
		double value;
	} aggregates[] = {
		{ "mean", "time", spread.mean },
		{ "median", "time", summarize(row->values, row->count).median },
		{ "stddev", "time", spread.stddev },
		{ "cv", "percentage", spread.mean > 0 ? spread.stddev / spread.mean : 0 },
	};

	for (size_t i = 0; i < sizeof(aggregates) / sizeof(aggregates[0]); i++) {
		char *begin = begin_benchmark(row, family, "aggregate", aggregates[i].name);

		if (!begin)
			return -ENOMEM;
		end_benchmark(google, begin, row->count, aggregates[i].value);
		fprintf(google->file, ", \"aggregate_name\": \"%s\", \"aggregate_unit\": \"%s\"}",
			aggregates[i].name, aggregates[i].unit);
		free(begin);
	}
	return 0;
}

static int write_benchmarks(struct google *google)
{
	int ret = 0;

	fputs("{\n  \"context\": ", google->file);
	json_dumpf(google->context, google->file, JSON_INDENT(0));
	fputs(",\n  \"benchmarks\": [", google->file);
	for (size_t i = 0; i < google->pool.nr_rows && !ret; i++) {
		struct pool_row *row = &google->pool.rows[i];

		if (strcmp(row->unit->name, "ns"))
			continue; /* not a time */
		ret = write_repetitions(google, row, i);
		if (!ret && row->count > 1)
			ret = write_aggregates(google, row, i);
	}
	fputs("\n  ]\n}\n", google->file);
	return ret;
}

static int google_write(struct source *source, FILE *file, struct reason *reason)
{
	struct google google = { .file = file };
	int ret = pool_init(&google.pool);

	if (!ret)
		ret = source_each(source, gather, &google, reason);
	if (!ret)
		ret = write_benchmarks(&google);
	pool_release(&google.pool);
	json_decref(google.context);
	free(google.label);
	return ret;
}

const struct export_format export_google_benchmark = {
	.name = "google-benchmark",
	.summary = "JSON for its compare.py; times only, runs of one kernel only",
	.write = google_write,
};
