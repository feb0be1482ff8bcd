#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/shipped.h"
#include "cmd/command.h"
#include "cmd/comparing.h"
#include "compare/because.h"
#include "base/interrupt.h"
#include "site/site.h"
#include "site/folder.h"

static const char *output;
static bool force;

static const struct option_spec options[] = {
	{ .name = "--output",
	  .alias = "-o",
	  .value = "DIR",
	  .text = &output,
	  .help = "the folder to make, all or nothing" },
	{ .name = "--force", .flag = &force, .help = "replace the report that is in DIR" },
	COMPARING_OPTIONS,
	{ .name = NULL },
};

static bool find_style(char *path, size_t room)
{
	char folder[PATH_MAX / 2 + 32];

	for (size_t i = 0; shipped_folder("DMABENCH_PLOTS", "plots", i, folder, sizeof(folder));
	     i++) {
		snprintf(path, room, "%s/site.css", folder);
		if (!access(path, R_OK))
			return true;
	}
	log_error("site.css is neither beside the program nor in " DATADIR
		  "/plots: install dmabench, or set DMABENCH_PLOTS");
	return false;
}

static bool was_interrupted(void)
{
	return interrupt_pending() != 0;
}

static int write_site(const struct comparison *comparison, const char *style)
{
	const struct site_options wanted = {
		.path = output, .force = force, .style = style, .interrupted = was_interrupted
	};
	struct reason reason = { "" };
	struct text notes = { 0 };
	int ret;

	interrupt_catch();
	ret = site_make(comparison, &wanted, &notes, &reason);
	interrupt_release();
	comparing_print_lines(&notes);
	text_release(&notes);
	if (ret == -EINTR) {
		log_error("interrupted: %s was not made", output);
		return EXIT_FAILED;
	}
	if (ret) {
		comparing_complain(ret, &reason);
		return EXIT_FAILED; /* the arguments were right */
	}
	log_note("%s/index.html", output);
	return EXIT_DONE;
}

static bool has_profiles(const struct comparison *comparison)
{
	const struct sides *sides = comparison->sides;

	for (size_t i = 0; i < sides->count; i++)
		for (size_t j = 0; j < sides->list[i].nr_boots; j++)
			if (sides->list[i].boots[j]->has_profiles)
				return true;
	return false;
}

/* Finds what made the verdicts, where profiles tell it. Returns an exit code. */
static int explain(struct comparison *comparison)
{
	const struct because_options wanted = { .some_will_do = true };
	struct reason reason = { "" };
	int ret = 0;

	if (comparison->sides->count > 1 && has_profiles(comparison))
		ret = because_find(comparison, &wanted, &reason);
	return ret ? comparing_complain(ret, &reason) : EXIT_DONE;
}

static int report(const struct args_list *words)
{
	struct comparison_options wanted = comparing_wanted();
	struct comparison *comparison;
	struct sides sides;
	char style[PATH_MAX];
	int code;

	if (!find_style(style, sizeof(style)))
		return EXIT_FAILED;
	wanted.lone_rows = true;
	code = comparing_make(words, &wanted, SITE_KEEP, &sides, &comparison);
	if (code != EXIT_DONE)
		return code;
	code = explain(comparison);
	if (code == EXIT_DONE)
		code = write_site(comparison, style);
	comparison_free(comparison);
	sides_release(&sides);
	return code;
}

static int report_run(const struct command *self, int argc, char **argv)
{
	struct args_list words = { .count = 0 };
	struct reason reason = { "" };
	int ret;

	if (!args_parse(argc, argv, self->options, &words, ARGS_MAX_LIST) ||
	    !comparing_has_sides(&words, self->usage))
		return EXIT_USAGE;
	if (!output) {
		log_error("where to? dmabench %s", self->usage);
		return EXIT_USAGE;
	}
	ret = site_folder_check(output, force, &reason); /* before loading, which takes time */
	return ret ? comparing_complain(ret, &reason) : report(&words);
}

const struct command command_report = {
	.name = "report",
	.usage = "report SIDE... -o DIR [options]",
	.summary = "make a folder of pages with verdicts, tables and plots",
	.details =
		"Each SIDE is a result file or a folder of them, as for `dmabench compare`, which\n"
		"judges them. One side alone gives figures without verdicts.\n\n"
		"The folder can be opened from the disk or put on any server: it asks nothing of "
		"the\n"
		"network, needs no script, and holds copies of the result files. Made again from "
		"the\n"
		"same files it is the same to the byte. Plots are drawn by gnuplot (gnuplot-nox);\n"
		"without it there are tables only.\n\n"
		"A folder that is not empty is left alone. With --force a report is replaced, if\n"
		"nothing is in the folder but that report.",
	.options = options,
	.run = report_run,
};
