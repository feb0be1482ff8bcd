/* Writes a page on why rows changed from the base to one side: by function, with a flame graph. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "plot/flame_words.h"
#include "profile/why.h"
#include "table/row_text.h"
#include "table/why_table.h"
#include "site/page.h"

/* ---- a table ---- */

/* Tells whether a row continues the one above, with a text alone that is set in. */
static bool is_continued(const struct table *table, size_t row)
{
	const char *text;

	if (row >= table->nr_rows)
		return false;
	text = table->cells[(row + 1) * table->nr_columns - 1];
	return text && text_starts_with(text, "  ");
}

/* Adds a row with those that continue it; returns how many it was. */
static size_t add_cells(struct page *page, const struct table *table, size_t row)
{
	size_t last = table->nr_columns - 1, count = 1;
	char **cells = &table->cells[row * table->nr_columns];

	html_begin(&page->html, "tr", NULL);
	html_begin(&page->html, "th", "scope", "row", NULL);
	html_text(&page->html, "%s", cells[last] ? cells[last] : "");
	for (; is_continued(table, row + count); count++) {
		html_empty(&page->html, "br", NULL);
		html_text(&page->html, "%s", cells[count * table->nr_columns + last] + 2);
	}
	html_end(&page->html);
	for (size_t i = 0; i < last; i++)
		page_number(page, "%s", cells[i] ? cells[i] : "");
	html_end(&page->html);
	return count;
}

/* Functions, which the table for terminals has at the right, come first: they head the rows. */
static void add_table(struct page *page, const struct table *table, const struct why *why)
{
	struct page_column columns[TABLE_COLUMNS + 1] = { { NULL, false } };

	if (!table->nr_rows)
		return;
	columns[0] = (struct page_column){ table->headers[table->nr_columns - 1], false };
	for (size_t i = 0; i + 1 < table->nr_columns; i++)
		columns[i + 1] = (struct page_column){ table->headers[i], true };
	page_table(page, columns,
		   why->is_samples
			   ? "The difference by function, as far as samples can tell, the "
			     "largest first"
			   : "The difference in instructions by function, the largest first");
	for (size_t row = 0; row < table->nr_rows;)
		row += add_cells(page, table, row);
	page_table_end(page);
}

/* ---- a row ---- */

/* Begins a row's section with a head that links back to its verdict. */
static void add_head(struct page *page, const struct row *row, size_t side)
{
	const struct site_bench *bench = page_bench_of(page->site, row->cell);
	const struct row_verdict *said = &row->verdicts[side];
	char id[PAGE_ROW_ID], href[SITE_NAME + 8 + PAGE_ROW_ID + 1];
	struct verdict_text text;

	page_row_id(row, id);
	snprintf(href, sizeof(href), "%s#%s", bench ? bench->page : "", id);
	row_text_verdict(page->site->comparison, said, &text);
	html_begin(&page->html, "h2", "id", id, NULL);
	html_link(&page->html, href, "%s %s", row->cell, row->metric);
	html_text(&page->html, ": ");
	html_leaf_with(&page->html, "span", "class", word_name(said->word), "%s", text.word);
	html_end(&page->html);
}

static void add_row(struct page *page, const struct row *row, size_t side)
{
	const struct why *why = row->verdicts[side].because;
	struct why_table table;
	int ret = why_table_make(why, row->cell, row->metric, &table);

	add_head(page, row, side);
	if (!ret) {
		page_sentence(page, table.figures.text);
		add_table(page, &table.table, why);
	}
	page->html.text.failed |= ret != 0;
	why_table_release(&table);
	page_flame(page, row, side, true);
}

/* ---- the list of rows ---- */

#define LISTED 2 /* functions a row */

/* Writes a change: of samples a time, if the time was measured. */
static const char *change_text(const struct why *why, double change, char text[FLAME_NUMBER])
{
	char size[UNIT_TEXT];

	change /= why->pages > 0 ? why->pages : 1;
	if (!why->is_samples || isnan(why->measured[BEFORE]) || isnan(why->measured[AFTER]))
		return flame_number(change, true, text);
	snprintf(text, FLAME_NUMBER, "%s%.24s", change < 0 ? "−" : "+",
		 time_format(fabs(change), size));
	return text;
}

