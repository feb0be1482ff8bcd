/* Adds the null control: rows that involve no kernel code, and what they tell about all others. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "table/row_text.h"
#include "site/page.h"
#include "result/cell_name.h"

static bool is_null(const struct row *row)
{
	return cell_is_of(row->cell, "null");
}

/* Adds the range of the boots' medians, in percent of their middle. */
static void add_spread(struct page *page, const struct row *row, size_t side)
{
	const struct comparison *comparison = page->site->comparison;
	double least = INFINITY, most = -INFINITY;

	for (size_t i = 0; i < page_side(page, side)->nr_boots; i++) {
		double value = comparison_value(comparison, row, side, i);

		if (isnan(value))
			continue;
		least = fmin(least, value);
		most = fmax(most, value);
	}
	if (row->sides[side].boots < 2 || row->sides[side].median <= 0)
		page_number(page, "–");
	else
		page_number(page, "%.1f %%", 100 * (most - least) / row->sides[side].median);
}

static void add_verdict(struct page *page, const struct row *row, size_t side)
{
	const struct row_verdict *said = &row->verdicts[side];
	struct verdict_text text;

	if (said->word == WORD_NONE) {
		page_number(page, "–");
		page_cell(page, side ? "not compared" : "base");
		return;
	}
	row_text_verdict(page->site->comparison, said, &text);
	page_number(page, "%s", text.ratio);
	page_cell(page, "%s%s", text.word, row->null_control ? "" : " (a system call: may differ)");
}

static void add_line(struct page *page, const struct row *row, size_t side)
{
	char median[ROW_TEXT];

	html_begin(&page->html, "tr", NULL);
	page_row_head(page, "%s %s", row->cell, row->metric);
	page_label(page, side);
	page_number(page, "%s", row_text_median(row, side, median));
	page_number(page, "%zu", row->sides[side].boots);
	add_spread(page, row, side);
	if (page_nr_sides(page) > 1)
		add_verdict(page, row, side);
	html_end(&page->html);
}

static void add_table(struct page *page)
{
	static const struct page_column columns[] = {
		{ "Row", false },     { "Side", false },	{ "Median", true },
		{ "Boots", true },    { "Boots' range", true }, { "Ratio", true },
		{ "Verdict", false }, { NULL, false },
	};
	static const struct page_column of_one_side[] = {
		{ "Row", false },  { "Side", false },	     { "Median", true },
		{ "Boots", true }, { "Boots' range", true }, { NULL, false },
	};
	const struct comparison *comparison = page->site->comparison;

	page_table(page, page_nr_sides(page) > 1 ? columns : of_one_side,
		   "Rows of the benchmark null");
	for (size_t i = 0; i < comparison->nr_rows; i++)
		for (size_t side = 0; side < comparison->sides->count; side++)
			if (is_null(&comparison->rows[i]) && comparison->rows[i].sides[side].boots)
				add_line(page, &comparison->rows[i], side);
	page_table_end(page);
}

static const char *meaning(const struct comparison *comparison)
{
	static const char *const words[] = {
		[CONTROL_NONE] = "None of these rows is there on both sides, so none can be a "
				 "control.",
		[CONTROL_UNRESOLVED] =
			"It is unresolved: these boots do not show whether an empty "
			"bracket (the clock read twice, nothing between) took as long "
			"on all sides.",
		[CONTROL_PASSED] =
			"It passed: an empty bracket (the clock read twice, and nothing of the "
			"kernel between) took as long on all sides, within 2 %.",
		[CONTROL_FAILED] = "It failed: an empty bracket took longer on one side than on "
				   "another, beyond doubt and by more than 2 %. Something other "
				   "than what is compared differs, and every verdict here is "
				   "advisory.",
	};

	if (comparison->sides->count < 2)
		return "It is what the harness itself costs here: two reads of the clock and "
		       "nothing between. A figure that is near it is a figure of the harness.";
	return words[comparison_null_control(comparison)];
}

void site_null_control(struct page *page)
{
	const struct comparison *comparison = page->site->comparison;
	bool any = false;

	html_leaf_with(&page->html, "h2", "id", "null-control", "The null control");
	for (size_t i = 0; i < comparison->nr_rows; i++)
		any |= is_null(&comparison->rows[i]);
	if (!any) {
		html_leaf(&page->html, "p",
			  "There is none: the matrix lacks the benchmark null, "
			  "or its rows were not asked for. So nothing here tells "
			  "whether the harness itself was alike on all sides.");
		return;
	}
	html_leaf(&page->html, "p", "%s", meaning(comparison));
	add_table(page);
}

void site_null_short(struct page *page)
{
	const struct comparison *comparison = page->site->comparison;

	html_begin(&page->html, "p", NULL);
	html_leaf(&page->html, "strong", "The null control.");
	html_text(&page->html, " %s ", meaning(comparison));
	html_link(&page->html, "method.html#null-control", "Its figures");
	html_text(&page->html, ".");
	html_end(&page->html);
}
