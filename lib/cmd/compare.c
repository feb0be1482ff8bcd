#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/compare.h"
#include "report/compare_formats.h"
#include "report/comparison.h"
#include "stats/signflip.h"

static struct args_list allow, rows, filters;
static const char *format_name, *gate, *base;

static const struct option_spec options[] = {
	{ .name = "--format",
	  .value = "FORMAT",
	  .text = &format_name,
	  .help = "text (default), markdown, json, csv, benchstat or classic" },
	{ .name = "--gate",
	  .value = "PCT",
	  .text = &gate,
	  .help = "exit 3 if a row is beyond doubt worse by more: 5%" },
	{ .name = "--allow",
	  .value = "KEY",
	  .list = &allow,
	  .help = "compare although the sides differ in this (cpu.microcode, cpu)" },
	{ .name = "--row",
	  .value = "PATTERN",
	  .list = &rows,
	  .help = "only rows \"CELL METRIC\" that contain this, or match it (*, ?, [)" },
	{ .name = "--filter",
	  .value = "PARAM=VALUE[,VALUE...]",
	  .list = &filters,
	  .help = "only rows with this: backing=thp,anon, size=1GiB, metric=map_ns" },
	{ .name = "--base",
	  .value = "LABEL",
	  .text = &base,
	  .help = "which side is the base, where one folder holds all" },
	{ .name = NULL },
};

/* What was named in files may hold anything: a line stays a line. */
static void print_lines(const struct text *text)
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

static int complain(int ret, const struct reason *reason)
{
	char plain[sizeof(reason->text)];

	log_error("%s", reason->text[0] ? text_plain(reason->text, plain, sizeof(plain))
					: strerror(-ret));
	return ret == -ENOMEM || ret == -EIO ? EXIT_FAILED : EXIT_USAGE;
}

static int refuse(const struct text *refusal)
{
	log_error("the sides differ in more than the kernel; what may differ is named by --allow:");
	print_lines(refusal);
	return EXIT_USAGE;
}

static int print(const struct comparison *comparison, const struct compare_format *format)
{
	struct reason reason = { "" };
	int ret = format->print(comparison, stdout, log_wants_colour(1), &reason);

	if (ret)
		return complain(ret, &reason);
	if (format->note)
		log_note("%s", format->note);
	if (comparison->nr_gate_failed)
		return EXIT_REGRESSION;
	if (comparison->gated && comparison_ungated(comparison))
		log_note("--gate: %zu verdicts cannot fail it: fewer than %d pairs of boots",
			 comparison_ungated(comparison), SIGNFLIP_LEAST_PAIRS);
	return comparison->nr_rows ? EXIT_DONE : EXIT_FAILED;
}

static int compare(const struct args_list *arguments, const struct comparison_options *wanted,
		   const struct compare_format *format)
{
	struct comparison *comparison = NULL;
	struct text refusal = { 0 };
	struct reason reason = { "" };
	struct sides sides;
	int ret = sides_load(arguments->items, arguments->count, base, 0, &sides, &reason);
	int code;

	if (ret)
		return complain(ret, &reason);
	print_lines(&sides.notes);
	ret = comparison_make(&sides, wanted, &comparison, &refusal, &reason);
	if (ret == -EPERM)
		code = refuse(&refusal);
	else
		code = ret ? complain(ret, &reason) : print(comparison, format);
	comparison_free(comparison);
	text_release(&refusal);
	sides_release(&sides);
	return code;
}

int compare_check(const char *path, struct reason *reason)
{
	struct boot *boot;
	int ret = boot_load(&path, 1, 0, &boot, reason);

	if (!ret)
		boot_free(boot);
	return ret;
}

int compare_two(const char *first, const char *second)
{
	const struct args_list arguments = { .items = { first, second }, .count = 2 };
	const struct comparison_options wanted = { .gated = false };

	return compare(&arguments, &wanted, compare_format_find("text"));
}

/* "5%" or "5": a percentage from 0 on. */
static bool parse_gate(double *ret_pct)
{
	char *end;

	errno = 0;
	*ret_pct = strtod(gate, &end);
	end += *end == '%';
	if (end != gate && !*end && !errno && *ret_pct >= 0 && *ret_pct <= 1000)
		return true;
	log_error("--gate \"%.40s\": expected a percentage from 0 to 1000, such as 5%%", gate);
	return false;
}

static const struct compare_format *find_format(void)
{
	const char *name = format_name ? format_name : "text";
	const struct compare_format *format = compare_format_find(name);
	char hint[80];

	if (!format)
		log_error("--format \"%.40s\": expected text, markdown, json, csv, benchstat or "
			  "classic%s",
			  name, text_suggest(name, compare_format_names(), hint, sizeof(hint)));
	return format;
}

static int compare_run(const struct command *self, int argc, char **argv)
{
	struct args_list words = { .count = 0 };
	const struct compare_format *format;
	struct comparison_options wanted = { .gated = false };

	if (!args_parse(argc, argv, self->options, &words, ARGS_MAX_LIST))
		return EXIT_USAGE;
	format = find_format();
	if (!format || (gate && !parse_gate(&wanted.gate_pct)))
		return EXIT_USAGE;
	if (!words.count) {
		log_error("which files or folders? dmabench %s", self->usage);
		return EXIT_USAGE;
	}
	if (base && words.count > 1) {
		log_error("--base is for one folder that holds all sides: the first of %zu is the "
			  "base",
			  words.count);
		return EXIT_USAGE;
	}
	wanted.gated = gate != NULL;
	wanted.allow = allow.items;
	wanted.nr_allow = allow.count;
	wanted.selection = (struct selection){ .filters = filters.items,
					       .nr_filters = filters.count,
					       .rows = rows.items,
					       .nr_rows = rows.count };
	return compare(&words, &wanted, format);
}

const struct command command_compare = {
	.name = "compare",
	.usage = "compare BASE NEW... [options]",
	.summary = "tell whether a difference between kernels is real",
	.details =
		"BASE and each NEW is a result file, or a folder of them: the boots of one kernel, "
		"as\n"
		"`lab run -o DIR` makes. One folder alone is split by kernel (by label); the "
		"lowest\n"
		"version is then the base, unless --base names another.\n\n"
		"Each row says faster, slower, same (within 2 %) or unresolved, and what it would\n"
		"take. The boot is the unit: 6 pairs of boots are the least that can show a\n"
		"difference. Runs under icount are judged by what their boots differ by: take 5\n"
		"a side. `lab run --boots N` makes them, in an order that chance decides.\n\n"
		"Sides that differ in more than the kernel are refused, a line a difference.\n"
		"--gate fails rows that are slower beyond doubt, corrected over all rows; what is\n"
		"unresolved passes, and it is said where no row could have failed.\n"
		"Exit status: 0 compared, 1 nothing could be, 2 bad usage or input, 3 --gate "
		"failed.\n\n"
		"The formats:\n"
		"  text              a table that fits under a patch series\n"
		"  markdown          the same, as GitHub shows it\n"
		"  json              one document with all figures\n"
		"  csv               a line a row, RFC 4180\n"
		"  benchstat         Go's benchmark lines, one a boot: benchstat -col kernel\n"
		"  classic           the lines that VFIO mails quote: MADV_HUGEPAGE, "
		"MAP_POPULATE,\n"
		"                    HUGETLBFS; its GB/s is GiB/s",
	.options = options,
	.run = compare_run,
};