/* Adds the functions that most of the difference is in, each with its own. */
static void add_most(struct page *page, const struct why *why)
{
	struct text most = { 0 };
	char change[FLAME_NUMBER];

	for (size_t i = 0; i < why->nr_named && i < LISTED; i++) {
		const struct why_line *line = &why->lines[i];

		text_add(&most, "%s%s%s %s", i ? ", " : "", line->name,
			 line->kind == WHY_CALLER ? " and what it calls" : "",
			 change_text(why, why_line_change(line), change));
	}
	if (most.length)
		text_add(&most, why->pages > 0 ? " a page" : " an operation");
	page_cell(page, "%s", most.text ? most.text : "nothing that can be told");
	page->html.text.failed |= most.failed;
	text_release(&most);
}

static void add_listed(struct page *page, const struct row *row, size_t side)
{
	const struct row_verdict *said = &row->verdicts[side];
	const struct why *why = said->because;
	double base = why_change(why) - why_measured_change(why) == 0 ? why->whole[BEFORE]
								      : why->measured[BEFORE];
	char id[PAGE_ROW_ID], href[PAGE_ROW_ID + 1];

	snprintf(href, sizeof(href), "#%s", page_row_id(row, id));
	html_begin(&page->html, "tr", NULL);
	html_begin(&page->html, "th", "scope", "row", NULL);
	html_link(&page->html, href, "%s %s", row->cell, row->metric);
	html_end(&page->html);
	page_number(page, "%+.1f %%", base > 0 ? 100 * why_measured_change(why) / base : 0);
	add_most(page, why);
	html_end(&page->html);
}

static void add_list(struct page *page, size_t side)
{
	static const struct page_column columns[] = {
		{ "Row", false }, { "Change", true }, { "Most of it", false }, { NULL, false }
	};
	const struct comparison *comparison = page->site->comparison;

	page_table(page, columns, "What changed, and where most of that is");
	for (size_t i = 0; i < comparison->nr_rows; i++)
		if (comparison->rows[i].verdicts[side].because)
			add_listed(page, &comparison->rows[i], side);
	page_table_end(page);
}

/* ---- the page ---- */

static bool has_suffix(const struct page *page, size_t side)
{
	const struct comparison *comparison = page->site->comparison;

	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const struct why *why = comparison->rows[i].verdicts[side].because;

		if (why && why_table_is_suffixed(why))
			return true;
	}
	return false;
}

static void add_about(struct page *page, size_t side)
{
	page_prose(
		page,
		"Each row below changed, or has one boot a side whose profiles differ. Its table "
		"names the "
		"functions that make up the difference, each without what it calls, until almost "
		"all of it is told. What one side alone has is set against the other by the "
		"nearest function that calls it on both.");
	page_prose(page, "A flame graph has what calls below what it calls. Frames are as wide as "
			 "on the new "
			 "side; colour, sign and figure tell how a function itself changed.");
	if (has_suffix(page, side))
		page_prose(page,
			   "Names lack the suffixes that compilers give to parts and copies of "
			   "a function, such as .isra.0.");
}

void site_why(struct page *page, size_t side)
{
	const struct comparison *comparison = page->site->comparison;
	struct text title = { 0 };

	text_add(&title, "Why: %s against %s", page_side(page, side)->label,
		 page_side(page, 0)->label);
	page_begin(page, title.text ? title.text : "");
	page->html.text.failed |= title.failed;
	text_release(&title);
	page_siblings(page, true);
	add_list(page, side);
	add_about(page, side);
	for (size_t i = 0; i < comparison->nr_rows; i++)
		if (comparison->rows[i].verdicts[side].because)
			add_row(page, &comparison->rows[i], side);
}

void page_why(struct page *page, const struct row *row, size_t side)
{
	const struct site *site = page->site;
	char id[PAGE_ROW_ID], href[sizeof(site->sides->why) + PAGE_ROW_ID + 1];
	struct text label = { 0 };

	if (!site->sides || !row->verdicts[side].because)
		return;
	snprintf(href, sizeof(href), "%s#%s", site->sides[side].why, page_row_id(row, id));
	text_add(&label, "why %s %s changed", row->cell, row->metric);
	html_text(&page->html, " ");
	html_begin(&page->html, "a", "href", href, "aria-label", label.text ? label.text : "why",
		   NULL);
	html_text(&page->html, "why");
	html_end(&page->html);
	page->html.text.failed |= label.failed;
	text_release(&label);
}
