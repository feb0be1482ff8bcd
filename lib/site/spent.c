/* Writes a page on where one side's instructions went, or its time: by function, row by row. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/because.h"
#include "plot/flame_words.h"
#include "site/page.h"
#include "site/view.h"
#include "stats/share.h"

#define NAMED 10 /* functions of a row */
#define NAMED_SHORT 3 /* in the list of rows */
#define SHARE_LEAST 0.001 /* what is less is among the others */
/* Flushes what the kernel wrote from the CPU's caches, for who reads memory past these. */
#define FLUSHES "clflush_cache_range"

/* A row of the page. */
struct spending {
	const struct row *row;
	size_t side;
	struct view view;
	struct flame_function *functions; /* the largest first; belongs to the view */
	size_t count;
};

/* ---- figures ---- */

static int compare_functions(const void *a, const void *b)
{
	const struct flame_function *left = a, *right = b;
	double sizes[] = { left->self[FLAME_NEW], right->self[FLAME_NEW] };

	if (sizes[0] != sizes[1])
		return sizes[0] > sizes[1] ? -1 : 1;
	return strcmp(left->name, right->name);
}

static int open_row(struct page *page, const struct row *row, size_t side,
		    struct spending *ret_spending)
{
	struct spending spending = { .row = row, .side = side };
	struct reason reason = { "" };
	int ret = view_make(page->site, row, side, false, &spending.view, &reason);

	if (ret) {
		view_release(&spending.view);
		return ret;
	}
	spending.functions = spending.view.figures.functions;
	spending.count = spending.view.figures.nr_functions;
	qsort(spending.functions, spending.count, sizeof(*spending.functions), compare_functions);
	*ret_spending = spending;
	return 0;
}

static void close_row(struct spending *spending)
{
	view_release(&spending->view);
}

static double divisor(const struct spending *spending)
{
	return spending->view.pages > 0 ? spending->view.pages : 1;
}

static const char *each(const struct spending *spending)
{
	return spending->view.pages > 0 ? "a page" : "an operation";
}

static double share_of(const struct spending *spending, double value)
{
	return spending->view.whole > 0 ? value / spending->view.whole : 0;
}

static void add_figure(struct page *page, const struct spending *spending, double value)
{
	char text[FLAME_NUMBER];

	page_number(page, "%s", flame_number(value / divisor(spending), false, text));
}

/* ---- a table ---- */

/* Adds a share, of samples with its interval. */
static void add_share(struct page *page, const struct spending *spending, double value)
{
	double share = share_of(spending, value);
	double samples = spending->view.sampled[FLAME_NEW].samples;
	struct interval sure;

	page_number(page, "%.1f %%", 100 * share);
	if (!spending->view.is_samples)
		return;
	sure = share_interval(share * samples, samples);
	page_number(page, "%.1f … %.1f", 100 * sure.lo, 100 * sure.hi);
}

static void add_function(struct page *page, const struct spending *spending,
			 const struct flame_function *function)
{
	char text[FLAME_NUMBER];
	struct text name = { 0 };

	flame_add_name(function, &name);
	html_begin(&page->html, "tr", NULL);
	page_row_head(page, "%s", name.text ? name.text : "");
	add_share(page, spending, function->self[FLAME_NEW]);
	add_figure(page, spending, function->self[FLAME_NEW]);
	add_figure(page, spending, function->inclusive[FLAME_NEW]);
	if (!spending->view.is_samples)
		page_number(page, "%s",
			    function->calls[FLAME_NEW] > 0
				    ? flame_number(function->calls[FLAME_NEW] / divisor(spending),
						   false, text)
				    : "");
	html_end(&page->html);
	page->html.text.failed |= name.failed;
	text_release(&name);
}

/* Adds what no named function has, without what it calls. */
static void add_other(struct page *page, const struct spending *spending, const char *name,
		      double value)
{
	if (value <= 0)
		return;
	html_begin(&page->html, "tr", NULL);
	page_row_head(page, "%s", name);
	add_share(page, spending, value);
	add_figure(page, spending, value);
	page_number(page, "%s", "");
	if (!spending->view.is_samples)
		page_number(page, "%s", "");
	html_end(&page->html);
}

