#include <stdio.h>

#include "base/log.h"
#include "cmd/command.h"
#include "cmd/show_result.h"

static bool brief;

static const struct option_spec options[] = {
	{ .name = "--brief", .flag = &brief, .help = "a summary in place of the table" },
	{ .name = NULL },
};

static int show_run(const struct command *self, int argc, char **argv)
{
	struct args_list words = { .count = 0 };
	struct reason reason = { "" };

	if (!args_parse(argc, argv, self->options, &words, 1))
		return EXIT_USAGE;
	if (!words.count) {
		log_error("which file? dmabench %s", self->usage);
		return EXIT_USAGE;
	}
	if (!show_result(words.items[0], brief ? SHOW_BRIEF : SHOW_TABLE, &reason))
		return EXIT_DONE;
	log_error("%s", reason.text);
	return EXIT_USAGE;
}

const struct command command_show = {
	.name = "show",
	.usage = "show FILE [--brief]",
	.summary = "print the table of a result file again, or a summary",
	.options = options,
	.run = show_run,
};
