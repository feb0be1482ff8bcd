/*
 * Writes OpenMetrics 1.0 text, for a textfile collector or a push gateway: a summary for each
 * metric, in base units, with a series for each cell of each run, and an info metric that describes
 * the runs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "exchange/escape.h"
#include "exchange/export.h"
#include "exchange/pool.h"
#include "result/fields.h"
#include "stats/summary.h"

struct families {
	struct text *names;
	size_t count;
};

/* ---- names ---- */

/*
 * Names the family of a metric: "unpin_ns_per_page" becomes "dmabench_unpin_per_page_seconds". The
 * base unit comes last, and the metric's own unit is cut out.
 */
static void name_family(struct text *name, const struct pool_row *row)
{
	const char *unit = !strcmp(row->unit->name, "ns") ? "_ns" : NULL;
	const char *end = row->metric + strlen(row->metric);
	const char *at = unit ? strstr(row->metric, unit) : NULL;
	size_t base_length = strlen(row->unit->base);

	if (at && at[3] && at[3] != '_') /* a longer word that begins with the unit */
		at = NULL;
	text_add(name, "dmabench_%.*s%s", (int)((at ? at : end) - row->metric), row->metric,
		 at ? at + 3 : "");
	if (!base_length || name->failed)
		return;
	if (name->length > base_length + 1 && name->text[name->length - base_length - 1] == '_' &&
	    !strcmp(name->text + name->length - base_length, row->unit->base))
		return; /* the name ends in the unit: "dmabench_page_bytes" */
	text_add(name, "_%s", row->unit->base);
}

/*
 * Finds the number of the row's family: an earlier one with the same name and unit, or a new one.
 */
static int find_family(struct families *families, const struct pool *pool, const size_t *family,
		       size_t nr_row, size_t *ret_family, struct reason *reason)
{
	const struct pool_row *row = &pool->rows[nr_row];
	struct text *name = &families->names[families->count];

	name_family(name, row);
	if (name->failed)
		return -ENOMEM;
	for (size_t i = 0; i < nr_row; i++) {
		if (strcmp(families->names[family[i]].text, name->text))
			continue;
		text_release(name);
		if (pool->rows[i].unit != row->unit)
			return reason_set(reason, -EINVAL,
					  "metric %.60s is in %s and %.60s in %s, and both would "
					  "be called %.120s: export the files apart",
					  pool->rows[i].metric, pool->rows[i].unit->name,
					  row->metric, row->unit->name,
					  families->names[family[i]].text);
		*ret_family = family[i];
		return 0;
	}
	*ret_family = families->count++;
	return 0;
}

/* Refuses a family that is called like another one's samples: "x" has samples x_count and x_sum. */
static int check_clashes(const struct families *families, struct reason *reason)
{
	static const char *const endings[] = { "_count", "_sum", "_created" };

	for (size_t i = 0; i < families->count; i++)
		for (size_t j = 0; j < families->count; j++) {
			const char *shorter = families->names[i].text;
			const char *longer = families->names[j].text;

			if (i == j || !text_starts_with(longer, shorter))
				continue;
			for (size_t k = 0; k < sizeof(endings) / sizeof(endings[0]); k++)
				if (!strcmp(longer + strlen(shorter), endings[k]))
					return reason_set(
						reason, -EINVAL,
						"metrics %.100s and %.100s cannot stand "
						"in one exposition: export the files apart",
						shorter, longer);
		}
	return 0;
}

/* ---- samples ---- */

static const char *const label_words[] = { "\\\\", "\\\"", "\\n" };
static const struct escape in_label = { "\\\"\n", label_words };

static void write_label(const char *name, const char *value, bool first, FILE *file)
{
	fprintf(file, "%s%s=\"", first ? "" : ",", name);
	escape_write(&in_label, value, file);
	fputc('"', file);
}

/* Writes parameters as labels. An empty label would be the same as none. */
static void write_params(const json_t *params, FILE *file)
{
	char text[FIGURE_TEXT];
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)params, name, value) {
		const char *shown = figure_param(value, text);

		if (!shown)
			continue;
		fprintf(file, ",param_%s=\"", name);
		escape_write(&in_label, shown, file);
		fputc('"', file);
	}
}

/* Writes the labels of a row, with the metric's own name: two metrics may share a family. */
static void write_labels(const struct pool_row *row, FILE *file)
{
	write_label("bench", trial_bench(row->trial), true, file);
	write_label("cell", row->cell, false, file);
	write_label("label", source_label(row->run), false, file);
	write_label("metric", row->metric, false, file);
	write_label("run_id", run_text(row->run, NULL, "run_id"), false, file);
	write_label("timing", run_text(row->run, "host", "timing"), false, file);
	write_params(trial_params(row->trial), file);
}

