/* Writes the page of methods: the design of the run, and how figures and verdicts are computed. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/page.h"
#include "stats/exact.h"
#include "stats/signflip.h"

/* ---- the runs ---- */

/* The range of values; least > most if there are none. */
struct run_span {
	double least, most;
};

#define NO_SPAN ((struct run_span){ INFINITY, -INFINITY })

static void widen(struct run_span *span, double value)
{
	span->least = fmin(span->least, value);
	span->most = fmax(span->most, value);
}

static void add_span(struct page *page, const struct run_span *span)
{
	if (span->least > span->most)
		page_number(page, "–");
	else if (span->least == span->most)
		page_number(page, "%g", span->least);
	else
		page_number(page, "%g to %g", span->least, span->most);
}

static void add_side_runs(struct page *page, const struct side *side)
{
	struct run_span cells = NO_SPAN, trials = NO_SPAN, iterations = NO_SPAN;

	for (size_t i = 0; i < side->nr_boots; i++) {
		const struct boot *boot = side->boots[i];

		widen(&cells, (double)boot->nr_cells);
		for (size_t j = 0; j < boot->nr_cells; j++) {
			const struct boot_cell *cell = &boot->cells[j];

			if (cell->status == CELL_SKIPPED)
				continue;
			widen(&trials, (double)(cell->nr_ok + cell->nr_invalid + cell->nr_failed));
			if (cell->iterations)
				widen(&iterations, (double)cell->iterations);
		}
	}
	html_begin(&page->html, "tr", NULL);
	page_row_head(page, "%s", side->label);
	page_cell(page, "%s", run_text(side->boots[0]->run, "config", "name"));
	page_number(page, "%zu", side->nr_boots);
	add_span(page, &cells);
	add_span(page, &trials);
	add_span(page, &iterations);
	html_end(&page->html);
}

static void add_runs(struct page *page)
{
	static const struct page_column columns[] = {
		{ "Side", false },	   { "Config", false },
		{ "Boots", true },	   { "Cells a boot", true },
		{ "Trials a cell", true }, { "Timed iterations a trial", true },
		{ NULL, false },
	};
	const char *about = run_text(page_side(page, 0)->boots[0]->run, "config", "about");

	html_leaf(&page->html, "h2", "The runs");
	html_leaf(&page->html, "p",
		  "A trial is a cell run once, in a process of its own: set-up, warm-up, timed "
		  "iterations. A block is one pass over all cells, in an order drawn anew by the "
		  "run's seed. A run is one matrix on one boot.");
	if (about[0])
		html_leaf(&page->html, "p", "What the config says it is for: %s", about);
	page_table(page, columns, "What was run");
	for (size_t i = 0; i < page_nr_sides(page); i++)
		add_side_runs(page, page_side(page, i));
	page_table_end(page);
}

/* ---- the order of boots ---- */

struct boot_place {
	size_t side, boot;
	int64_t pair, position; /* -1: not recorded */
	const char *started;
};

/* Orders boots as the series drew them; without a series, by start. */
static int by_place(const void *a, const void *b)
{
	const struct boot_place *left = a, *right = b;
	int order = 0;

	if (left->pair >= 0 && right->pair >= 0)
		order = left->pair != right->pair ? (left->pair > right->pair ? 1 : -1)
						  : (left->position > right->position) -
							    (left->position < right->position);
	if (!order)
		order = strcmp(left->started, right->started);
	if (!order)
		order = left->side > right->side ? 1 : left->side < right->side ? -1 : 0;
	return order ? order : left->boot > right->boot ? 1 : -1;
}

static struct boot_place *list_places(const struct page *page)
{
	const struct comparison *comparison = page->site->comparison;
	struct boot_place *places = calloc(comparison->nr_boots + 1, sizeof(*places));

	for (size_t i = 0, at = 0; i < page_nr_sides(page) && places; i++) {
		const struct side *side = page_side(page, i);

		for (size_t j = 0; j < side->nr_boots; j++, at++) {
			places[at] = (struct boot_place){ .side = i,
							  .boot = j,
							  .pair = -1,
							  .position = boot_position(side->boots[j]),
							  .started = boot_started(side->boots[j]) };
			boot_pair(side->boots[j], &places[at].pair);
		}
	}
	if (places)
		qsort(places, comparison->nr_boots, sizeof(*places), by_place);
	return places;
}

static void add_integer(struct page *page, int64_t value)
{
	if (value < 0)
		page_number(page, "–");
	else
		page_number(page, "%" PRId64, value);
}

static void add_place(struct page *page, size_t number, const struct boot_place *place)
{
	const struct boot *boot = page_side(page, place->side)->boots[place->boot];
	int64_t seed;

	html_begin(&page->html, "tr", NULL);
	html_begin(&page->html, "th", "scope", "row", "class", "n", NULL);
	html_text(&page->html, "%zu", number);
	html_end(&page->html);
	page_label(page, place->side);
	add_integer(page, place->pair);
	add_integer(page, place->position);
	page_cell(page, "%s", place->started[0] ? place->started : "not recorded");
	if (run_seed(boot->run, &seed))
		page_number(page, "%" PRId64, seed);
	else
		page_number(page, "–");
	html_end(&page->html);
}

