#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "compare/doubt.h"
#include "stats/exact.h"
#include "stats/signflip.h"

#define BOOTS_OFFERED 20 /* instead, advice names the difference that this number can show */

/* Joins cause and remedy with ": "; returns where the remedy begins. */
__attribute__((format(printf, 3, 4))) static size_t join(char why[DOUBT_TEXT], const char *cause,
							 const char *remedy, ...);

static size_t join(char why[DOUBT_TEXT], const char *cause, const char *remedy, ...)
{
	size_t used = (size_t)snprintf(why, DOUBT_TEXT, "%s: ", cause);
	va_list args;

	va_start(args, remedy);
	vsnprintf(why + used, DOUBT_TEXT - used, remedy, args);
	va_end(args);
	return used;
}

/*
 * Explains a row by its spread: how many boots would resolve the margin, or, if those are too many,
 * what difference fewer boots would resolve.
 */
static enum doubt explain_spread(const struct doubt_case *about, char why[DOUBT_TEXT],
				 size_t *ret_remedy)
{
	const struct verdict *verdict = about->verdict;
	const char *cause =
		about->icount ? "boots differ by layout" : "pairs differ among themselves";
	const char *of = about->icount ? " boots a side" : " pairs of boots";
	double pct = 100 * about->margin;
	size_t many = verdict->pairs < BOOTS_OFFERED / 2 ? BOOTS_OFFERED : 2 * verdict->pairs;
	double told = log1p(about->margin) * sqrt((double)verdict->pairs_wanted / (double)many);

	if (!verdict->pairs_wanted) {
		*ret_remedy =
			join(why, cause, "no number of%s would show a change of %.0f %%", of, pct);
		return DOUBT_BEYOND_REACH;
	}
	if (verdict->pairs_wanted <= verdict->pairs) {
		snprintf(why, DOUBT_TEXT, "near the margin of %.0f %%: ", pct);
		*ret_remedy = strlen(why);
		snprintf(why + *ret_remedy, DOUBT_TEXT - *ret_remedy, "more%s would show it", of);
		return DOUBT_NEAR_MARGIN;
	}
	if (verdict->pairs_wanted <= DOUBT_MOST_BOOTS) {
		*ret_remedy = join(why, cause, "about %zu%s would show a change of %.0f %%",
				   verdict->pairs_wanted, of, pct);
		return DOUBT_MORE_BOOTS;
	}
	*ret_remedy =
		join(why, cause, "%zu%s would show a change of %.0f %% (%.0f %% takes about %zu)",
		     many, of, 100 * expm1(told), pct, verdict->pairs_wanted);
	return DOUBT_MANY_BOOTS;
}

static enum doubt explain_exact(const struct doubt_case *about, char why[DOUBT_TEXT],
				size_t *ret_remedy)
{
	const struct verdict *verdict = about->verdict;
	char cause[DOUBT_TEXT / 2];

	if (verdict->pairs != 1 || verdict->pairs_wanted || about->fixed_layout)
		return explain_spread(about, why, ret_remedy);
	if (about->small_pages)
		snprintf(cause, sizeof(cause),
			 "small pages, whose layout in one boot makes up to %.0f times",
			 1 + EXACT_FLOOR_SMALL);
	else
		snprintf(cause, sizeof(cause),
			 "within the %.0f %% that the memory layout of one boot can make",
			 100 * EXACT_FLOOR_SAMPLED);
	*ret_remedy = join(why, cause, "lab run --boots %d", EXACT_BOOTS_SAMPLED);
	return about->small_pages ? DOUBT_SMALL_PAGES : DOUBT_LAYOUT;
}

static enum doubt explain_paired(const struct doubt_case *about, char why[DOUBT_TEXT],
				 size_t *ret_remedy)
{
	size_t pairs = about->verdict->pairs;
	char cause[DOUBT_TEXT / 2];

	if (!about->one_boot_each && pairs >= SIGNFLIP_LEAST_PAIRS)
		return explain_spread(about, why, ret_remedy);
	if (about->one_boot_each)
		snprintf(cause, sizeof(cause), "one boot a side; a verdict needs %d pairs of boots",
			 SIGNFLIP_LEAST_PAIRS);
	else
		snprintf(cause, sizeof(cause), "%zu pair%s of boots; a verdict needs %d", pairs,
			 pairs == 1 ? "" : "s", SIGNFLIP_LEAST_PAIRS);
	*ret_remedy = join(why, cause, "lab run --boots %d", SIGNFLIP_LEAST_PAIRS);
	return about->one_boot_each ? DOUBT_ONE_BOOT : DOUBT_FEW_PAIRS;
}

enum doubt doubt_explain(const struct doubt_case *about, char why[DOUBT_TEXT], size_t *ret_remedy)
{
	*ret_remedy = 0;
	if (about->has_zero) {
		snprintf(why, DOUBT_TEXT, "no ratio can be taken of 0");
		return DOUBT_ZERO;
	}
	return about->icount ? explain_exact(about, why, ret_remedy)
			     : explain_paired(about, why, ret_remedy);
}

size_t doubt_least_boots(bool icount)
{
	return icount ? EXACT_BOOTS_SAMPLED : SIGNFLIP_LEAST_PAIRS;
}
