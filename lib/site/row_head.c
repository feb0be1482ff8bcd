/* Adds the head of a row on the front page: its name, a link to its benchmark's page. */
#include "result/cell_name.h"
#include "site/front_parts.h"

/* Without its block, a row has benchmark and metric in its name. */
static void add_row_name(struct page *page, const struct block *block, size_t number,
			 const struct row *row, struct text *name)
{
	const struct blocks *blocks = &page->site->blocks;
	struct text within = { 0 };

	if (block) {
		block_name(block, number, name);
		return;
	}
	for (size_t i = 0; i < blocks->count; i++)
		for (size_t j = 0; j < blocks->list[i].count; j++)
			if (blocks->list[i].rows[j] == row)
				block_name(&blocks->list[i], j, &within);
	text_add(name, "%.*s %s %s", (int)cell_bench_length(row->cell), row->cell, row->metric,
		 within.text ? within.text : "");
	name->failed |= within.failed;
	text_release(&within);
}

void front_row_head(struct page *page, const struct block *block, size_t number,
		    const struct row *row)
{
	const struct site_bench *bench = page_bench_of(page->site, row->cell);
	struct html *html = &page->html;
	struct text name = { 0 }, href = { 0 };
	char id[PAGE_ROW_ID];

	add_row_name(page, block, number, row, &name);
	text_add(&href, "%s#%s", bench ? bench->page : "", page_row_id(row, id));
	html->text.failed |= name.failed || href.failed;
	html_begin(html, "th", "scope", "row", NULL);
	html_link(html, href.text ? href.text : "", "%s", name.text ? name.text : "");
	if (row->too_short)
		html_text(html, " (too short)");
	html_end(html);
	text_release(&name);
	text_release(&href);
}