static size_t count_base_first(const struct page *page, size_t side)
{
	const struct pairing *pairing = &page->site->comparison->pairings[side];
	size_t count = 0;

	for (size_t i = 0; i < pairing->count; i++) {
		const struct pair *pair = &pairing->list[i];

		count += boot_position(page_side(page, 0)->boots[pair->base]) <
			 boot_position(page_side(page, side)->boots[pair->new]);
	}
	return count;
}

static void add_pairing(struct page *page, size_t side)
{
	const struct pairing *pairing = &page->site->comparison->pairings[side];

	html_begin(&page->html, "p", NULL);
	html_text(&page->html, "%s against %s: %zu pair%s of boots, ", page_side(page, side)->label,
		  page_side(page, 0)->label, pairing->count, pairing->count == 1 ? "" : "s");
	if (pairing->basis == PAIRED_BY_SERIES)
		html_text(&page->html, "as the series drew them; in %zu of them %s came first.",
			  count_base_first(page, side), page_side(page, 0)->label);
	else
		html_text(&page->html, "made by the order in which they began: chance did not "
				       "choose it, so what drifts with time may look like a "
				       "difference.");
	if (pairing->base_left || pairing->new_left)
		html_text(&page->html,
			  " %zu of %s and %zu of %s have no partner and count in no "
			  "ratio.",
			  pairing->base_left, page_side(page, 0)->label, pairing->new_left,
			  page_side(page, side)->label);
	html_end(&page->html);
}

static void add_order(struct page *page)
{
	static const struct page_column columns[] = {
		{ "No.", true },    { "Side", false }, { "Pair", true }, { "Place in pair", true },
		{ "Began", false }, { "Seed", true },  { NULL, false },
	};
	struct boot_place *places = list_places(page);

	html_leaf(&page->html, "h2", "The order of boots");
	for (size_t i = 1; i < page_nr_sides(page) && !page->site->comparison->icount; i++)
		add_pairing(page, i);
	page->html.text.failed |= !places;
	page_table(page, columns, "Boots in the order in which they were run");
	for (size_t i = 0; places && i < page->site->comparison->nr_boots; i++)
		add_place(page, i + 1, &places[i]);
	page_table_end(page);
	free(places);
}

/* ---- the clock ---- */