static void begin_table(struct page *page, const struct spending *spending)
{
	const struct view *view = &spending->view;
	char unit[FLAME_LABEL], with[FLAME_LABEL], calls[FLAME_LABEL];
	struct page_column columns[] = {
		{ "Function", false }, { "Share", true }, { "95 %", true }, { unit, true },
		{ with, true },	       { calls, true },	  { NULL, false },
	};

	snprintf(unit, sizeof(unit), "%s %s", view_unit(view), each(spending));
	snprintf(with, sizeof(with), "with what it calls");
	snprintf(calls, sizeof(calls), "calls %s", each(spending));
	if (view->is_samples)
		columns[5] = columns[6];
	else
		memmove(&columns[2], &columns[3], 4 * sizeof(columns[0]));
	page_table_head(page, columns, "Functions by what they took themselves, the largest first");
	html_begin(&page->html, "tbody", NULL);
}

/* Returns how many functions take enough to be named. */
static size_t count_named(const struct spending *spending)
{
	size_t count = 0;

	while (count < spending->count && count < NAMED &&
	       share_of(spending, spending->functions[count].self[FLAME_NEW]) >= SHARE_LEAST)
		count++;
	return count;
}

static void add_table(struct page *page, const struct spending *spending)
{
	size_t named = count_named(spending), others = spending->count - named;
	const struct view *view = &spending->view;
	double rest = 0;
	char name[FLAME_LABEL];

	begin_table(page, spending);
	for (size_t i = 0; i < named; i++)
		add_function(page, spending, &spending->functions[i]);
	for (size_t i = named; i < spending->count; i++)
		rest += spending->functions[i].self[FLAME_NEW];
	snprintf(name, sizeof(name), "%zu other%s", others, others == 1 ? "" : "s");
	add_other(page, spending, name, rest);
	add_other(page, spending, "interrupts, of no function", view->interrupts);
	add_other(page, spending, "asleep, ns", view->idle_ns);
	page_table_end(page);
}

/* ---- rows ---- */

static void add_total(struct page *page, const struct spending *spending)
{
	const struct view *view = &spending->view;
	const char *unit = view_unit(view);
	char a_page[FLAME_NUMBER], whole[FLAME_NUMBER];

	html_begin(&page->html, "p", NULL);
	if (view->pages > 0)
		html_text(&page->html, "%s %s a page, ",
			  flame_number(view->whole / view->pages, false, a_page), unit);
	html_text(&page->html, "%s%s%s an operation, ", flame_number(view->whole, false, whole),
		  view->pages > 0 ? "" : " ", view->pages > 0 ? "" : unit);
	if (view->is_samples)
		html_text(&page->html, "by %.0f samples of %s in %.0f operations.",
			  view->sampled[FLAME_NEW].samples, view->event, view->operations);
	else
		html_text(&page->html, "counted in %.0f operation%s.", view->operations,
			  view->operations == 1 ? "" : "s");
	html_end(&page->html);
}

/* Adds how much of a row is flushing tables for an IOMMU that does not see caches. */
static void add_flushes(struct page *page, const struct spending *spending)
{
	double flushed = 0;
	char text[FLAME_NUMBER];

	for (size_t i = 0; i < spending->count; i++)
		if (!strcmp(spending->functions[i].name, FLUSHES))
			flushed += spending->functions[i].self[FLAME_NEW];
	if (flushed > 0)
		html_leaf(&page->html, "p",
			  "%s of these (%.1f\u00a0%%) flush the CPU's caches (" FLUSHES ").",
			  flame_number(flushed, false, text), 100 * share_of(spending, flushed));
}

