#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "compare/making.h"
#include "base/log.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/comparing.h"

struct comparing comparing;

/* Names from files may hold any character: a line of text is printed as one line. */
void comparing_print_lines(const struct text *text)
{
	const char *line = text->text;

	while (line && *line) {
		size_t length = strcspn(line, "\n");
		char whole[1200], plain[1200];

		snprintf(whole, sizeof(whole), "%.*s", (int)length, line);
		log_note("%s", text_plain(whole, plain, sizeof(plain)));
		line += length + (line[length] == '\n');
	}
}

int comparing_complain(int ret, const struct reason *reason)
{
	char plain[sizeof(reason->text)];

	log_error("%s", reason->text[0] ? text_plain(reason->text, plain, sizeof(plain))
					: strerror(-ret));
	return ret == -ENOMEM || ret == -EIO || ret == -ENOSPC ? EXIT_FAILED : EXIT_USAGE;
}

static int refuse(const struct text *refusal)
{
	log_error("the sides differ in more than the kernel; what may differ is named by --allow:");
	comparing_print_lines(refusal);
	return EXIT_USAGE;
}

bool comparing_has_sides(const struct args_list *words, const char *usage)
{
	if (!words->count) {
		log_error("which files or folders? dmabench %s", usage);
		return false;
	}
	if (comparing.base && words->count > 1) {
		log_error("--base is for one folder that holds all sides: the first of %zu is the "
			  "base",
			  words->count);
		return false;
	}
	return true;
}

struct comparison_options comparing_wanted(void)
{
	return (struct comparison_options){
		.allow = comparing.allow.items,
		.nr_allow = comparing.allow.count,
		.selection = { .filters = comparing.filters.items,
			       .nr_filters = comparing.filters.count,
			       .rows = comparing.rows.items,
			       .nr_rows = comparing.rows.count },
	};
}

int comparing_make(const struct args_list *words, const struct comparison_options *wanted,
		   unsigned int keep, struct sides *ret_sides, struct comparison **ret_comparison)
{
	struct text refusal = { 0 };
	struct reason reason = { "" };
	struct sides sides;
	int ret = sides_load(words->items, words->count, comparing.base, keep, &sides, &reason);
	int code = EXIT_DONE;

	if (ret)
		return comparing_complain(ret, &reason);
	comparing_print_lines(&sides.notes);
	*ret_sides = sides;
	ret = comparison_make(ret_sides, wanted, ret_comparison, &refusal, &reason);
	if (ret == -EPERM)
		code = refuse(&refusal);
	else if (ret)
		code = comparing_complain(ret, &reason);
	if (ret)
		sides_release(ret_sides);
	text_release(&refusal);
	return code;
}
