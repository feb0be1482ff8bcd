#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/page.h"
#include "result/cell_name.h"
#include "result/version.h"

/* The pages beside those of benchmarks. */
static const struct {
	const char *file, *name;
} others[] = {
	{ "environments.html", "Environments" },
	{ "method.html", "How it was measured" },
	{ "raw.html", "Raw files" },
};

/* ---- frame ---- */

static void begin_head(struct page *page, const char *title)
{
	bool is_front = title == page->site->title.text;
	struct html *html = &page->html;

	html_begin(html, "head", NULL);
	html_empty(html, "meta", "charset", "utf-8", NULL);
	html_empty(html, "meta", "name", "viewport", "content",
		   "width=device-width, initial-scale=1", NULL);
	html_empty(html, "meta", "name", "color-scheme", "content", "light dark", NULL);
	if (page->site->description.length)
		html_empty(html, "meta", "name", "description", "content",
			   page->site->description.text, NULL);
	html_leaf(html, "title", "dmabench: %s%s%s", title, is_front ? "" : ": ",
		  is_front ? "" : page->site->title.text);
	/* An empty icon: else browsers would ask a server for one. */
	html_empty(html, "link", "rel", "icon", "href", "data:,", NULL);
	html_empty(html, "link", "rel", "stylesheet", "href", SITE_STYLE, NULL);
	html_end(html);
}

static const char *page_of_side(const struct site *site, size_t side, bool is_why)
{
	return is_why ? site->sides[side].why : site->sides[side].spent;
}

static void add_way(struct page *page, const char *file, const char *name)
{
	struct html *html = &page->html;

	html_begin(html, "li", NULL);
	html_begin(html, "a", "href", file, "aria-current",
		   !strcmp(file, page->file) ? "page" : NULL, NULL);
	html_text(html, "%s", name);
	html_end(html);
	html_end(html);
}

/* Returns the page of this kind of the first side that has one; NULL: none has. */
static const char *first_of(const struct page *page, bool is_why)
{
	for (size_t i = 0; i < page_nr_sides(page) && page->site->sides; i++) {
		const char *file = page_of_side(page->site, i, is_why);

		if (*file)
			return file;
	}
	return NULL;
}

/* Tells whether samples are all that is known of where any side's time goes. */
static bool is_sampled(const struct page *page)
{
	for (size_t i = 0; i < page_nr_sides(page) && page->site->sides; i++)
		if (page->site->sides[i].spent[0] && !page->site->sides[i].samples)
			return false;
	return true;
}

/* Adds the way to a page that there is of several sides, from which the others are reached. */
static void add_way_of_sides(struct page *page, bool is_why, const char *name)
{
	const char *file = first_of(page, is_why), *current = NULL;
	struct html *html = &page->html;

	if (!file)
		return;
	for (size_t i = 0; i < page_nr_sides(page); i++)
		if (!strcmp(page->file, page_of_side(page->site, i, is_why)))
			current = strcmp(page->file, file) ? "true" : "page";
	html_begin(html, "li", NULL);
	html_begin(html, "a", "href", file, "aria-current", current, NULL);
	html_text(html, "%s", name);
	html_end(html);
	html_end(html);
}

static void add_ways(struct page *page)
{
	struct html *html = &page->html;

	html_begin(html, "nav", "aria-label", "Pages", NULL);
	html_begin(html, "ul", NULL);
	add_way(page, "index.html", "Overview");
	for (size_t i = 0; i < page->site->nr_benches; i++)
		add_way(page, page->site->benches[i].page, page->site->benches[i].name);
	add_way_of_sides(page, true, "Why");
	add_way_of_sides(page, false,
			 is_sampled(page) ? "Where the samples go" : "Where the instructions go");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		add_way(page, others[i].file, others[i].name);
	html_end(html);
	html_end(html);
}

void page_begin(struct page *page, const char *title)
{
	struct html *html = &page->html;

	text_add(&html->text, "<!DOCTYPE html>\n");
	html_begin(html, "html", "lang", "en", NULL);
	begin_head(page, title);
	html_begin(html, "body", NULL);
	html_begin(html, "a", "class", "skip", "href", "#main", NULL);
	html_text(html, "Skip to the content");
	html_end(html);
	html_begin(html, "header", NULL);
	html_leaf_with(html, "p", "class", "report", "dmabench: %s", page->site->title.text);
	add_ways(page);
	html_end(html);
	html_begin(html, "main", "id", "main", NULL);
	html_leaf(html, "h1", "%s", title);
}

int page_finish(struct page *page, struct reason *reason)
{
	struct html *html = &page->html;
	size_t nr_raws = page->site->nr_raws;
	int ret;

	html_end(html); /* main */
	html_begin(html, "footer", NULL);
	html_leaf(html, "p",
		  "Made by dmabench %s from %zu result file%s, which are among the "
		  "raw files.",
		  dmabench_version, nr_raws, nr_raws == 1 ? "" : "s");
	while (html->depth)
		html_end(html);
	ret = html->text.failed ? -ENOMEM
				: site_folder_write(page->site->folder, page->file, html->text.text,
						    html->text.length, NULL, reason);
	html_release(html);
	return ret;
}

