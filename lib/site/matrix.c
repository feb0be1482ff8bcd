/* Adds the rows of more than two kernels as one table: the ratio to the base, and the curve. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "compare/headline.h"
#include "table/row_text.h"
#include "site/bars.h"
#include "site/front_parts.h"

#define FIXED_COLUMNS 3 /* name, curve, base */

static const struct changepoint *step_at(const struct row *row, size_t side)
{
	for (size_t i = 0; i < row->nr_steps; i++)
		if (row->steps[i].index == side)
			return &row->steps[i];
	return NULL;
}

/* Adds a word for those who do not see colours and signs. */
static void add_unseen(struct page *page, const char *word)
{
	html_leaf_with(&page->html, "span", "class", "unseen", " %s", word);
}

/* Returns the class of a cell: its verdict, and in four shades how great the change is. */
static const char *class_of(const struct row *row, size_t side, bool step, char text[ROW_TEXT])
{
	static const double limits[] = { 0.05, 0.2, 0.7 };
	enum word word = row->verdicts[side].word;
	double change = fabs(log(row->verdicts[side].verdict.ratio));
	size_t shade = 1;

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		shade += change > limits[i];
	if (word == WORD_FASTER || word == WORD_SLOWER)
		snprintf(text, ROW_TEXT, "n %s-%zu%s", word_name(word), shade, step ? " step" : "");
	else
		snprintf(text, ROW_TEXT, "n%s", step ? " step" : "");
	return text;
}

/* Adds the ratio to the side before, unless that is the base. */
static void add_before(struct page *page, const struct row *row, size_t side)
{
	double before = row->sides[side - 1].median, now = row->sides[side].median;

	if (side < 2 || !row->sides[side - 1].boots || before <= 0)
		return;
	html_leaf_with(&page->html, "span", "class", "before", " ×%.2f", now / before);
}

static void add_ratio(struct page *page, const struct row *row, size_t side)
{
	static const char *const signs[] = {
		[WORD_NONE] = "",  [WORD_FASTER] = "▼",	    [WORD_SLOWER] = "▲",
		[WORD_SAME] = "=", [WORD_UNRESOLVED] = "?",
	};
	const struct row_verdict *said = &row->verdicts[side];
	const struct changepoint *step = step_at(row, side);
	struct verdict_text text;
	char class[ROW_TEXT];

	html_begin(&page->html, "td", "class", class_of(row, side, step, class), NULL);
	if (said->word == WORD_NONE) {
		html_text(&page->html, "–");
	} else {
		row_text_verdict(page->site->comparison, said, &text);
		html_text(&page->html, "%s %s", signs[said->word], text.ratio);
		add_unseen(page, word_name(said->word));
		add_before(page, row, side);
		if (step)
			add_unseen(page, headline_gain(row, step->ratio) > 1 ? "step to faster"
									     : "step to slower");
	}
	html_end(&page->html);
}

static void add_row(struct page *page, const struct block *block, size_t number,
		    const struct bar_scale *scale)
{
	const struct row *row = block->rows[number];
	char median[ROW_TEXT];

	html_begin(&page->html, "tr", NULL);
	front_row_head(page, block, number, row);
	bar_add_curve(page, scale, row);
	page_number(page, "%s",
		    row->sides[0].boots
			    ? row_text_value(row->sides[0].median, row_text_scale(row), median)
			    : "–");
	for (size_t side = 1; side < page_nr_sides(page); side++)
		add_ratio(page, row, side);
	html_end(&page->html);
}

static void add_block(struct page *page, const struct block *block, const struct bar_scale *scale)
{
	struct text head = { 0 };

	block_title(block, &head);
	page->html.text.failed |= head.failed;
	page_group(page, FIXED_COLUMNS + page_nr_sides(page) - 1, "%s", head.text ? head.text : "");
	for (size_t i = 0; i < block->count; i++)
		add_row(page, block, i, scale);
	html_end(&page->html);
	text_release(&head);
}

static void begin_table(struct page *page, struct page_column *columns)
{
	size_t nr_sides = page_nr_sides(page);

	for (size_t i = 0; i < nr_sides; i++)
		columns[FIXED_COLUMNS - 1 + i] = (struct page_column){ page_name(page, i), true };
	columns[0] = (struct page_column){ "Row", false };
	columns[1] = (struct page_column){ "Course", false };
	columns[FIXED_COLUMNS - 1 + nr_sides] = (struct page_column){ NULL, false };
	page_table_head(page, columns,
			"%s: the median. The others: the ratio to it, ▲ slower, ▼ faster, = the "
			"same within %.0f %%, ? unresolved; behind ×, the ratio to the kernel "
			"before. A bar on the left of a cell marks a step beyond doubt. Upwards "
			"in a curve is slower; all have one scale.",
			page_name(page, 0), 100 * COMPARISON_DELTA);
}

void front_matrix(struct page *page)
{
	size_t nr_sides = page_nr_sides(page);
	struct bar_scale scale = bar_scale_of(page, 0);
	struct page_column *columns = calloc(nr_sides + FIXED_COLUMNS, sizeof(*columns));

	if (columns) {
		html_leaf(&page->html, "h2", "All rows, all kernels");
		begin_table(page, columns);
		for (size_t i = 0; i < page->site->blocks.count; i++)
			add_block(page, &page->site->blocks.list[i], &scale);
		page_table_foot(page);
	} else {
		page->html.text.failed = true;
	}
	free(columns);
}
