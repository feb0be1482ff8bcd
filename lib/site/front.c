/*
 * Writes the front page: what was found, where it was measured, and whether the harness can be
 * trusted.
 */
#include <stdio.h>
#include <string.h>

#include "measure/registry.h"
#include "table/row_text.h"
#include "table/remarks.h"
#include "site/page.h"

/* ---- the summary ---- */

struct word_counts {
	size_t words[WORD_UNRESOLVED + 1];
};

static struct word_counts count_words(const struct page *page, size_t side,
				      const struct site_bench *bench)
{
	const struct comparison *comparison = page->site->comparison;
	struct word_counts tally = { { 0 } };

	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const struct row *row = &comparison->rows[i];

		if (!bench || page_bench_of(page->site, row->cell) == bench)
			tally.words[row->verdicts[side].word]++;
	}
	return tally;
}

static void add_in_short(struct page *page, size_t side)
{
	struct word_counts tally = count_words(page, side, NULL);
	struct html *html = &page->html;

	html_begin(html, "p", "class", "short", NULL);
	html_text(html, "%s against %s: ", page_side(page, side)->label, page_side(page, 0)->label);
	for (enum word word = WORD_FASTER; word <= WORD_UNRESOLVED; word++) {
		html_leaf_with(html, "span", "class", word_name(word), "%zu %s", tally.words[word],
			       word_name(word));
		html_text(html, word == WORD_UNRESOLVED ? "." : ", ");
	}
	html_end(html);
}

static void add_warning(struct page *page)
{
	if (!page->site->comparison->advisory)
		return;
	html_begin(&page->html, "p", "class", "warning", NULL);
	html_leaf(&page->html, "strong", "The null control failed.");
	html_text(&page->html, " A row that no kernel can change differs: all verdicts here are "
			       "advisory.");
	html_end(&page->html);
}

/* ---- verdicts ---- */

static const struct page_column verdict_columns[] = {
	{ "Cell", false }, { "Base", true },	 { "New", true },
	{ "Ratio", true }, { "95 %", true },	 { "p", true },
	{ "Pairs", true }, { "Verdict", false }, { NULL, false },
};

#define NR_VERDICT_COLUMNS (sizeof(verdict_columns) / sizeof(verdict_columns[0]) - 1)

static void add_word(struct page *page, const struct row *row, size_t side,
		     const struct verdict_text *text)
{
	const struct row_verdict *said = &row->verdicts[side];
	struct html *html = &page->html;

	html_begin(html, "td", NULL);
	html_leaf_with(html, "span", "class", word_name(said->word), "%s", text->word);
	page_why(page, row, side);
	html_end(html);
}

static void add_name(struct page *page, const struct block *block, size_t number)
{
	const struct row *row = block->rows[number];
	const struct site_bench *bench = page_bench_of(page->site, row->cell);
	struct html *html = &page->html;
	struct text name = { 0 };
	char id[PAGE_ID], href[SITE_NAME + 8 + PAGE_ID + 1];

	block_name(block, number, &name);
	html->text.failed |= name.failed;
	snprintf(href, sizeof(href), "%s#%s", bench ? bench->page : "",
		 page_row_id(page->site, row, id));
	html_begin(html, "th", "scope", "row", NULL);
	html_link(html, href, "%s", name.text ? name.text : "");
	if (row->too_short)
		html_text(html, " (too short)");
	html_end(html);
	text_release(&name);
}

static void add_row(struct page *page, const struct block *block, size_t number, size_t side)
{
	const struct row *row = block->rows[number];
	const struct row_verdict *said = &row->verdicts[side];
	struct verdict_text text;
	char median[ROW_TEXT];

	row_text_verdict(page->site->comparison, said, &text);
	html_begin(&page->html, "tr", NULL);
	add_name(page, block, number);
	page_number(page, "%s", row_text_median(row, 0, median));
	page_number(page, "%s", row_text_median(row, side, median));
	page_number(page, "%s", text.ratio);
	page_number(page, "%s%s%s", text.lo, text.lo[0] ? " … " : "", text.hi);
	page_number(page, "%s", text.p);
	page_number(page, "%zu", said->verdict.pairs);
	add_word(page, row, side, &text);
	html_end(&page->html);
}