static void add_row(struct page *page, const struct row *row, size_t side, const char *name)
{
	struct spending spending;
	char id[PAGE_ROW_ID];

	if (open_row(page, row, side, &spending)) {
		page->html.text.failed = true; /* flames were drawn of it: only memory can lack */
		return;
	}
	html_leaf_with(&page->html, "h3", "id", page_row_id(row, id), "%s", name);
	add_total(page, &spending);
	add_flushes(page, &spending);
	add_table(page, &spending);
	page_flame(page, row, side, false);
	close_row(&spending);
}

/* ---- the list of rows ---- */

static void add_short(struct page *page, const struct row *row, size_t side, const char *name)
{
	char id[PAGE_ROW_ID], href[PAGE_ROW_ID + 1], figure[FLAME_NUMBER];
	struct spending spending;
	struct text most = { 0 };

	if (open_row(page, row, side, &spending)) {
		page->html.text.failed = true;
		return;
	}
	snprintf(href, sizeof(href), "#%s", page_row_id(row, id));
	html_begin(&page->html, "tr", NULL);
	html_begin(&page->html, "th", "scope", "row", NULL);
	html_link(&page->html, href, "%s", name);
	html_end(&page->html);
	page_number(page, "%s %s",
		    flame_number(spending.view.whole / divisor(&spending), false, figure),
		    view_unit(&spending.view));
	for (size_t i = 0; i < NAMED_SHORT && i < count_named(&spending); i++)
		text_add(&most, "%s%s %.0f %%", i ? ", " : "", spending.functions[i].name,
			 100 * share_of(&spending, spending.functions[i].self[FLAME_NEW]));
	page_cell(page, "%s", most.text ? most.text : "");
	html_end(&page->html);
	page->html.text.failed |= most.failed;
	text_release(&most);
	close_row(&spending);
}

/* Calls @add for each row of a block that has profiles, with its name. */
static void each_row(struct page *page, const struct block *block, size_t side,
		     void (*add)(struct page *page, const struct row *row, size_t side,
				 const char *name))
{
	for (size_t i = 0; i < block->count; i++) {
		struct text name = { 0 };

		if (!view_is_there(page->site, block->rows[i], side))
			continue;
		block_name(block, i, &name);
		page->html.text.failed |= name.failed;
		add(page, block->rows[i], side, name.text ? name.text : "");
		text_release(&name);
	}
}

static void add_block(struct page *page, const struct block *block, size_t side)
{
	const struct page_column columns[] = {
		{ "Cell", false },
		{ because_pages(block->rows[0]) > 0 ? "A page" : "An operation", true },
		{ "The most, themselves", false },
		{ NULL, false },
	};
	struct text head = { 0 };
	bool any = false;

	for (size_t i = 0; i < block->count; i++)
		any |= view_is_there(page->site, block->rows[i], side);
	if (!any)
		return;
	block_head(block, &head);
	page->html.text.failed |= head.failed;
	html_leaf(&page->html, "h2", "%s", head.text ? head.text : "");
	page_table_head(page, columns, "Where most of each cell goes%s%s",
			block->naming.header.length ? "; by " : "",
			block->naming.header.length ? block->naming.header.text : "");
	html_begin(&page->html, "tbody", NULL);
	each_row(page, block, side, add_short);
	page_table_end(page);
	each_row(page, block, side, add_row);
	text_release(&head);
}

/* ---- the page ---- */

void site_spent(struct page *page, size_t side)
{
	bool samples = page->site->sides[side].samples;
	struct text title = { 0 };

	text_add(&title, "Where the %s of %s go", samples ? "samples" : "instructions",
		 page_side(page, side)->label);
	page_begin(page, title.text ? title.text : "");
	page->html.text.failed |= title.failed;
	text_release(&title);
	page_siblings(page, false);
	page_prose(page,
		   samples ? "Samples were taken in further iterations, after those that were "
			     "timed. A share is of samples, with its 95\u00a0% interval; times are "
			     "that share of the measured median."
			   : "An emulator counted every instruction of the timed operations, "
			     "without changing one. What a function took itself is without what "
			     "it calls; user code is one function.");
	for (size_t i = 0; i < page->site->blocks.count; i++)
		add_block(page, &page->site->blocks.list[i], side);
}
