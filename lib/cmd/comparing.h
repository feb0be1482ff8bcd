/*
 * comparing - what compare and report have in common: sides, rows, and what may differ.
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

/* The options that fill it, for a command's table. */
#define COMPARING_OPTIONS                                                                         \
	{ .name = "--allow",                                                                      \
	  .value = "KEY",                                                                         \
	  .list = &comparing.allow,                                                               \
	  .help = "compare although the sides differ in this (cpu.microcode, cpu)" },             \
		{ .name = "--row",                                                                \
		  .value = "PATTERN",                                                             \
		  .list = &comparing.rows,                                                        \
		  .help = "only rows \"CELL METRIC\" that contain this, or match it (*, ?, [)" }, \
		{ .name = "--filter",                                                             \
		  .value = "PARAM=VALUE[,VALUE...]",                                              \
		  .list = &comparing.filters,                                                     \
		  .help = "only rows with this: backing=thp,anon, size=1GiB, metric=map_ns" },    \
	{                                                                                         \
		.name = "--base", .value = "LABEL", .text = &comparing.base,                      \
		.help = "which side is the base, where one folder holds all"                      \
	}

/* Whether the words on the command line name sides; else says why not. */
bool comparing_has_sides(const struct args_list *words, const char *usage);

/* What the options want, for comparison_make(). */
struct comparison_options comparing_wanted(void);

/*
 * Loads the sides and compares them, and says what there is to say. EXIT_DONE, and the caller frees
 * both, the comparison first; else the exit code.
 */
int comparing_make(const struct args_list *words, const struct comparison_options *wanted,
		   unsigned int keep, struct sides *ret_sides, struct comparison **ret_comparison);

/* Says why, in one line that no terminal obeys; returns the exit code. */
int comparing_complain(int ret, const struct reason *reason);

/* A note a line of @text. */
void comparing_print_lines(const struct text *text);

#endif