static void add_block(struct page *page, const struct block *block, size_t side)
{
	struct text head = { 0 };
	bool begun = false;

	block_head(block, &head);
	page->html.text.failed |= head.failed;
	for (size_t i = 0; i < block->count; i++) {
		if (block->rows[i]->verdicts[side].word == WORD_NONE)
			continue;
		if (!begun)
			page_group(page, NR_VERDICT_COLUMNS, "%s%s%s", head.text,
				   block->naming.header.length ? "; by " : "",
				   block->naming.header.text);
		begun = true;
		add_row(page, block, i, side);
	}
	if (begun)
		html_end(&page->html);
	text_release(&head);
}

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

static void add_side(struct page *page, size_t side)
{
	const struct comparison *comparison = page->site->comparison;
	const char *base = page_side(page, 0)->label, *new = page_side(page, side)->label;
	struct text remarks = { 0 };

	if (page_nr_sides(page) > 2)
		html_leaf(&page->html, "h3", "%s against %s", new, base);
	page_table_head(page, verdict_columns, "Base: %s. New: %s. Ratio: new/base.", base, new);
	for (size_t i = 0; i < page->site->blocks.count; i++)
		add_block(page, &page->site->blocks.list[i], side);
	page_table_foot(page);
	sheet_add_unresolved(comparison, side, &remarks);
	add_list(page, &remarks);
	text_release(&remarks);
}

static size_t count_steps(const struct comparison *comparison)
{
	size_t count = 0;

	for (size_t i = 0; i < comparison->nr_rows; i++)
		count += comparison->rows[i].nr_steps;
	return count;
}

static void add_trend(struct page *page)
{
	const struct comparison *comparison = page->site->comparison;

	if (page_nr_sides(page) < 3)
		return;
	html_leaf(&page->html, "h3", "Trend");
	if (!count_steps(comparison)) {
		html_leaf(&page->html, "p",
			  "No step from one side to the next is beyond doubt, corrected over all "
			  "rows.");
		return;
	}
	html_leaf(&page->html, "p",
		  "Steps from one side to the next, in the order of the sides, "
		  "corrected over all rows:");
	html_begin(&page->html, "ul", NULL);
	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const struct row *row = &comparison->rows[i];

		for (size_t j = 0; j < row->nr_steps; j++)
			html_leaf(&page->html, "li", "%s %s: x%.3f from %s on, p %.4f", row->cell,
				  row->metric, row->steps[j].ratio,
				  page_side(page, row->steps[j].index)->label, row->steps[j].p);
	}
	html_end(&page->html);
}

static void add_caution(struct page *page)
{
	struct text caution = { 0 };

	sheet_add_layouts(page->site->comparison, &caution);
	add_list(page, &caution);
	text_release(&caution);
}

static void add_verdicts(struct page *page)
{
	html_leaf(&page->html, "h2", "Verdicts");
	page_plots(page, NULL);
	for (size_t side = 1; side < page_nr_sides(page); side++)
		add_side(page, side);
	add_trend(page);
	add_caution(page);
	html_begin(&page->html, "p", NULL);
	html_text(
		&page->html,
		"A verdict is one of faster, slower, same (within %.0f %%, beyond doubt) and "
		"unresolved (neither was shown). p is corrected over all %zu rows. Behind ± is how "
		"far a median's bounds lie off: those of its 95 %% interval over boots, with fewer "
		"than six boots their range, of one boot the quartiles of its samples. ",
		100 * COMPARISON_DELTA, page->site->comparison->nr_judged);
	html_link(&page->html, "method.html", "How it was measured");
	html_text(&page->html, " tells how these words are come to.");
	html_end(&page->html);
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
	html_leaf(&page->html, "h2", "What was not measured, or not everywhere");
	page_table(page, columns, "Cells that a boot lacks, or that cannot be compared");
	for (size_t i = 0; i < comparison->nr_left_out; i++) {
		html_begin(&page->html, "tr", NULL);
		page_row_head(page, "%s", comparison->left_out[i].cell);
		page_cell(page, "%s", comparison->left_out[i].why);
		html_end(&page->html);
	}
	page_table_end(page);
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
	for (size_t side = 1; side < page_nr_sides(page); side++)
		add_in_short(page, side);
	if (!compared)
		html_leaf(&page->html, "p", "One side, %s: figures, and nothing to judge them by.",
			  page_side(page, 0)->label);
	add_warning(page);
	if (compared)
		add_verdicts(page);
	else
		page_plots(page, NULL);
	add_benches(page);
	site_hosts(page);
	site_null_control(page);
	add_left_out(page);
}
