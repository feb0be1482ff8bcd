/* Writes a benchmark's page: its plots, and the figures of all its cells. */
#include <stdio.h>
#include <string.h>

#include "measure/registry.h"
#include "table/row_text.h"
#include "site/page.h"

/* ---- the description ---- */

static void add_about(struct page *page, const struct bench *known)
{
	if (!known) {
		html_leaf(&page->html, "p",
			  "This dmabench knows no benchmark of this name: the "
			  "figures were imported, or measured by another version.");
		return;
	}
	page_sentence(page, known->summary);
	page_prose(page, known->details);
}

static const char *help_of(const struct bench *known, const char *metric)
{
	int index = known ? bench_metric_index(known, metric) : -1;

	return index < 0 ? NULL : known->metrics[index].help;
}

/* ---- a side of a row ---- */

/* A percentile, and how many samples a boot needs for it. */
struct percentile {
	double (*of)(const struct boot_metric *metric);
	size_t least;
};

static double p95(const struct boot_metric *metric)
{
	return metric->p95;
}

static double p99(const struct boot_metric *metric)
{
	return metric->p99;
}

static double p999(const struct boot_metric *metric)
{
	return metric->p999;
}

static const struct percentile percentiles[] = { { p95, 20 }, { p99, 100 }, { p999, 1000 } };

static const struct boot_metric *metric_in(const struct boot *boot, const struct row *row)
{
	const struct boot_cell *cell = boot_find(boot, row->cell);

	return cell && cell->status == CELL_OK ? boot_cell_find(cell, row->metric) : NULL;
}

/* Adds the median of a percentile over boots, if each of them has enough samples. */
static void add_percentile(struct page *page, const struct row *row, size_t side,
			   const struct percentile *which, struct scale scale)
{
	const struct side *that = page_side(page, side);
	double *values = page->values;
	char text[ROW_TEXT] = "–";
	size_t count = 0;

	for (size_t i = 0; i < that->nr_boots; i++) {
		const struct boot_metric *metric = metric_in(that->boots[i], row);

		if (!metric)
			continue;
		if (metric->summary.count < which->least)
			break;
		values[count++] = which->of(metric);
	}
	if (count && count == row->sides[side].boots)
		row_text_value(summarize(values, count).median, scale, text);
	page_number(page, "%s", text);
}

static void add_bounds(struct page *page, const struct estimate *side, struct scale scale)
{
	static const char *const names[] = {
		[SPREAD_NONE] = "",
		[SPREAD_INTERVAL] = "95 %",
		[SPREAD_RANGE] = "range",
		[SPREAD_QUARTILES] = "quartiles",
	};
	char lo[ROW_TEXT], hi[ROW_TEXT];

	page_number(page, "%s … %s", row_text_value(side->lo, scale, lo),
		    row_text_value(side->hi, scale, hi));
	page_cell(page, "%s", names[side->spread]);
}

static void add_verdict(struct page *page, const struct row *row, size_t side)
{
	const struct row_verdict *said = &row->verdicts[side];
	struct verdict_text text;

	if (said->word == WORD_NONE) {
		page_number(page, "–");
		page_cell(page, side ? "not compared" : "base");
		page_cell(page, "%s", "");
		return;
	}
	row_text_verdict(page->site->comparison, said, &text);
	page_number(page, "%s%s%s%s%s%s", text.ratio, text.lo[0] ? " [" : "", text.lo,
		    text.lo[0] ? ", " : "", text.hi, text.lo[0] ? "]" : "");
	html_begin(&page->html, "td", NULL);
	html_leaf_with(&page->html, "span", "class", word_name(said->word), "%s", text.word);
	page_why(page, row, side);
	html_end(&page->html);
	page_cell(page, "%s", said->why);
}

static void add_side(struct page *page, const struct row *row, size_t side)
{
	const struct estimate *that = &row->sides[side];
	struct scale scale = row_text_fit(row, row_text_scale(row), that->median);
	char median[ROW_TEXT];

	page_label(page, side);
	page_number(page, "%zu", that->boots);
	page_number(page, "%zu", that->samples);
	page_number(page, "%s", row_text_value(that->median, scale, median));
	add_bounds(page, that, scale);
	for (size_t i = 0; i < sizeof(percentiles) / sizeof(percentiles[0]); i++)
		add_percentile(page, row, side, &percentiles[i], scale);
	if (page_nr_sides(page) > 1)
		add_verdict(page, row, side);
}

/* ---- rows ---- */

