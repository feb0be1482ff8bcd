#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/comparing.h"
#include "cmd/show_result.h"
#include "table/digest.h"

static bool brief;
static const char *metric, *sort;
static struct args_list filters, rows;

static const struct option_spec options[] = {
	{ .name = "--brief", .flag = &brief, .help = "a summary in place of the table" },
	SELECTION_OPTIONS(&rows, &filters),
	{ .name = "--metric",
	  .value = "NAME[,NAME...]",
	  .text = &metric,
	  .help = "only these metrics, as --filter metric=NAME" },
	{ .name = "--sort",
	  .value = "COLUMN",
	  .text = &sort,
	  .help = "cell (default), or the largest first: median, MAD" },
	{ .name = NULL },
};

static bool find_sort(enum digest_sort *ret_sort)
{
	static const char *const names[] = { [DIGEST_BY_CELL] = "cell",
					     [DIGEST_BY_MEDIAN] = "median",
					     [DIGEST_BY_SPREAD] = "MAD",
					     [DIGEST_BY_SPREAD + 1] = NULL };
	char hint[80];

	*ret_sort = DIGEST_BY_CELL;
	if (!sort)
		return true;
	for (int i = 0; names[i]; i++) {
		if (strcasecmp(sort, names[i]))
			continue;
		*ret_sort = (enum digest_sort)i;
		return true;
	}
	log_error("--sort \"%.40s\": expected cell, median or MAD%s", sort,
		  text_suggest(sort, names, hint, sizeof(hint)));
	return false;
}

static bool is_selective(void)
{
	return filters.count || rows.count || metric || sort;
}

/* Checks what goes together, and turns --metric into the filter that it is. */
static bool prepare(const struct command *self, const struct args_list *words)
{
	static char as_filter[256];

	if (!words->count)
		log_error("which file? dmabench %s", self->usage);
	else if (brief && is_selective())
		log_error("--brief is a summary of all rows: without --filter, --row, --metric and "
			  "--sort");
	else if (metric && filters.count == ARGS_MAX_LIST)
		log_error("--filter: more than %d of them", ARGS_MAX_LIST - 1);
	else if (metric && strlen(metric) > sizeof(as_filter) - sizeof("metric="))
		log_error("--metric \"%.40s...\": no metric has so long a name", metric);
	else if (!metric)
		return true;
	else {
		snprintf(as_filter, sizeof(as_filter), "metric=%s", metric);
		filters.items[filters.count++] = as_filter;
		return true;
	}
	return false;
}

static int show_run(const struct command *self, int argc, char **argv)
{
	struct args_list words = { .count = 0 };
	struct digest_options wanted;
	struct reason reason = { "" };
	int ret;

	if (!args_parse(argc, argv, self->options, &words, 1) || !find_sort(&wanted.sort) ||
	    !prepare(self, &words))
		return EXIT_USAGE;
	wanted.selection = (struct selection){ .filters = filters.items,
					       .nr_filters = filters.count,
					       .rows = rows.items,
					       .nr_rows = rows.count };
	if (is_selective())
		ret = digest_print_some(words.items[0], &wanted, stdout, log_wants_colour(1),
					&reason);
	else
		ret = show_result(words.items[0], brief ? SHOW_BRIEF : SHOW_TABLE, &reason);
	if (!ret)
		return EXIT_DONE;
	log_error("%s", reason.text);
	return EXIT_USAGE;
}

const struct command command_show = {
	.name = "show",
	.usage = "show FILE [options]",
	.summary = "print the table of a result file again, or a summary",
	.details = "All rows, and of each profile the functions that took most; or the rows that\n"
		   "--filter, --row and --metric select, as compare does, sorted by --sort.",
	.options = options,
	.run = show_run,
};
