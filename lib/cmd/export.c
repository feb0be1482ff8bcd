#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "base/draft.h"
#include "base/log.h"
#include "base/text.h"
#include "cmd/command.h"
#include "exchange/export.h"
#include "result/reader.h"

static const char *format_name, *output;

static const struct option_spec options[] = {
	{ .name = "--format",
	  .value = "FORMAT",
	  .text = &format_name,
	  .help = "csv, folded, google-benchmark, influx, junit, ktap, openmetrics or pprof" },
	{ .name = "--output",
	  .alias = "-o",
	  .value = "FILE",
	  .text = &output,
	  .help = "write there, all or nothing (default: standard output)" },
	{ .name = NULL },
};

static const struct export_format *choose_format(void)
{
	const char *names[16];
	const struct export_format *format = format_name ? export_find(format_name) : NULL;
	char hint[80] = "";
	size_t count = 0;

	if (format)
		return format;
	for (; export_formats[count]; count++)
		names[count] = export_formats[count]->name;
	names[count] = NULL;
	if (format_name)
		log_error("unknown format \"%s\"%s: see `dmabench help export`", format_name,
			  text_suggest(format_name, names, hint, sizeof(hint)));
	else
		log_error("which format? --format csv, folded, google-benchmark, influx, junit, "
			  "ktap, "
			  "openmetrics or pprof");
	return NULL;
}

/* An earlier export may be replaced; a result file, such as the input, may not. */
static bool would_lose_a_run(void)
{
	json_t *record = NULL;
	struct stat info;

	if (!output || stat(output, &info) || !S_ISREG(info.st_mode) ||
	    reader_run_record(output, &record, NULL))
		return false;
	json_decref(record);
	log_error("%s: holds a run: choose another name for the export", output);
	return true;
}

static void tell_what_is_left_out(const struct export_format *format,
				  const struct source_count *count)
{
	if (count->torn)
		log_note("%s: the last line is torn: used up to there", count->torn);
	if (!format->tells_all && !format->is_of_profiles && (count->other || count->skipped))
		log_note("left out: %" PRIu64 " trial%s that %s not ok, %" PRIu64
			 " skipped cell%s; --format ktap tells of them",
			 count->other, count->other == 1 ? "" : "s",
			 count->other == 1 ? "is" : "are", count->skipped,
			 count->skipped == 1 ? "" : "s");
}

static int complain(int ret, const struct reason *reason)
{
	log_error("%s", reason->text[0] ? reason->text : strerror(-ret));
	return ret == -ENOSPC || ret == -EIO || ret == -ENOMEM ? EXIT_FAILED : EXIT_USAGE;
}

static int write_export(const struct export_format *format, struct source *source)
{
	struct reason reason = { "" };
	struct draft *draft;
	int ret = draft_open(output, true, &draft, &reason);

	if (ret)
		return complain(ret, &reason);
	ret = format->write(source, draft_file(draft), &reason);
	if (ret) {
		draft_drop(draft);
		return complain(ret, &reason);
	}
	tell_what_is_left_out(format, source_counted(source));
	ret = draft_finish(draft, &reason);
	if (!ret)
		return EXIT_DONE;
	log_error("%s", reason.text);
	return EXIT_FAILED;
}

static int export_run(const struct command *self, int argc, char **argv)
{
	const struct export_format *format;
	struct args_list words = { .count = 0 };
	struct reason reason = { "" };
	struct source *source;
	int code, ret;

	if (!args_parse(argc, argv, self->options, &words, ARGS_MAX_LIST))
		return EXIT_USAGE;
	if (!words.count) {
		log_error("which file? dmabench %s", self->usage);
		return EXIT_USAGE;
	}
	format = choose_format();
	if (!format || would_lose_a_run())
		return EXIT_USAGE;
	ret = source_open(words.items, words.count, &source, &reason);
	if (ret)
		return complain(ret, &reason);
	code = write_export(format, source);
	source_close(source);
	return code;
}

static void print_formats(void)
{
	for (const struct export_format *const *format = export_formats; *format; format++)
		printf("  %-17s %s\n", (*format)->name, (*format)->summary);
}

const struct command command_export = {
	.name = "export",
	.usage = "export FILE... --format FORMAT [-o FILE]",
	.summary = "write result files in other tools' formats",
	.details = "FILE is a result file, or - for standard input. Only trials that are ok give\n"
		   "figures. The formats:\n",
	.print_more = print_formats,
	.options = options,
	.run = export_run,
};
