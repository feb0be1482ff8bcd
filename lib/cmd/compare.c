#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/compare.h"
#include "cmd/comparing.h"
#include "table/compare_formats.h"
#include "compare/because.h"
#include "compare/comparison.h"
#include "compare/gate.h"
#include "stats/signflip.h"

static const char *format_name, *gate, *why_lines;
static bool why, strict;

static const struct option_spec options[] = {
	{ .name = "--format",
	  .value = "FORMAT",
	  .text = &format_name,
	  .help = "text (default), markdown, json, csv, benchstat or classic" },
	{ .name = "--why",
	  .value = "N",
	  .optional = true,
	  .flag = &why,
	  .text = &why_lines,
	  .help = "why rows changed, by function (at most N lines), from profiles" },
	{ .name = "--gate",
	  .value = "PCT",
	  .text = &gate,
	  .help = "exit 3 if a row is beyond doubt worse by more: 5%" },
	{ .name = "--gate-strict",
	  .flag = &strict,
	  .help = "and exit 5 if it cannot be shown that no row is" },
	COMPARING_OPTIONS,
	{ .name = NULL },
};

static int print(const struct comparison *comparison, const struct compare_format *format)
{
	struct reason reason = { "" };
	int ret = format->print(comparison, stdout, log_wants_colour(1), &reason);

	if (ret)
		return comparing_complain(ret, &reason);
	if (format->note)
		log_note("%s", format->note);
	if (comparison->nr_gate_failed)
		return EXIT_REGRESSION;
	if (comparison->strict && gate_has_doubts(comparison)) {
		log_note("--gate-strict: not all could be judged: see \"gate, strict\" in the "
			 "table");
		return EXIT_UNJUDGED;
	}
	if (comparison->gated && comparison_ungated(comparison))
		log_note("--gate: %zu verdicts cannot fail it: fewer than %d pairs of boots",
			 comparison_ungated(comparison), SIGNFLIP_LEAST_PAIRS);
	return comparison->nr_rows ? EXIT_DONE : EXIT_FAILED;
}

static int explain(struct comparison *comparison, const struct compare_format *format)
{
	struct because_options asked = { .for_gate = !why, .some_will_do = !why };
	struct reason reason = { "" };
	uint64_t lines = 0;
	int ret;

	if (why && format->explains == EXPLAINS_NEVER)
		log_note("--why: %s has no room for it: text, markdown, json and csv have",
			 format->name);
	if (format->explains < (why ? EXPLAINS_IF_ASKED : EXPLAINS_GATE) ||
	    (!why && !comparison->nr_gate_failed))
		return EXIT_DONE;
	if (why_lines)
		text_to_u64(why_lines, &lines); /* checked by compare_run() */
	asked.most_lines = (size_t)lines;
	ret = because_find(comparison, &asked, &reason);
	if (!ret)
		return EXIT_DONE;
	if (why)
		return comparing_complain(ret, &reason);
	log_note("--gate: not told why, %s", reason.text); /* the gate is what was asked for */
	return EXIT_DONE;
}

static int compare(const struct args_list *arguments, const struct comparison_options *wanted,
		   const struct compare_format *format)
{
	struct comparison *comparison;
	struct sides sides;
	int code = comparing_make(arguments, wanted, 0, &sides, &comparison);

	if (code != EXIT_DONE)
		return code;
	code = explain(comparison, format);
	if (code == EXIT_DONE)
		code = print(comparison, format);
	comparison_free(comparison);
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

int compare_two(const char *first, const char *second, const struct args_list *allow)
{
	const struct args_list arguments = { .items = { first, second }, .count = 2 };
	const struct comparison_options wanted = { .allow = allow->items,
						   .nr_allow = allow->count };

	return compare(&arguments, &wanted, compare_format_find("text"));
}

/* Reads "5%" or "5"; it is not negative. */
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

static bool check_strict(void)
{
	if (strict && !gate)
		log_error("--gate-strict needs a limit: --gate 5%% --gate-strict");
	return gate || !strict;
}

static bool check_why(void)
{
	uint64_t lines;

	if (!why_lines || (!text_to_u64(why_lines, &lines) && lines >= 1 && lines <= 1000))
		return true;
	log_error("--why=\"%.40s\": expected how many lines a row, from 1 to 1000", why_lines);
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
	struct comparison_options wanted;
	double gate_pct = 0;

	if (!args_parse(argc, argv, self->options, &words, ARGS_MAX_LIST))
		return EXIT_USAGE;
	format = find_format();
	if (!format || !check_why() || (gate && !parse_gate(&gate_pct)) || !check_strict() ||
	    !comparing_has_sides(&words, self->usage))
		return EXIT_USAGE;
	wanted = comparing_wanted();
	wanted.gated = gate != NULL;
	wanted.gate_pct = gate_pct;
	wanted.strict = strict;
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
		"--why adds which functions make up the difference of each row that changed, from\n"
		"the profiles of `lab profile`, `lab run --profile` or `run --profile`; with one\n"
		"boot a side, of each row whose profiles differ.\n"
		"--gate-strict passes only where each row is shown not to be worse by more: with "
		"too\n"
		"few boots, too wide an interval, a cell that was lost or a null control that\n"
		"differs, it ends with 5.\n"
		"Exit status: 0 compared, 1 nothing could be, 2 bad usage or input, 3 --gate "
		"failed,\n"
		"5 --gate-strict could not judge.\n\n"
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