static void add_row_name(struct page *page, const struct block *block, size_t number)
{
	const struct row *row = block->rows[number];
	char span[PAGE_ID], id[PAGE_ROW_ID];
	struct text name = { 0 };
	size_t sides = 0;

	for (size_t i = 0; i < page_nr_sides(page); i++)
		sides += row->sides[i].boots > 0;
	block_name(block, number, &name);
	page->html.text.failed |= name.failed;
	snprintf(span, sizeof(span), "%zu", sides);
	html_begin(&page->html, "th", "scope", "rowgroup", "rowspan", span, "id",
		   page_row_id(row, id), NULL);
	html_text(&page->html, "%s%s", name.text ? name.text : "",
		  row->too_short ? " (too short)" : "");
	html_end(&page->html);
	text_release(&name);
}

static void add_row(struct page *page, const struct block *block, size_t number)
{
	const struct row *row = block->rows[number];
	bool named = false;

	html_begin(&page->html, "tbody", NULL);
	for (size_t side = 0; side < page_nr_sides(page); side++) {
		if (!row->sides[side].boots)
			continue;
		html_begin(&page->html, "tr", NULL);
		if (!named)
			add_row_name(page, block, number);
		named = true;
		add_side(page, row, side);
		html_end(&page->html);
	}
	html_end(&page->html);
}

static void add_block(struct page *page, const struct block *block)
{
	static const struct page_column columns[] = {
		{ "Cell", false },  { "Side", false },	{ "Boots", true },     { "n", true },
		{ "Median", true }, { "Bounds", true }, { "They are", false }, { "p95", true },
		{ "p99", true },    { "p99.9", true },	{ NULL, false },
	};
	static const struct page_column with_verdicts[] = {
		{ "Cell", false },     { "Side", false },	 { "Boots", true },
		{ "n", true },	       { "Median", true },	 { "Bounds", true },
		{ "They are", false }, { "p95", true },		 { "p99", true },
		{ "p99.9", true },     { "Ratio [95 %]", true }, { "Verdict", false },
		{ "Remark", false },   { NULL, false },
	};
	struct text head = { 0 };

	block_title(block, &head);
	page->html.text.failed |= head.failed;
	page_table_head(page, page_nr_sides(page) > 1 ? with_verdicts : columns, "%s",
			head.text ? head.text : "");
	for (size_t i = 0; i < block->count; i++)
		add_row(page, block, i);
	page_table_foot(page);
	text_release(&head);
}

/* ---- metrics ---- */

static bool is_of(const struct page *page, const struct block *block,
		  const struct site_bench *bench)
{
	return page_bench_of(page->site, block->rows[0]->cell) == bench;
}

static bool was_shown(const struct page *page, const struct site_bench *bench, size_t block)
{
	const struct block *list = page->site->blocks.list;

	for (size_t i = 0; i < block; i++)
		if (is_of(page, &list[i], bench) &&
		    !strcmp(list[i].rows[0]->metric, list[block].rows[0]->metric))
			return true;
	return false;
}

static void add_metric(struct page *page, const struct site_bench *bench, size_t first,
		       const struct bench *known)
{
	const struct blocks *blocks = &page->site->blocks;
	const struct row *row = blocks->list[first].rows[0];
	const char *help = help_of(known, row->metric);

	html_leaf(&page->html, "h2", "%s", row->metric);
	if (help)
		page_sentence(page, help);
	html_leaf(&page->html, "p", "In %s; %s is better.", row->unit,
		  row->higher_is_better ? "higher" : "lower");
	for (size_t i = first; i < blocks->count; i++)
		if (is_of(page, &blocks->list[i], bench) &&
		    !strcmp(blocks->list[i].rows[0]->metric, row->metric))
			add_block(page, &blocks->list[i]);
}

static void add_legend(struct page *page)
{
	html_leaf(&page->html, "p",
		  "n: samples, of all boots. Median: of the boots' medians. Bounds: the 95 %% "
		  "interval of that median over boots; with fewer than six boots their range; of "
		  "one boot the quartiles of its samples. Percentiles: within a boot, the median "
		  "over boots, where each had samples enough (20, 100 and 1000).");
}

void site_bench(struct page *page, const struct site_bench *bench)
{
	const struct bench *known = bench_find(bench->name);
	bool any = false;

	page_begin(page, bench->name);
	add_about(page, known);
	page_plots(page, bench->name);
	for (size_t i = 0; i < page->site->blocks.count; i++) {
		if (!is_of(page, &page->site->blocks.list[i], bench) || was_shown(page, bench, i))
			continue;
		if (!any)
			add_legend(page);
		any = true;
		add_metric(page, bench, i, known);
	}
	site_mishaps(page, bench);
}
