/*
 * Writes Influx line protocol: a point for each metric of each trial, in the measurement
 * "dmabench".
 *
 * Tags identify the trial; they differ between any two points, so that none overwrites another. The
 * time is when the trial began. It is left out if the host's clock counted instructions, and is
 * that of the run in a session that was resumed.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/units.h"
#include "exchange/escape.h"
#include "exchange/export.h"
#include "result/fields.h"
#include "result/figures.h"

/* A backslash cannot be escaped, and would take the meaning from the character that ends a tag. */
static const char *const tag_words[] = { "\\,", "\\=", "\\ ", "<U+005C>" };
static const struct escape in_tag = { ",= \\", tag_words };

/* Writes a tag, unless its value is empty, which would be an error. */
static void write_tag(const char *name, const char *value, FILE *file)
{
	if (!value || !value[0])
		return;
	fprintf(file, ",%s=", name);
	escape_write(&in_tag, value, file);
}

static void write_param(const char *name, const json_t *value, FILE *file)
{
	char text[FIGURE_TEXT];
	const char *shown = figure_param(value, text);

	if (!shown || !shown[0])
		return;
	fprintf(file, ",param_%s=", name);
	escape_write(&in_tag, shown, file);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Writes the parameters in order of name, as servers prefer tags. */
static int write_params(const json_t *params, FILE *file)
{
	const char **names, *name;
	size_t count = 0;
	json_t *value;

	names = calloc(json_object_size(params) + 1, sizeof(*names));
	if (!names)
		return -ENOMEM;
	json_object_foreach((json_t *)params, name, value)
		names[count++] = name;
	qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 0; i < count; i++)
		write_param(names[i], json_object_get(params, names[i]), file);
	free(names);
	return 0;
}

static int write_tags(const struct source_record *record, const char *metric, const char *unit,
		      FILE *file)
{
	const json_t *trial = record->record;
	char block[32];
	int ret;

	snprintf(block, sizeof(block), "%" PRId64, trial_block(trial));
	fputs("dmabench", file);
	write_tag("bench", trial_bench(trial), file);
	write_tag("block", block, file);
	write_tag("cell", trial_cell(trial), file);
	write_tag("kernel", run_text(record->run, "host", "kernel"), file);
	write_tag("label", source_label(record->run), file);
	write_tag("metric", metric, file);
	ret = write_params(trial_params(trial), file);
	write_tag("run_id", run_text(record->run, NULL, "run_id"), file);
	write_tag("timing", run_text(record->run, "host", "timing"), file);
	write_tag("unit", unit, file);
	return ret;
}

/* Writes all figures as floats, also whole numbers: a field keeps the type of its first point. */
static void write_fields(const struct summary *summary, FILE *file)
{
	const struct {
		const char *name;
		double value;
	} fields[] = {
		{ "lower_quartile", summary->lower_quartile },
		{ "mad", summary->mad },
		{ "max", summary->max },
		{ "median", summary->median },
		{ "min", summary->min },
		{ "upper_quartile", summary->upper_quartile },
	};
	char text[FIGURE_TEXT];

	fputc(' ', file);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		fprintf(file, "%s=%s,", fields[i].name, figure_format(fields[i].value, text));
	fprintf(file, "samples=%zui", summary->count);
}

static void write_time(const struct source_record *record, FILE *file)
{
	const char *started = run_text(record->run, NULL, "started");
	struct tm utc = { 0 };
	long long seconds, since_start_ns;

	if (!source_has_wall_time(record->run) || !strptime(started, "%Y-%m-%dT%H:%M:%S", &utc))
		return;
	seconds = timegm(&utc);
	since_start_ns = record->resumed ? 0 : trial_start_ns(record->record);
	/* 63 bits of nanoseconds end in the year 2262. */
	if (seconds < 0 || seconds > INT64_MAX / (long long)SEC - 1 || since_start_ns < 0 ||
	    since_start_ns > INT64_MAX - seconds * (long long)SEC)
		return;
	fprintf(file, " %lld", seconds * (long long)SEC + since_start_ns);
}

static int write_point(const struct source_record *record, const char *name, const json_t *metric,
		       FILE *file)
{
	struct summary summary;
	int ret = figures_summarize(metric, &summary);

	if (ret)
		return ret;
	ret = write_tags(record, name, metric_unit(metric), file);
	write_fields(&summary, file);
	write_time(record, file);
	fputc('\n', file);
	return ret;
}

static int write_points(void *state, const struct source_record *record, struct reason *reason)
{
	const char *name;
	json_t *metric;
	int ret = 0;

	(void)reason;
	if (!record->has_figures)
		return 0;
	json_object_foreach(trial_metrics(record->record), name, metric) {
		ret = write_point(record, name, metric, state);
		if (ret)
			break;
	}
	return ret;
}

static int influx_write(struct source *source, FILE *file, struct reason *reason)
{
	return source_each(source, write_points, file, reason);
}

const struct export_format export_influx = {
	.name = "influx",
	.summary = "line protocol, a point for each metric of each trial",
	.write = influx_write,
};
