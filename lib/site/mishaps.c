/* Adds to a benchmark's page what has no figures: skipped, invalid, failed, absent, and why. */
#include <stdio.h>
#include <string.h>

#include "site/page.h"

/* What happened to a cell on a side. */
struct fate {
	size_t boots_ok, boots_absent, boots_skipped;
	size_t trials_ok, trials_invalid, trials_failed;
	const char *why; /* the first reason, or NULL */
};

static struct fate fate_of(const struct side *side, const char *name)
{
	struct fate fate = { .why = NULL };

	for (size_t i = 0; i < side->nr_boots; i++) {
		const struct boot_cell *cell = boot_find(side->boots[i], name);

		if (!cell) {
			fate.boots_absent++;
			continue;
		}
		fate.boots_ok += cell->status == CELL_OK;
		fate.boots_skipped += cell->status == CELL_SKIPPED;
		fate.trials_ok += cell->nr_ok;
		fate.trials_invalid += cell->nr_invalid;
		fate.trials_failed += cell->nr_failed;
		if (!fate.why)
			fate.why = cell->why;
	}
	return fate;
}

static bool is_well(const struct side *side, const struct fate *fate)
{
	return fate->boots_ok == side->nr_boots && !fate->trials_invalid && !fate->trials_failed;
}

static void begin(struct page *page, bool *begun)
{
	static const struct page_column columns[] = {
		{ "Cell", false },	{ "Side", false },  { "Boots with figures", true },
		{ "skipped in", true }, { "not in", true }, { "Trials ok", true },
		{ "invalid", true },	{ "failed", true }, { "Why (the first reason)", false },
		{ NULL, false },
	};

	if (*begun)
		return;
	*begun = true;
	html_leaf(&page->html, "h2", "Skipped, invalid and failed");
	html_leaf(&page->html, "p",
		  "Invalid: it ran, but not on what its name says. Such samples are in the raw "
		  "files and in no figure here.");
	page_table(page, columns, "Cells of which a boot has no figures, or not all");
}

static void add_cell(struct page *page, const char *name, bool *begun)
{
	for (size_t i = 0; i < page_nr_sides(page); i++) {
		const struct side *side = page_side(page, i);
		struct fate fate = fate_of(side, name);

		if (is_well(side, &fate))
			continue;
		begin(page, begun);
		html_begin(&page->html, "tr", NULL);
		page_row_head(page, "%s", name);
		page_label(page, i);
		page_number(page, "%zu of %zu", fate.boots_ok, side->nr_boots);
		page_number(page, "%zu", fate.boots_skipped);
		page_number(page, "%zu", fate.boots_absent);
		page_number(page, "%zu", fate.trials_ok);
		page_number(page, "%zu", fate.trials_invalid);
		page_number(page, "%zu", fate.trials_failed);
		page_cell(page, "%s", fate.why ? fate.why : "not measured");
		html_end(&page->html);
	}
}

static bool has_row(const struct comparison *comparison, const char *cell)
{
	for (size_t i = 0; i < comparison->nr_rows; i++)
		if (!strcmp(comparison->rows[i].cell, cell))
			return true;
	return false;
}

/* Adds cells that have rows, then those that have none. Both lists are ordered by cell. */
static void add_cells(struct page *page, const struct site_bench *bench)
{
	const struct comparison *comparison = page->site->comparison;
	const char *before = "";
	bool begun = false;

	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const char *cell = comparison->rows[i].cell;

		if (page_bench_of(page->site, cell) == bench && strcmp(cell, before) != 0)
			add_cell(page, cell, &begun);
		before = cell;
	}
	for (size_t i = 0; i < comparison->nr_left_out; i++) {
		const char *cell = comparison->left_out[i].cell;

		if (page_bench_of(page->site, cell) == bench && strcmp(cell, before) != 0 &&
		    !has_row(comparison, cell))
			add_cell(page, cell, &begun);
		before = cell;
	}
	if (begun)
		page_table_end(page);
}

/* Adds what was left out. With a single side, the table above has it all. */
static void add_left_out(struct page *page, const struct site_bench *bench)
{
	static const struct page_column columns[] = { { "Cell", false },
						      { "Why", false },
						      { NULL, false } };
	const struct comparison *comparison = page->site->comparison;
	bool begun = false;

	for (size_t i = 0; i < comparison->nr_left_out; i++) {
		const struct left_out *one = &comparison->left_out[i];

		if (page_nr_sides(page) < 2 || page_bench_of(page->site, one->cell) != bench)
			continue;
		if (!begun) {
			html_leaf(&page->html, "h2", "Not compared, or not over all boots");
			page_table(page, columns, "What was left out of verdicts");
		}
		begun = true;
		html_begin(&page->html, "tr", NULL);
		page_row_head(page, "%s", one->cell);
		page_cell(page, "%s", one->why);
		html_end(&page->html);
	}
	if (begun)
		page_table_end(page);
}

void site_mishaps(struct page *page, const struct site_bench *bench)
{
	add_cells(page, bench);
	add_left_out(page, bench);
}
