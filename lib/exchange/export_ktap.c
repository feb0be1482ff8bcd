/*
 * Writes KTAP, version 1, as the kernel's own tests do: a test for each run, and in it one for each
 * trial and each skipped cell. A trial is ok if it ran on what its name says; its figures are
 * diagnostics. This format also shows what gave no figures, and why.
 */
#include <errno.h>
#include <inttypes.h>

#include "exchange/escape.h"
#include "exchange/export.h"
#include "exchange/test_counts.h"
#include "result/fields.h"
#include "result/figures.h"

/* A '#' would begin a directive. */
static const char *const line_words[] = { "<U+0023>" };
static const struct escape in_line = { "#", line_words };

struct ktap {
	FILE *file;
	struct test_runs runs;
	json_t *run; /* the one being written; NULL before the first */
	size_t nr_run; /* its number */
	uint64_t done; /* tests of it */
};

/* ---- tests ---- */

static void write_words(const char *words, FILE *file)
{
	escape_write(&in_line, words, file);
}

static int write_figures(const char *name, const json_t *metric, FILE *file)
{
	const char *unit = metric_unit(metric);
	char median[FIGURE_TEXT], lower[FIGURE_TEXT], upper[FIGURE_TEXT];
	struct summary summary;

	if (figures_summarize(metric, &summary))
		return -ENOMEM;
	fprintf(file, "    # %s: median %s %s, quartiles %s .. %s, %zu samples\n", name,
		figure_format(summary.median, median), unit,
		figure_format(summary.lower_quartile, lower),
		figure_format(summary.upper_quartile, upper), summary.count);
	return 0;
}

static int write_diagnostics(const struct source_record *record, FILE *file)
{
	const json_t *trial = record->record;
	const char *name;
	json_t *metric;
	int ret = 0;

	if (!record->has_figures) {
		fprintf(file, "    # ");
		write_words(test_text(trial_status_text(trial), "no status"), file);
		fprintf(file, ": ");
		write_words(test_text(trial_why(trial), "no reason given"), file);
		fputc('\n', file);
		return 0;
	}
	json_object_foreach(trial_metrics(trial), name, metric) {
		ret = write_figures(name, metric, file);
		if (ret)
			break;
	}
	return ret;
}

static int write_trial(struct ktap *ktap, const struct source_record *record)
{
	FILE *file = ktap->file;
	int ret = write_diagnostics(record, file);

	fprintf(file, "    %s %llu ", record->has_figures ? "ok" : "not ok",
		(unsigned long long)++ktap->done);
	write_words(test_text(trial_cell(record->record), "unnamed"), file);
	fprintf(file, " block %" PRId64 "\n", trial_block(record->record));
	return ret;
}

static void write_skip(struct ktap *ktap, const json_t *skip)
{
	FILE *file = ktap->file;

	fprintf(file, "    ok %llu ", (unsigned long long)++ktap->done);
	write_words(test_text(trial_cell(skip), "unnamed"), file);
	fputs(" # SKIP ", file);
	write_words(test_text(trial_why(skip), "no reason given"), file);
	fputc('\n', file);
}

/* ---- runs ---- */

static void begin_run(struct ktap *ktap, const struct source_record *record)
{
	ktap->run = json_incref(record->run);
	ktap->nr_run = record->nr_run;
	ktap->done = 0;
	fputs("    KTAP version 1\n    # Subtest: ", ktap->file);
	write_words(source_label(ktap->run), ktap->file);
	fprintf(ktap->file, "\n    1..%llu\n    # run_id ",
		(unsigned long long)ktap->runs.list[ktap->nr_run].tests);
	write_words(run_text(ktap->run, NULL, "run_id"), ktap->file);
	fputs(", timing ", ktap->file);
	write_words(run_text(ktap->run, "host", "timing"), ktap->file);
	fputc('\n', ktap->file);
}

static void end_run(struct ktap *ktap)
{
	const struct test_counts *counts = &ktap->runs.list[ktap->nr_run];

	fprintf(ktap->file, "%s %zu ", counts->failed ? "not ok" : "ok", ktap->nr_run + 1);
	write_words(source_label(ktap->run), ktap->file);
	fprintf(ktap->file, "%s\n", counts->tests ? "" : " # SKIP nothing was run");
	json_decref(ktap->run);
	ktap->run = NULL;
}

static int write_test(void *state, const struct source_record *record, struct reason *reason)
{
	struct ktap *ktap = state;
	int ret = 0;

	(void)reason;
	if (record->kind == SOURCE_RUN) {
		if (ktap->run)
			end_run(ktap);
		begin_run(ktap, record);
	} else if (record->kind == SOURCE_TRIAL) {
		ret = write_trial(ktap, record);
	} else if (record->kind == SOURCE_SKIP) {
		write_skip(ktap, record->record);
	} else if (record->kind == SOURCE_END && !end_is_complete(record->record)) {
		fputs("    # interrupted: ", ktap->file);
		write_words(test_text(end_why(record->record), "no reason given"), ktap->file);
		fputc('\n', ktap->file);
	}
	return ret;
}

static int ktap_write(struct source *source, FILE *file, struct reason *reason)
{
	struct ktap ktap = { .file = file };
	int ret = test_runs_count(source, &ktap.runs, reason);

	if (!ret) {
		fprintf(file, "KTAP version 1\n1..%zu\n", ktap.runs.count);
		ret = source_each(source, write_test, &ktap, reason);
	}
	if (!ret)
		end_run(&ktap);
	json_decref(ktap.run);
	test_runs_release(&ktap.runs);
	return ret;
}

const struct export_format export_ktap = {
	.name = "ktap",
	.summary = "a test for each trial: what ran, failed, was skipped",
	.write = ktap_write,
	.tells_all = true,
};
