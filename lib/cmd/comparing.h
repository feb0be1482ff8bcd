/*
 * comparing - loads and compares the sides, as the options of compare and report say.
 */
#ifndef CMD_COMPARING_H
#define CMD_COMPARING_H

#include "cmd/args.h"
#include "compare/comparison.h"
#include "result/sides.h"

struct comparing {
	struct args_list allow, rows, filters;
	const char *base;
};

extern struct comparing comparing;

/* The options that select rows, into lists of a command's own; see compare/selection.h. */
/* clang-format off */
#define SELECTION_OPTIONS(row_list, filter_list)                                                   \
	{ .name = "--row", .value = "PATTERN", .list = (row_list),                                 \
	  .help = "only rows \"CELL METRIC\" that contain this, or match it (*, ?, [)" },          \
	{ .name = "--filter", .value = "PARAM=VALUE[,VALUE...]", .list = (filter_list),            \
	  .help = "only rows with this: backing=thp,anon, size=1GiB, metric=map_ns" }

/* The options that fill it, for a command's table. */
#define COMPARING_OPTIONS                                                                          \
	{ .name = "--allow", .value = "KEY", .list = &comparing.allow,                             \
	  .help = "compare although the sides differ in this (cpu.microcode, cpu, host)" },        \
	SELECTION_OPTIONS(&comparing.rows, &comparing.filters),                                    \
	{ .name = "--base", .value = "LABEL", .text = &comparing.base,                             \
	  .help = "which side is the base, where one folder holds all" }
/* clang-format on */

/* Checks that there are sides on the command line. False: it has printed what is missing. */
bool comparing_has_sides(const struct args_list *words, const char *usage);

/* Returns what the options say, for comparison_make(). */
struct comparison_options comparing_wanted(void);

/*
 * Loads the sides, compares them, and prints notes and errors. Returns EXIT_DONE, and the caller
 * frees the comparison, then the sides; or another exit code, and there is nothing to free.
 */
int comparing_make(const struct args_list *words, const struct comparison_options *wanted,
		   unsigned int keep, struct sides *ret_sides, struct comparison **ret_comparison);

/* Prints the reason in one line, without escape sequences. Returns the exit code. */
int comparing_complain(int ret, const struct reason *reason);

/* Prints each line of @text as a note. */
void comparing_print_lines(const struct text *text);

#endif