static void write_sample(const char *name, const char *ending, const struct pool_row *row,
			 const char *quantile, double value, FILE *file)
{
	char text[FIGURE_TEXT];

	fprintf(file, "%s%s{", name, ending);
	write_labels(row, file);
	if (quantile)
		write_label("quantile", quantile, false, file);
	fprintf(file, "} %s\n", figure_format(value, text));
}

static void write_row(const char *name, struct pool_row *row, FILE *file)
{
	struct summary summary = summarize(row->values, row->count);
	const struct {
		const char *quantile;
		double value;
	} quantiles[] = {
		{ "0", summary.min },	   { "0.25", summary.lower_quartile },
		{ "0.5", summary.median }, { "0.75", summary.upper_quartile },
		{ "1", summary.max },
	};
	double sum = 0;

	for (size_t i = 0; i < row->count; i++)
		sum += row->values[i];
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++)
		write_sample(name, "", row, quantiles[i].quantile,
			     quantiles[i].value / row->unit->per_base, file);
	write_sample(name, "_count", row, NULL, (double)row->count, file);
	write_sample(name, "_sum", row, NULL, sum / row->unit->per_base, file);
}

static void write_family(const char *name, const struct pool *pool, const size_t *family,
			 size_t nr_family, FILE *file)
{
	bool first = true;

	for (size_t i = 0; i < pool->nr_rows; i++) {
		struct pool_row *row = &pool->rows[i];

		if (family[i] != nr_family)
			continue;
		if (first) {
			fprintf(file, "# TYPE %s summary\n", name);
			if (row->unit->base[0])
				fprintf(file, "# UNIT %s %s\n", name, row->unit->base);
			fprintf(file,
				"# HELP %s dmabench %s, over all samples of a cell in a run\n",
				name, row->metric);
		}
		first = false;
		write_row(name, row, file);
	}
}

static int write_families(struct pool *pool, FILE *file, struct reason *reason)
{
	size_t *family = calloc(pool->nr_rows + 1, sizeof(*family));
	struct families families = { calloc(pool->nr_rows + 1, sizeof(struct text)), 0 };
	int ret = family && families.names ? 0 : -ENOMEM;

	for (size_t i = 0; i < pool->nr_rows && !ret; i++)
		ret = find_family(&families, pool, family, i, &family[i], reason);
	if (!ret)
		ret = check_clashes(&families, reason);
	for (size_t i = 0; i < families.count && !ret; i++)
		write_family(families.names[i].text, pool, family, i, file);
	for (size_t i = 0; families.names && i <= pool->nr_rows; i++)
		text_release(&families.names[i]);
	free(families.names);
	free(family);
	return ret;
}

/* ---- runs ---- */

struct exposition {
	struct pool pool;
	FILE *file;
};

static int gather(void *state, const struct source_record *record, struct reason *reason)
{
	struct exposition *exposition = state;
	FILE *file = exposition->file;

	if (record->kind != SOURCE_RUN)
		return pool_add(&exposition->pool, record, record->nr_run, reason);
	fputs("dmabench_run_info{", file);
	write_label("kernel", run_text(record->run, "host", "kernel"), true, file);
	write_label("label", source_label(record->run), false, file);
	write_label("run_id", run_text(record->run, NULL, "run_id"), false, file);
	write_label("timing", run_text(record->run, "host", "timing"), false, file);
	write_label("version", run_text(record->run, "tool", "version"), false, file);
	write_label("virtual", run_text(record->run, "host", "virtual"), false, file);
	fputs("} 1\n", file);
	return 0;
}

static int openmetrics_write(struct source *source, FILE *file, struct reason *reason)
{
	struct exposition exposition = { .file = file };
	int ret = pool_init(&exposition.pool);

	fputs("# TYPE dmabench_run info\n"
	      "# HELP dmabench_run The runs that the other metrics are of.\n",
	      file);
	if (!ret)
		ret = source_each(source, gather, &exposition, reason);
	if (!ret)
		ret = write_families(&exposition.pool, file, reason);
	if (!ret)
		fputs("# EOF\n", file);
	pool_release(&exposition.pool);
	return ret;
}

const struct export_format export_openmetrics = {
	.name = "openmetrics",
	.summary = "a summary for each cell of each run, in seconds and bytes",
	.write = openmetrics_write,
};
