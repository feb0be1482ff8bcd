/*
 * Writes KTAP, version 1, as the kernel's own tests do: a test for each run, and in it one for each
 * trial and each skipped cell. A trial is ok if it ran on what its name says; its figures are
 * diagnostics. This format also shows what gave no figures, and why.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/units.h"
#include "exchange/escape.h"
#include "exchange/export.h"
#include "result/fields.h"
#include "result/figures.h"

/* A '#' would begin a directive. */
static const char *const line_words[] = { "<U+0023>" };
static const struct escape in_line = { "#", line_words };

struct ktap_run {
	uint64_t tests, failed, done;
	char *name;
};

struct ktap {
	FILE *file;
	struct ktap_run *runs;
	size_t nr_runs, nr_run; /* how many runs, and the number of the one being written */
};

/* ---- how many tests each run has ---- */

static int count_tests(void *state, const struct source_record *record, struct reason *reason)
{
	struct ktap *ktap = state;
	struct ktap_run *run;

	(void)reason;
	if (record->kind == SOURCE_RUN) {
		run = grow(ktap->runs, ktap->nr_runs, sizeof(*run));
		if (!run)
			return -ENOMEM;
		ktap->runs = run;
		ktap->runs[ktap->nr_runs++] =
			(struct ktap_run){ .name = strdup(source_label(record->run)) };
		return ktap->runs[ktap->nr_runs - 1].name ? 0 : -ENOMEM;
	}
	run = &ktap->runs[record->nr_run];
	run->tests += record->kind == SOURCE_TRIAL || record->kind == SOURCE_SKIP;
	run->failed += record->kind == SOURCE_TRIAL && !record->has_figures;
	return 0;
}

/* ---- tests ---- */

static void write_words(const char *words, FILE *file)
{
	escape_write(&in_line, words, file);
}

static const char *or_else(const char *text, const char *otherwise)
{
	return text[0] ? text : otherwise;
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
		write_words(or_else(trial_status_text(trial), "no status"), file);
		fprintf(file, ": ");
		write_words(or_else(trial_why(trial), "no reason given"), file);
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

static int write_trial(struct ktap_run *run, const struct source_record *record, FILE *file)
{
	int ret = write_diagnostics(record, file);

	fprintf(file, "    %s %llu ", record->has_figures ? "ok" : "not ok",
		(unsigned long long)++run->done);
	write_words(or_else(trial_cell(record->record), "unnamed"), file);
	fprintf(file, " block %" PRId64 "\n", trial_block(record->record));
	return ret;
}

static void write_skip(struct ktap_run *run, const json_t *skip, FILE *file)
{
	fprintf(file, "    ok %llu ", (unsigned long long)++run->done);
	write_words(or_else(trial_cell(skip), "unnamed"), file);
	fputs(" # SKIP ", file);
	write_words(or_else(trial_why(skip), "no reason given"), file);
	fputc('\n', file);
}

/* ---- runs ---- */

static void begin_run(struct ktap *ktap, const struct source_record *record)
{
	const struct ktap_run *run = &ktap->runs[record->nr_run];

	ktap->nr_run = record->nr_run;
	fputs("    KTAP version 1\n    # Subtest: ", ktap->file);
	write_words(run->name, ktap->file);
	fprintf(ktap->file, "\n    1..%llu\n    # run_id ", (unsigned long long)run->tests);
	write_words(run_text(record->run, NULL, "run_id"), ktap->file);
	fputs(", timing ", ktap->file);
	write_words(run_text(record->run, "host", "timing"), ktap->file);
	fputc('\n', ktap->file);
}

static void end_run(struct ktap *ktap)
{
	const struct ktap_run *run = &ktap->runs[ktap->nr_run];

	fprintf(ktap->file, "%s %zu ", run->failed ? "not ok" : "ok", ktap->nr_run + 1);
	write_words(run->name, ktap->file);
	fprintf(ktap->file, "%s\n", run->tests ? "" : " # SKIP nothing was run");
}

static int write_test(void *state, const struct source_record *record, struct reason *reason)
{
	struct ktap *ktap = state;
	struct ktap_run *run = &ktap->runs[record->nr_run];
	int ret = 0;

	(void)reason;
	if (record->kind == SOURCE_RUN) {
		if (record->nr_run)
			end_run(ktap);
		begin_run(ktap, record);
	} else if (record->kind == SOURCE_TRIAL) {
		ret = write_trial(run, record, ktap->file);
	} else if (record->kind == SOURCE_SKIP) {
		write_skip(run, record->record, ktap->file);
	} else if (record->kind == SOURCE_END && !end_is_complete(record->record)) {
		fputs("    # interrupted: ", ktap->file);
		write_words(or_else(end_why(record->record), "no reason given"), ktap->file);
		fputc('\n', ktap->file);
	}
	return ret;
}

static int ktap_write(struct source *source, FILE *file, struct reason *reason)
{
	struct ktap ktap = { .file = file };
	int ret = source_each(source, count_tests, &ktap, reason);

	if (!ret) {
		fprintf(file, "KTAP version 1\n1..%zu\n", ktap.nr_runs);
		ret = source_each(source, write_test, &ktap, reason);
	}
	if (!ret)
		end_run(&ktap);
	for (size_t i = 0; i < ktap.nr_runs; i++)
		free(ktap.runs[i].name);
	free(ktap.runs);
	return ret;
}

const struct export_format export_ktap = {
	.name = "ktap",
	.summary = "a test for each trial: what ran, failed, was skipped",
	.write = ktap_write,
	.tells_all = true,
};
