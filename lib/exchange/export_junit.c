/*
 * Writes JUnit XML, as CI servers read it: a suite for each run, and in it a test case for each
 * trial and each skipped cell. A trial passes if it ran on what its name says; its figures are its
 * output. Like KTAP, the format also shows what gave no figures, and why.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/escape.h"
#include "exchange/export.h"
#include "exchange/test_counts.h"
#include "result/cell_name.h"
#include "result/fields.h"
#include "result/figures.h"

struct junit {
	FILE *file;
	struct test_runs runs;
};

/* ---- test cases ---- */

static void write_attribute(const char *name, const char *value, FILE *file)
{
	fprintf(file, " %s=\"", name);
	escape_write_xml(value, file);
	fputc('"', file);
}

/* Begins <testcase: its class is the benchmark, its name the cell, and the block of a trial. */
static int begin_case(const json_t *record, bool is_trial, FILE *file)
{
	const char *cell = test_text(trial_cell(record), "unnamed");
	char *bench = strndup(cell, cell_bench_length(cell));

	if (!bench)
		return -ENOMEM;
	fputs("    <testcase classname=\"dmabench.", file);
	escape_write_xml(bench, file);
	free(bench);
	fputs("\" name=\"", file);
	escape_write_xml(cell, file);
	if (is_trial)
		fprintf(file, " block %" PRId64, trial_block(record));
	fputs("\">", file);
	return 0;
}

static int write_figures(const json_t *trial, FILE *file)
{
	char median[FIGURE_TEXT], lower[FIGURE_TEXT], upper[FIGURE_TEXT];
	struct summary summary;
	const char *name;
	json_t *metric;

	fputs("<system-out>", file);
	json_object_foreach(trial_metrics(trial), name, metric) {
		if (figures_summarize(metric, &summary))
			return -ENOMEM;
		escape_write_xml(name, file);
		fprintf(file, ": median %s ", figure_format(summary.median, median));
		escape_write_xml(metric_unit(metric), file);
		fprintf(file, ", quartiles %s .. %s, samples %zu\n",
			figure_format(summary.lower_quartile, lower),
			figure_format(summary.upper_quartile, upper), summary.count);
	}
	fputs("</system-out>", file);
	return 0;
}

static int write_trial(const struct source_record *record, FILE *file)
{
	const json_t *trial = record->record;
	int ret = begin_case(trial, true, file);

	if (ret)
		return ret;
	if (record->has_figures) {
		ret = write_figures(trial, file);
	} else {
		fputs("<failure", file);
		write_attribute("type", test_text(trial_status_text(trial), "no status"), file);
		write_attribute("message", test_text(trial_why(trial), "no reason given"), file);
		fputs("/>", file);
	}
	fputs("</testcase>\n", file);
	return ret;
}

static int write_skip(const json_t *skip, FILE *file)
{
	int ret = begin_case(skip, false, file);

	if (ret)
		return ret;
	fputs("<skipped", file);
	write_attribute("message", test_text(trial_why(skip), "no reason given"), file);
	fputs("/></testcase>\n", file);
	return 0;
}

/* ---- suites ---- */

static void begin_suite(const struct junit *junit, const struct source_record *record)
{
	const struct test_counts *run = &junit->runs.list[record->nr_run];
	static const struct {
		const char *name, *object, *member;
	} properties[] = {
		{ "run_id", NULL, "run_id" },
		{ "started", NULL, "started" },
		{ "kernel", "host", "kernel" },
		{ "timing", "host", "timing" },
	};

	if (record->nr_run)
		fputs("  </testsuite>\n", junit->file);
	fputs("  <testsuite", junit->file);
	write_attribute("name", source_label(record->run), junit->file);
	fprintf(junit->file,
		" tests=\"%" PRIu64 "\" failures=\"%" PRIu64 "\" errors=\"0\" skipped=\"%" PRIu64
		"\">\n    <properties>\n",
		run->tests, run->failed, run->skipped);
	for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
		fputs("      <property", junit->file);
		write_attribute("name", properties[i].name, junit->file);
		write_attribute("value",
				run_text(record->run, properties[i].object, properties[i].member),
				junit->file);
		fputs("/>\n", junit->file);
	}
	fputs("    </properties>\n", junit->file);
}

static void write_interruption(const json_t *end, FILE *file)
{
	fputs("    <system-err>interrupted: ", file);
	escape_write_xml(test_text(end_why(end), "no reason given"), file);
	fputs("</system-err>\n", file);
}

static int write_test(void *state, const struct source_record *record, struct reason *reason)
{
	struct junit *junit = state;
	int ret = 0;

	(void)reason;
	if (record->kind == SOURCE_RUN)
		begin_suite(junit, record);
	else if (record->kind == SOURCE_TRIAL)
		ret = write_trial(record, junit->file);
	else if (record->kind == SOURCE_SKIP)
		ret = write_skip(record->record, junit->file);
	else if (record->kind == SOURCE_END && !end_is_complete(record->record))
		write_interruption(record->record, junit->file);
	return ret;
}

static void begin_document(const struct junit *junit)
{
	struct test_counts all = { .tests = 0 };

	for (size_t i = 0; i < junit->runs.count; i++) {
		all.tests += junit->runs.list[i].tests;
		all.failed += junit->runs.list[i].failed;
	}
	fprintf(junit->file,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"dmabench\" "
		"tests=\"%" PRIu64 "\" failures=\"%" PRIu64 "\" errors=\"0\">\n",
		all.tests, all.failed);
}

static int junit_write(struct source *source, FILE *file, struct reason *reason)
{
	struct junit junit = { .file = file };
	int ret = test_runs_count(source, &junit.runs, reason);

	if (!ret) {
		begin_document(&junit);
		ret = source_each(source, write_test, &junit, reason);
	}
	if (!ret)
		fprintf(file, "%s</testsuites>\n", junit.runs.count ? "  </testsuite>\n" : "");
	test_runs_release(&junit.runs);
	return ret;
}

const struct export_format export_junit = {
	.name = "junit",
	.summary = "a test case for each trial, for CI servers: ran, failed, skipped",
	.write = junit_write,
	.tells_all = true,
};
