/* Adds the rows of two kernels: those that changed, then all of them. */
#include <math.h>
#include <stdlib.h>

#include "table/headline_words.h"
#include "table/row_text.h"
#include "site/bars.h"
#include "site/front_parts.h"

#define NEW 1 /* the side that is compared */
#define MOST_CHANGED 40 /* rows: all others are in the table below */

/* ---- cells ---- */

static void add_word(struct page *page, const struct row *row, const char *word)
{
	struct html *html = &page->html;

	html_begin(html, "td", NULL);
	html_leaf_with(html, "span", "class", word_name(row->verdicts[NEW].word), "%s", word);
	page_why(page, row, NEW);
	html_end(html);
}

static void add_interval(struct page *page, const struct verdict_text *text)
{
	page_number(page, "%s%s%s", text->lo, text->lo[0] ? " … " : "", text->hi);
}

/* ---- what changed ---- */

static const struct page_column changed_columns[] = {
	{ "Row", false },  { "Verdict", false }, { "By", true },
	{ "Ratio", true }, { "95 %", true },	 { "← faster | slower →", false },
	{ NULL, false },
};

static void add_changed(struct page *page, const struct row *row, const struct bar_scale *scale)
{
	const struct row_verdict *said = &row->verdicts[NEW];
	char by[HEADLINE_CHANGE];
	struct verdict_text text;

	row_text_verdict(page->site->comparison, said, &text);
	html_begin(&page->html, "tr", NULL);
	front_row_head(page, NULL, 0, row);
	add_word(page, row, text.word);
	page_number(page, "%s", headline_change(row, said->verdict.ratio, by));
	page_number(page, "%s", text.ratio);
	add_interval(page, &text);
	bar_add_ratio(page, scale, row, NEW);
	html_end(&page->html);
}

/* Slower rows first, each kind by how much it changed. */
static int by_change(const void *a, const void *b)
{
	const struct row *left = *(const struct row *const *)a,
			 *right = *(const struct row *const *)b;
	const struct row_verdict *one = &left->verdicts[NEW], *other = &right->verdicts[NEW];
	double change = fabs(log(one->verdict.ratio)) - fabs(log(other->verdict.ratio));

	if (one->word != other->word)
		return one->word == WORD_SLOWER ? -1 : 1;
	if (change != 0)
		return change > 0 ? -1 : 1;
	return left < right ? -1 : left > right;
}

static size_t list_changed(const struct comparison *comparison, const struct row **list)
{
	size_t count = 0;

	for (size_t i = 0; i < comparison->nr_rows; i++) {
		enum word word = comparison->rows[i].verdicts[NEW].word;

		if (word == WORD_SLOWER || word == WORD_FASTER)
			list[count++] = &comparison->rows[i];
	}
	qsort(list, count, sizeof(*list), by_change);
	return count;
}

static void add_all_changed(struct page *page, const struct bar_scale *scale)
{
	const struct comparison *comparison = page->site->comparison;
	const struct row **list = calloc(comparison->nr_rows + 1, sizeof(*list));
	size_t count = list ? list_changed(comparison, list) : 0;
	size_t shown = count < MOST_CHANGED ? count : MOST_CHANGED;

	page->html.text.failed |= !list;
	if (count) {
		html_leaf(&page->html, "h2", "What changed");
		page_table_head(page, changed_columns,
				shown < count
					? "The first %zu of %zu rows that changed; slower ones "
					  "first"
					: "%zu rows of %zu; slower ones first",
				shown, shown < count ? count : comparison->nr_rows);
		html_begin(&page->html, "tbody", NULL);
		for (size_t i = 0; i < shown; i++)
			add_changed(page, list[i], scale);
		page_table_end(page);
	}
	free(list);
}

/* ---- all rows ---- */

static const struct page_column all_columns[] = {
	{ "Cell", false },    { "Base", true }, { "New", true },   { "Ratio", true },
	{ "95 %", true },     { "p", true },	{ "Pairs", true }, { "← faster | slower →", false },
	{ "Verdict", false }, { NULL, false },
};

#define NR_ALL_COLUMNS (sizeof(all_columns) / sizeof(all_columns[0]) - 1)

static void add_row(struct page *page, const struct block *block, size_t number,
		    const struct bar_scale *scale)
{
	const struct row *row = block->rows[number];
	const struct row_verdict *said = &row->verdicts[NEW];
	struct verdict_text text;
	char median[ROW_TEXT];

	row_text_verdict(page->site->comparison, said, &text);
	html_begin(&page->html, "tr", NULL);
	front_row_head(page, block, number, row);
	page_number(page, "%s", row_text_median(row, 0, median));
	page_number(page, "%s", row_text_median(row, NEW, median));
	page_number(page, "%s", text.ratio);
	add_interval(page, &text);
	page_number(page, "%s", text.p);
	page_number(page, "%zu", said->verdict.pairs);
	bar_add_ratio(page, scale, row, NEW);
	add_word(page, row, text.word);
	html_end(&page->html);
}

static void add_block(struct page *page, const struct block *block, const struct bar_scale *scale)
{
	struct text head = { 0 };
	bool begun = false;

	block_title(block, &head);
	page->html.text.failed |= head.failed;
	for (size_t i = 0; i < block->count; i++) {
		if (block->rows[i]->verdicts[NEW].word == WORD_NONE)
			continue;
		if (!begun)
			page_group(page, NR_ALL_COLUMNS, "%s", head.text ? head.text : "");
		begun = true;
		add_row(page, block, i, scale);
	}
	if (begun)
		html_end(&page->html);
	text_release(&head);
}

void front_rows(struct page *page)
{
	struct bar_scale scale = bar_scale_of(page, NEW);

	add_all_changed(page, &scale);
	html_leaf(&page->html, "h2", "All rows");
	page_table_head(page, all_columns, "Base: %s. New: %s. Ratio: new/base.",
			page_name(page, 0), page_name(page, NEW));
	for (size_t i = 0; i < page->site->blocks.count; i++)
		add_block(page, &page->site->blocks.list[i], &scale);
	page_table_foot(page);
}
