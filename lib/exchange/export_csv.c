/*
 * Writes every sample as CSV (RFC 4180): a row of names, a row of units, then a row for each
 * iteration with the samples of its metrics. Names are paths into the records: params.size_bytes,
 * metrics.map_ns. A field is empty if the trial lacks the member.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "exchange/escape.h"
#include "exchange/export.h"
#include "result/fields.h"
#include "result/figures.h"

static const char *const fixed_columns[] = {
	"run_id", "label", "kernel", "timing", "cell", "bench", "block", "order", "iteration",
};

#define NR_FIXED (sizeof(fixed_columns) / sizeof(fixed_columns[0]))

/* Names in the order of first appearance; metrics come with their units. */
struct columns {
	json_t *params, *metrics;
	FILE *file;
};

/* ---- columns ---- */

static const char *unit_of_param(const char *name)
{
	size_t length = strlen(name);

	return length > 6 && !strcmp(name + length - 6, "_bytes") ? "bytes" : "";
}

static int note_metric(struct columns *columns, const char *name, const char *unit,
		       struct reason *reason)
{
	const char *before = json_string_value(json_object_get(columns->metrics, name));

	if (before && strcmp(before, unit))
		return reason_set(reason, -EINVAL,
				  "metric %s is in %s here and in %s there: export the files apart",
				  name, before, unit);
	if (!before)
		json_object_set_new(columns->metrics, name, json_string(unit));
	return 0;
}

static int survey(void *state, const struct source_record *record, struct reason *reason)
{
	struct columns *columns = state;
	const char *name;
	json_t *member;
	int ret = 0;

	if (!record->has_figures)
		return 0;
	json_object_foreach(trial_params(record->record), name, member)
		json_object_set_new(columns->params, name, json_string(unit_of_param(name)));
	json_object_foreach(trial_metrics(record->record), name, member) {
		ret = note_metric(columns, name, metric_unit(member), reason);
		if (ret)
			break;
	}
	return ret;
}

/* ---- rows ---- */

static void write_text(const char *text, bool first, FILE *file)
{
	static const char *const words[] = { "\"\"", "\n", "\r", "\t" };
	static const struct escape quoted = { "\"\n\r\t", words };
	bool quotes = text[strcspn(text, "\",\n\r\t ")];

	if (!first)
		fputc(',', file);
	if (quotes)
		fputc('"', file);
	escape_write(&quoted, text, file);
	if (quotes)
		fputc('"', file);
}

static void write_value(const json_t *value, FILE *file)
{
	char text[FIGURE_TEXT];
	const char *shown = json_is_real(value) ? figure_format(json_real_value(value), text)
						: figure_param(value, text);

	write_text(shown ? shown : "", false, file);
}

/*
 * The text of a trial's rows that is the same in all: before the iteration and its samples, and
 * behind them.
 */
struct same {
	char *before, *behind;
};

static void write_before(const struct source_record *record, FILE *file)
{
	const json_t *trial = record->record;

	write_text(run_text(record->run, NULL, "run_id"), true, file);
	write_text(source_label(record->run), false, file);
	write_text(run_text(record->run, "host", "kernel"), false, file);
	write_text(run_text(record->run, "host", "timing"), false, file);
	write_text(trial_cell(trial), false, file);
	write_text(trial_bench(trial), false, file);
	write_value(trial_block_value(trial), file);
	write_value(trial_order_value(trial), file);
}

static void write_behind(const struct columns *columns, const json_t *params, FILE *file)
{
	const char *name;
	json_t *unit;

	json_object_foreach(columns->params, name, unit)
		write_value(json_object_get(params, name), file);
}

static void release_same(struct same *same)
{
	free(same->before);
	free(same->behind);
}

/* Closes an open_memstream(). If memory runs out at the last byte, there is no text. */
static int close_text(FILE *file, char *const *text)
{
	bool lost = ferror(file);

	return fclose(file) || lost || !*text ? -ENOMEM : 0;
}

static int make_same(const struct columns *columns, const struct source_record *record,
		     struct same *same)
{
	size_t length;
	FILE *file = open_memstream(&same->before, &length);
	int ret;

	if (!file)
		return -ENOMEM;
	write_before(record, file);
	ret = close_text(file, &same->before);
	if (ret)
		return ret;
	file = open_memstream(&same->behind, &length);
	if (!file)
		return -ENOMEM;
	write_behind(columns, trial_params(record->record), file);
	return close_text(file, &same->behind);
}

static size_t most_samples(const json_t *metrics)
{
	size_t most = 0;
	const char *name;
	json_t *metric;

	json_object_foreach((json_t *)metrics, name, metric) {
		size_t count = metric_nr_samples(metric);

		most = count > most ? count : most;
	}
	return most;
}

static void write_row(const struct columns *columns, const struct same *same, const json_t *metrics,
		      size_t i)
{
	const char *name;
	json_t *unit;

	fprintf(columns->file, "%s,%zu%s", same->before, i, same->behind);
	json_object_foreach(columns->metrics, name, unit) {
		const json_t *metric = json_object_get(metrics, name);

		write_value(json_array_get(metric_samples(metric), i), columns->file);
	}
	fputs("\r\n", columns->file);
}

static int write_rows(void *state, const struct source_record *record, struct reason *reason)
{
	const struct columns *columns = state;
	const json_t *metrics = trial_metrics(record->record);
	struct same same = { NULL, NULL };
	size_t count;
	int ret;

	(void)reason;
	if (!record->has_figures)
		return 0;
	count = most_samples(metrics);
	ret = make_same(columns, record, &same);
	for (size_t i = 0; i < count && !ret; i++)
		write_row(columns, &same, metrics, i);
	release_same(&same);
	return ret;
}

static void write_names(const struct columns *columns)
{
	const char *name;
	json_t *unit;

	for (size_t i = 0; i < NR_FIXED; i++)
		fprintf(columns->file, "%s%s", i ? "," : "", fixed_columns[i]);
	json_object_foreach(columns->params, name, unit)
		fprintf(columns->file, ",params.%s", name);
	json_object_foreach(columns->metrics, name, unit)
		fprintf(columns->file, ",metrics.%s", name);
	fputs("\r\n", columns->file);
}

static void write_units(const struct columns *columns)
{
	const char *name;
	json_t *unit;

	for (size_t i = 1; i < NR_FIXED; i++)
		fputc(',', columns->file);
	json_object_foreach(columns->params, name, unit)
		fprintf(columns->file, ",%s", json_string_value(unit));
	json_object_foreach(columns->metrics, name, unit)
		fprintf(columns->file, ",%s", json_string_value(unit));
	fputs("\r\n", columns->file);
}

static int csv_write(struct source *source, FILE *file, struct reason *reason)
{
	struct columns columns = { json_object(), json_object(), file };
	int ret = source_each(source, survey, &columns, reason);

	if (!ret) {
		write_names(&columns);
		write_units(&columns);
		ret = source_each(source, write_rows, &columns, reason);
	}
	json_decref(columns.params);
	json_decref(columns.metrics);
	return ret;
}

const struct export_format export_csv = {
	.name = "csv",
	.summary = "every sample, with a row of units (RFC 4180)",
	.write = csv_write,
};