/* Joins lines; an empty line separates paragraphs. */
void page_prose(struct page *page, const char *text)
{
	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t length = end ? (size_t)(end - text) : strlen(text);
		char *paragraph = strndup(text, length);

		page->html.text.failed |= !paragraph;
		for (char *at = paragraph; at && *at; at++)
			if (*at == '\n')
				*at = ' ';
		if (paragraph)
			html_leaf(&page->html, "p", "%s", paragraph);
		free(paragraph);
		text += length;
		text += strspn(text, "\n");
	}
}

void page_sentence(struct page *page, const char *text)
{
	if (*text)
		html_leaf(&page->html, "p", "%c%s.", toupper((unsigned char)*text), text + 1);
}

/* ---- tables ---- */

/* The box around a table scrolls on narrow screens: keys must reach it. */
void page_table_head(struct page *page, const struct page_column *columns, const char *caption, ...)
{
	struct html *html = &page->html;
	char id[PAGE_ID];
	va_list args;

	snprintf(id, sizeof(id), "table-%u", ++page->nr_tables);
	html_begin(html, "div", "class", "scroll", "role", "group", "tabindex", "0",
		   "aria-labelledby", id, NULL);
	html_begin(html, "table", NULL);
	html_begin(html, "caption", "id", id, NULL);
	va_start(args, caption);
	html_vleaf_with(html, "span", NULL, NULL, caption, args);
	va_end(args);
	html_end(html);
	html_begin(html, "thead", NULL);
	html_begin(html, "tr", NULL);
	for (; columns->head; columns++) {
		html_begin(html, "th", "scope", "col", "class", columns->number ? "n" : NULL, NULL);
		html_text(html, "%s", columns->head);
		html_end(html);
	}
	html_end(html);
	html_end(html);
}

void page_table_foot(struct page *page)
{
	html_end(&page->html); /* table */
	html_end(&page->html); /* div */
}

void page_table(struct page *page, const struct page_column *columns, const char *caption)
{
	page_table_head(page, columns, "%s", caption);
	html_begin(&page->html, "tbody", NULL);
}

void page_table_end(struct page *page)
{
	html_end(&page->html);
	page_table_foot(page);
}

void page_group(struct page *page, size_t nr_columns, const char *format, ...)
{
	struct html *html = &page->html;
	char span[PAGE_ID];
	va_list args;

	html_begin(html, "tbody", NULL);
	html_begin(html, "tr", NULL);
	snprintf(span, sizeof(span), "%zu", nr_columns);
	html_begin(html, "th", "class", "group", "scope", "rowgroup", "colspan", span, NULL);
	va_start(args, format);
	html_vleaf_with(html, "span", NULL, NULL, format, args);
	va_end(args);
	html_end(html);
	html_end(html);
}

void page_row_head(struct page *page, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	html_vleaf_with(&page->html, "th", "scope", "row", format, args);
	va_end(args);
}

/* Cells of this length are sentences and must not be squeezed. */
#define LONG_LENGTH 20

void page_cell(struct page *page, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	va_start(args, format);
	html_vleaf_with(&page->html, "td", "class", length >= LONG_LENGTH ? "long" : NULL, format,
			args);
	va_end(args);
}

void page_label(struct page *page, size_t side)
{
	html_leaf_with(&page->html, "td", "class", "side", "%s", page_side(page, side)->label);
}

void page_number(struct page *page, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	html_vleaf_with(&page->html, "td", "class", "n", format, args);
	va_end(args);
}

/* ---- pages of sides ---- */

void page_siblings(struct page *page, bool is_why)
{
	struct html *html = &page->html;
	size_t count = 0;

	for (size_t i = 0; i < page_nr_sides(page); i++)
		count += page_of_side(page->site, i, is_why)[0] != '\0';
	if (count < 2)
		return;
	html_begin(html, "nav", "aria-label", "Sides", NULL);
	html_begin(html, "ul", NULL);
	for (size_t i = 0; i < page_nr_sides(page); i++)
		if (page_of_side(page->site, i, is_why)[0])
			add_way(page, page_of_side(page->site, i, is_why),
				page_side(page, i)->label);
	html_end(html);
	html_end(html);
}

/* ---- rows and benchmarks ---- */

/* FNV-1a: tells names apart whose ids would be the same. */
static uint64_t hash_of(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
	return hash;
}

const char *page_row_id(const struct row *row, char id[PAGE_ROW_ID])
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_,=/+-.";
	uint64_t hash = hash_of(hash_of(0xcbf29ce484222325, row->metric), row->cell);
	int length = snprintf(id, PAGE_ROW_ID, "%s/%s", row->metric, row->cell);

	if (length < PAGE_ROW_ID && strspn(id, plain) == (size_t)length && !strstr(id, ".."))
		return id;
	length = length < PAGE_ROW_ID - 20 ? length : PAGE_ROW_ID - 20;
	for (int i = 0; i < length; i++)
		if (id[i] == '.' || !strchr(plain, id[i]))
			id[i] = '-';
	snprintf(id + length, (size_t)(PAGE_ROW_ID - length), "-%016" PRIx64, hash);
	return id;
}

const struct site_bench *page_bench_of(const struct site *site, const char *cell)
{
	size_t length = cell_bench_length(cell);

	for (size_t i = 0; i < site->nr_benches; i++)
		if (strlen(site->benches[i].name) == length &&
		    !strncmp(site->benches[i].name, cell, length))
			return &site->benches[i];
	return NULL;
}
