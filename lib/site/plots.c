/* Adds plots to pages: a picture with a description for those who do not see it, and its data. */
#include <stdio.h>
#include <string.h>

#include "site/page.h"

#define HREF_ROOM 256

static void add_link(struct page *page, const struct plot *plot, const char *end, const char *what)
{
	char href[HREF_ROOM];

	snprintf(href, sizeof(href), SITE_PLOTS "/%.200s.%s", plot->name, end);
	html_text(&page->html, " ");
	html_link(&page->html, href, "%s", what);
}

static void add_picture(struct page *page, const struct plot *plot)
{
	char href[HREF_ROOM], width[PAGE_ID], height[PAGE_ID];

	snprintf(href, sizeof(href), SITE_PLOTS "/%.200s.svg", plot->name);
	snprintf(width, sizeof(width), "%u", plot->width);
	snprintf(height, sizeof(height), "%u", plot->height);
	/* On phones it scrolls: shrunk to that width it could not be read. */
	html_begin(&page->html, "div", "class", "plot", NULL);
	html_begin(&page->html, "a", "href", href, NULL);
	html_empty(&page->html, "img", "src", href, "alt", plot->about, "width", width, "height",
		   height, NULL);
	html_end(&page->html);
	html_end(&page->html);
}

static void add_figure(struct page *page, const struct plot *plot)
{
	html_begin(&page->html, "figure", NULL);
	add_picture(page, plot);
	html_begin(&page->html, "figcaption", NULL);
	html_text(&page->html, "%s.", plot->title);
	add_link(page, plot, "png", "PNG");
	add_link(page, plot, "dat", "data");
	add_link(page, plot, "gp", "script");
	html_end(&page->html);
	html_end(&page->html);
}

static void add_table(struct page *page, const struct plot *plot)
{
	const struct table *table = &plot->table;
	struct page_column columns[TABLE_COLUMNS + 1] = { { NULL, false } };

	if (!table->nr_rows)
		return;
	for (size_t i = 0; i < table->nr_columns; i++)
		columns[i] =
			(struct page_column){ table->headers[i], table->aligns[i] == TABLE_RIGHT };
	page_table(page, columns, plot->title);
	for (size_t row = 0; row < table->nr_rows; row++) {
		html_begin(&page->html, "tr", NULL);
		for (size_t i = 0; i < table->nr_columns; i++) {
			const char *cell = table->cells[row * table->nr_columns + i];

			if (!i)
				page_row_head(page, "%s", cell ? cell : "");
			else if (columns[i].number)
				page_number(page, "%s", cell ? cell : "");
			else
				page_cell(page, "%s", cell ? cell : "");
		}
		html_end(&page->html);
	}
	page_table_end(page);
}

static bool is_wanted(const struct plot *plot, const char *bench)
{
	return plot->bench && bench ? !strcmp(plot->bench, bench) : plot->bench == bench;
}

/*
 * Adds why plots could not be drawn, below those that could. A missing gnuplot is named only once.
 */
static void add_reasons(struct page *page, const char *bench)
{
	const struct plots *plots = &page->site->plots;
	bool begun = false;

	for (size_t i = 0; i < plots->count; i++) {
		const struct plot *plot = &plots->list[i];

		if (!is_wanted(plot, bench) || !plot->why_not)
			continue;
		if (!begun)
			html_begin(&page->html, "ul", NULL);
		begun = true;
		html_leaf(&page->html, "li", "No plot \"%s\": %s", plot->title, plot->why_not);
	}
	if (begun)
		html_end(&page->html);
}

void page_plots(struct page *page, const char *bench)
{
	const struct plots *plots = &page->site->plots;
	bool any = false;

	for (size_t i = 0; i < plots->count; i++)
		any |= is_wanted(&plots->list[i], bench);
	if (plots->no_gnuplot)
		html_leaf(&page->html, "p", "There are no plots: %s", plots->no_gnuplot);
	if (!any)
		return;
	if (bench)
		html_leaf(&page->html, "h2", "Plots");
	for (size_t i = 0; i < plots->count; i++) {
		if (!is_wanted(&plots->list[i], bench))
			continue;
		if (!plots->list[i].why_not)
			add_figure(page, &plots->list[i]);
		add_table(page, &plots->list[i]);
	}
	if (!plots->no_gnuplot)
		add_reasons(page, bench);
}
