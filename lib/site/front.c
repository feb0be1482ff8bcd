/*
 * Writes the front page: what was found, where it was measured, and whether the harness can be
 * trusted.
 */
#include <stdio.h>
#include <string.h>

#include "measure/registry.h"
#include "table/remarks.h"
#include "site/front_parts.h"

/* ---- remarks ---- */

/* Adds lines as a list; an indented line continues the item above. */
static void add_list(struct page *page, const struct text *lines)
{
	const char *line = lines->text;
	struct html *html = &page->html;

	html->text.failed |= lines->failed;
	if (!line || !*line)
		return;
	html_begin(html, "ul", NULL);
	while (*line) {
		const char *end = strchr(line, '\n');

		html_begin(html, "li", NULL);
		html_text(html, "%.*s", (int)(end - line), line);
		while (text_starts_with(end + 1, "  ")) {
			line = end + 1;
			end = strchr(line, '\n');
			html_text(html, "%.*s", (int)(end - line - 1), line + 1);
		}
		html_end(html);
		line = end + 1;
	}
	html_end(html);
}

static void add_unresolved(struct page *page)
{
	for (size_t side = 1; side < page_nr_sides(page); side++) {
		struct text remarks = { 0 };

		sheet_add_unresolved(page->site->comparison, side, &remarks);
		if (remarks.length && page_nr_sides(page) > 2)
			html_leaf(&page->html, "h3", "%s against %s", page_name(page, side),
				  page_name(page, 0));
		add_list(page, &remarks);
		text_release(&remarks);
	}
}

static void add_caution(struct page *page)
{
	struct text caution = { 0 };

	sheet_add_layouts(page->site->comparison, &caution);
	add_list(page, &caution);
	text_release(&caution);
}

static void add_legend(struct page *page)
{
	html_begin(&page->html, "p", "class", "legend", NULL);
	html_text(&page->html,
		  "Faster and slower are beyond doubt; same: within %.0f %%, beyond doubt; "
		  "unresolved: neither was shown. p is corrected over all %zu rows. Behind ±: "
		  "how far the 95 %% interval of a median over boots reaches, with fewer than six "
		  "boots their range, of one boot the quartiles of its samples. ",
		  100 * COMPARISON_DELTA, page->site->comparison->nr_judged);
	html_link(&page->html, "method.html", "How the words are found");
	html_text(&page->html, ".");
	html_end(&page->html);
}

static void add_verdicts(struct page *page)
{
	front_summary(page);
	if (page_nr_sides(page) > 2)
		front_matrix(page);
	else
		front_rows(page);
	add_unresolved(page);
	add_caution(page);
	site_null_short(page);
	add_legend(page);
}

/* ---- what was not compared ---- */

static void add_left_out(struct page *page)
{
	static const struct page_column columns[] = { { "Cell", false },
						      { "Why", false },
						      { NULL, false } };
	const struct comparison *comparison = page->site->comparison;

	if (!comparison->nr_left_out)
		return;
	html_begin(&page->html, "details", NULL);
	html_leaf(&page->html, "summary", "What was not measured, or not everywhere: %zu cells",
		  comparison->nr_left_out);
	page_table(page, columns, "Cells that a boot lacks, or that cannot be compared");
	for (size_t i = 0; i < comparison->nr_left_out; i++) {
		html_begin(&page->html, "tr", NULL);
		page_row_head(page, "%s", comparison->left_out[i].cell);
		page_cell(page, "%s", comparison->left_out[i].why);
		html_end(&page->html);
	}
	page_table_end(page);
	html_end(&page->html);
}

/* ---- benchmarks ---- */

static size_t count_rows(const struct page *page, const struct site_bench *bench)
{
	const struct comparison *comparison = page->site->comparison;
	size_t count = 0;

	for (size_t i = 0; i < comparison->nr_rows; i++)
		count += page_bench_of(page->site, comparison->rows[i].cell) == bench;
	return count;
}

static void add_benches(struct page *page)
{
	static const struct page_column columns[] = { { "Benchmark", false },
						      { "What it times", false },
						      { "Rows", true },
						      { NULL, false } };

	html_leaf(&page->html, "h2", "Benchmarks");
	page_table(page, columns, "A page for each");
	for (size_t i = 0; i < page->site->nr_benches; i++) {
		const struct site_bench *bench = &page->site->benches[i];
		const struct bench *known = bench_find(bench->name);

		html_begin(&page->html, "tr", NULL);
		html_begin(&page->html, "th", "scope", "row", NULL);
		html_link(&page->html, bench->page, "%s", bench->name);
		html_end(&page->html);
		page_cell(page, "%s", known ? known->summary : "not one of this dmabench");
		page_number(page, "%zu", count_rows(page, bench));
		html_end(&page->html);
	}
	page_table_end(page);
}

void site_front(struct page *page)
{
	bool compared = page_nr_sides(page) > 1;

	page_begin(page, page->site->title.text);
	if (!compared)
		html_leaf(&page->html, "p", "One side, %s: figures, and nothing to judge them by.",
			  page_side(page, 0)->label);
	if (compared)
		add_verdicts(page);
	else
		page_plots(page, NULL);
	if (!compared)
		add_benches(page);
	if (!compared)
		site_null_control(page);
	add_left_out(page);
}