static int by_value(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

/* Returns the median, over a boot's trials, of the time that an empty bracket takes. */
static bool overhead_of(const struct boot *boot, double *ret_ns)
{
	double *values = calloc(boot->nr_trials + 1, sizeof(*values));
	size_t count = 0;

	for (size_t i = 0; values && i < boot->nr_trials; i++) {
		double overhead = trial_overhead_ns(boot->trials[i].record);

		if (overhead >= 0)
			values[count++] = overhead;
	}
	if (count) {
		qsort(values, count, sizeof(*values), by_value);
		*ret_ns = values[count / 2];
	}
	free(values);
	return count > 0;
}

static void add_clock(struct page *page)
{
	static const struct page_column columns[] = { { "Side", false },
						      { "Clock", false },
						      { "Empty bracket, ns", true },
						      { NULL, false } };

	html_leaf(&page->html, "h2", "The timed bracket");
	html_leaf(&page->html, "p",
		  "Two reads of the clock, and between them the operation. What an empty bracket "
		  "takes is measured in each trial; it is part of every sample and not taken off. "
		  "Warm-up ends when the series is steady. No sample is dropped.");
	page_table(page, columns, "Clocks, and what reading them costs (medians of boots)");
	for (size_t i = 0; i < page_nr_sides(page); i++) {
		const struct side *side = page_side(page, i);
		const char *clock = run_text(side->boots[0]->run, "clock", "source");
		struct run_span overheads = NO_SPAN;
		double overhead;

		for (size_t j = 0; j < side->nr_boots; j++)
			if (overhead_of(side->boots[j], &overhead))
				widen(&overheads, overhead);
		html_begin(&page->html, "tr", NULL);
		page_row_head(page, "%s", side->label);
		page_cell(page, "%s", clock[0] ? clock : "not recorded");
		add_span(page, &overheads);
		html_end(&page->html);
	}
	page_table_end(page);
}

/* ---- figures and verdicts ---- */

static void add_chosen(struct page *page, const char *option, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		html_leaf(&page->html, "li", "%s %s", option, list[i]);
}

static void add_selection(struct page *page)
{
	const struct selection *selection = &page->site->comparison->selection;

	if (!selection->nr_filters && !selection->nr_rows)
		return;
	html_leaf(&page->html, "p",
		  "Not all that was measured is shown and judged here, but only "
		  "rows that were asked for by");
	html_begin(&page->html, "ul", NULL);
	add_chosen(page, "--filter", selection->filters, selection->nr_filters);
	add_chosen(page, "--row", selection->rows, selection->nr_rows);
	html_end(&page->html);
}

/* Returns a remark if the report has no bounds of this kind. */
static const char *bounds_here(const struct comparison *comparison, enum spread spread)
{
	for (size_t i = 0; i < comparison->nr_rows; i++)
		for (size_t j = 0; j < comparison->sides->count; j++)
			if (comparison->rows[i].sides[j].spread == spread)
				return "";
	return " (none here)";
}

static void add_figures(struct page *page)
{
	html_leaf(&page->html, "h2", "Figures");
	html_leaf(&page->html, "p",
		  "The boot is the unit: samples of one boot share its placement of memory and its "
		  "luck. What a boot says of a row is the median of its samples; what a side says "
		  "is the median of its boots.");
	html_leaf(&page->html, "p",
		  "Intervals of medians are at 95 %%, from order statistics of the boots%s, and "
		  "assume no shape of their distribution. Fewer than six boots have no such "
		  "interval: then their range stands there%s, and of one boot the quartiles of its "
		  "samples%s, which say nothing about other boots.",
		  bounds_here(page->site->comparison, SPREAD_INTERVAL),
		  bounds_here(page->site->comparison, SPREAD_RANGE),
		  bounds_here(page->site->comparison, SPREAD_QUARTILES));
	add_selection(page);
}

static void say_paired(struct page *page)
{
	html_leaf(&page->html, "p",
		  "Time is the clock (wall). A row is judged by the sign-flip test over pairs of "
		  "boots: had the kernels been alike, each pair's log ratio could as well have had "
		  "the other sign. With up to %d pairs all patterns of signs are looked at, with "
		  "more %d of them are drawn by a fixed seed. With n pairs the least p is 2/2ⁿ, so "
		  "a verdict needs %d pairs at the least.",
		  SIGNFLIP_ENUMERATED, SIGNFLIP_SAMPLES, SIGNFLIP_LEAST_PAIRS);
	html_leaf(&page->html, "p",
		  "All %zu rows are judged together (step-down max-T over the same flips), so that "
		  "the chance of even one false alarm in the report is 5 %%.",
		  page->site->comparison->nr_judged);
}

static void say_exact(struct page *page)
{
	const struct comparison *comparison = page->site->comparison;

	html_leaf(&page->html, "p",
		  "Time is executed instructions (icount), which no other load moves. Boots differ "
		  "by how memory was laid out%s. With three boots or more in all, the difference "
		  "of the sides' means is held against the boots' own spread (a t bound, Holm over "
		  "all %zu rows) and against %.2f %%, to which such a clock repeats.",
		  comparison->fixed_layout ? "; here that was held still" : "",
		  comparison->nr_judged, 100 * EXACT_REPEATABILITY);
	if (comparison->fixed_layout)
		html_leaf(&page->html, "p",
			  "With one boot a side the difference must exceed %.1f %%, which boots of "
			  "one layout were seen to differ by; there is no p then.",
			  100 * EXACT_FLOOR_FIXED);
	else
		html_leaf(&page->html, "p",
			  "With one boot a side the difference must exceed what layouts were seen "
			  "to make: %.0f %%, and %.0f times for memory in small pages; there is no "
			  "p then. %d boots a side or more are what a verdict should rest on.",
			  100 * EXACT_FLOOR_SAMPLED, 1 + EXACT_FLOOR_SMALL, EXACT_BOOTS_SAMPLED);
}

static void add_verdicts(struct page *page)
{
	html_leaf(&page->html, "h2", "Verdicts");
	if (page_nr_sides(page) < 2) {
		html_leaf(&page->html, "p", "There is one side, and so there are none.");
		return;
	}
	if (page->site->comparison->icount)
		say_exact(page);
	else
		say_paired(page);
	html_leaf(&page->html, "p",
		  "Same means: not shown to differ, and shown to lie within %.0f %% (two one-sided "
		  "tests at 5 %%, of the row alone). Unresolved means that neither a difference "
		  "nor sameness was shown. "
		  "Intervals of ratios are at 95 %%, each for its row alone.",
		  100 * COMPARISON_DELTA);
	if (page_nr_sides(page) > 2)
		html_leaf(&page->html, "p",
			  "With more than two sides each is judged against the first. Steps in "
			  "their order are looked for as well: by a permutation test within rounds "
			  "of boots, with a fixed seed, its level divided by the number of rows.");
}

void site_method(struct page *page)
{
	bool compared = page_nr_sides(page) > 1;

	page_begin(page, "How it was measured");
	site_hosts(page);
	add_runs(page);
	add_order(page);
	add_clock(page);
	add_figures(page);
	add_verdicts(page);
	if (compared)
		site_null_control(page);
	if (compared)
		page_plots(page, NULL);
}
