#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/draft.h"
#include "base/log.h"
#include "base/text.h"
#include "cmd/command.h"
#include "exchange/import.h"

static const char *format_name, *output;

static const struct option_spec options[] = {
	{ .name = "--format",
	  .value = "FORMAT",
	  .text = &format_name,
	  .help = "benchstat, google-benchmark or hyperfine (default: told from the content)" },
	{ .name = "--output",
	  .alias = "-o",
	  .value = "FILE",
	  .text = &output,
	  .help = "the result file, a new one (default: standard output)" },
	{ .name = NULL },
};

static bool choose_format(const struct import_format **ret_format)
{
	const char *names[8];
	char hint[80];
	size_t count = 0;

	if (!format_name)
		return true;
	*ret_format = import_find(format_name);
	if (*ret_format)
		return true;
	for (; import_formats[count]; count++)
		names[count] = import_formats[count]->name;
	names[count] = NULL;
	log_error("unknown format \"%s\"%s: see `dmabench help import`", format_name,
		  text_suggest(format_name, names, hint, sizeof(hint)));
	return false;
}

static int complain(int ret, const struct reason *reason)
{
	log_error("%s", reason->text[0] ? reason->text : strerror(-ret));
	return ret == -ENOSPC || ret == -EIO || ret == -ENOMEM ? EXIT_FAILED : EXIT_USAGE;
}

static int import_to_draft(const char *path, const struct import_format *format)
{
	struct reason reason = { "" };
	struct draft *draft;
	int ret = draft_open(output, false, &draft, &reason);

	if (ret)
		return complain(ret, &reason);
	ret = import_file(path, format, draft_file(draft), &reason);
	if (ret) {
		draft_drop(draft);
		return complain(ret, &reason);
	}
	ret = draft_finish(draft, &reason);
	if (!ret)
		return EXIT_DONE;
	log_error("%s", reason.text);
	return EXIT_FAILED;
}

static int import_run(const struct command *self, int argc, char **argv)
{
	const struct import_format *format = NULL;
	struct args_list words = { .count = 0 };

	if (!args_parse(argc, argv, self->options, &words, 1))
		return EXIT_USAGE;
	if (!words.count) {
		log_error("which file? dmabench %s", self->usage);
		return EXIT_USAGE;
	}
	if (!choose_format(&format))
		return EXIT_USAGE;
	return import_to_draft(words.items[0], format);
}

static void print_formats(void)
{
	for (const struct import_format *const *format = import_formats; *format; format++)
		printf("  %-17s %s\n", (*format)->name, (*format)->summary);
}

const struct command command_import = {
	.name = "import",
	.usage = "import FILE [--format FORMAT] [-o FILE]",
	.summary = "make a result file of other tools' figures",
	.details =
		"FILE is another tool's, or - for standard input. Each benchmark becomes a cell,\n"
		"each repetition a sample; what has aggregates only is refused. The formats:\n",
	.print_more = print_formats,
	.options = options,
	.run = import_run,
};
