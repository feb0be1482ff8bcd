/* page - the parts that all pages of a report have: head, navigation, tables that scroll. */
#ifndef SITE_PAGE_H
#define SITE_PAGE_H

#include "table/block.h"
#include "table/side_name.h"
#include "plot/plots.h"
#include "site/folder.h"
#include "site/html.h"
#include "site/names.h"

#define PAGE_ID 24 /* room for numbers and for ids of tables */
#define SITE_STYLE "site.css"
#define SITE_PLOTS "plots" /* folder */

/* A benchmark, which has a page of its own. */
struct site_bench {
	char *name; /* as in the data */
	char page[SITE_NAME + 8]; /* "vfio-map.html" */
};

/* A result file that was copied into the report. */
struct site_raw {
	size_t side, boot;
	char *name; /* its name in the report: "raw/6.18/boot-01.jsonl" */
	char sum[SHA256_TEXT];
	uint64_t size_bytes;
};

/* A flame graph, in a file of its own. */
struct site_flame {
	const struct row *row;
	size_t side;
	bool against; /* it shows the change from the base */
	char *file, *about;
	unsigned int height; /* CSS pixels */
};

/* Pages of one side. */
struct site_side {
	char why[SITE_NAME + 16], spent[SITE_NAME + 24]; /* "": there is no such page */
	bool samples; /* its profiles are all of samples */
};

struct site {
	const struct comparison *comparison;
	struct site_folder *folder;
	struct blocks blocks;
	struct plots plots;
	struct site_bench *benches; /* in order of the comparison's rows */
	size_t nr_benches;
	struct site_raw *raws;
	size_t nr_raws;
	struct profiles **profiles; /* of each boot of all sides; NULL: it has none */
	struct site_flame *flames;
	size_t nr_flames;
	struct site_side *sides; /* NULL: no boot has profiles */
	char (*names)[SIDE_NAME]; /* of sides, as short as tells them apart */
	struct text title; /* "6.18 against 6.17" */
	struct text description; /* what was found, for search engines and previews */
};

struct page {
	const struct site *site;
	const char *file;
	struct html html;
	unsigned int nr_tables;
	double *values; /* room for a value per boot of a side */
};

/* Begins a page, from <!DOCTYPE> to <h1>. @title: of this page only. */
void page_begin(struct page *page, const char *title);

/* Adds texts from the program's own tables as paragraphs; they have line ends for terminals. */
void page_prose(struct page *page, const char *text);

/* Adds such a text as one sentence: it gets a capital letter and a full stop. */
void page_sentence(struct page *page, const char *text);

/*
 * Closes what is open, writes the page into the report and releases it. Returns 0 or -errno with
 * the reason.
 */
int page_finish(struct page *page, struct reason *reason);

struct page_column {
	const char *head; /* NULL ends a list of columns */
	bool number;
};

/*
 * Begin a table with its caption, and end it. page_table() and page_table_end() also begin and end
 * a body; page_table_head() and page_table_foot() do not.
 */
void page_table_head(struct page *page, const struct page_column *columns, const char *caption, ...)
	__attribute__((format(printf, 3, 4)));
void page_table_foot(struct page *page);
void page_table(struct page *page, const struct page_column *columns, const char *caption);
void page_table_end(struct page *page);

/* Begins a body with a head row that describes its rows. The caller ends the body. */
void page_group(struct page *page, size_t nr_columns, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Add cells of a row: its head, text, a side's label, a figure. */
void page_row_head(struct page *page, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void page_cell(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
void page_label(struct page *page, size_t side);
void page_number(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Writes the id of a row on its benchmark's page, for links: made from its metric and its cell, so
 * that links into a report hold in the next one.
 */
#define PAGE_ROW_ID 200
const char *page_row_id(const struct row *row, char id[PAGE_ROW_ID]);

/* Returns the page of a cell's benchmark; NULL if it has none. */
const struct site_bench *page_bench_of(const struct site *site, const char *cell);

/*
 * Adds the plots of a benchmark, or of the front page if it is NULL: pictures, links, and why
 * others are missing.
 */
void page_plots(struct page *page, const char *bench);

static inline const struct side *page_side(const struct page *page, size_t number)
{
	return &page->site->comparison->sides->list[number];
}

static inline size_t page_nr_sides(const struct page *page)
{
	return page->site->comparison->sides->count;
}

/* Returns the short name of a side: see side_name.h. */
static inline const char *page_name(const struct page *page, size_t side)
{
	return page->site->names[side];
}

/* Add sections of the front page, of how it was measured, and of a benchmark's page. */
void site_hosts(struct page *page);
void site_null_control(struct page *page);
void site_null_short(struct page *page); /* its result as one line */
void site_mishaps(struct page *page, const struct site_bench *bench);

/*
 * Adds a flame graph of a row, of a side alone or against the base; nothing if there is none.
 */
void page_flame(struct page *page, const struct row *row, size_t side, bool against);

/* Adds a link to what explains a verdict, if there is such a thing. */
void page_why(struct page *page, const struct row *row, size_t side);

/* Adds links to pages of the same kind of other sides, if there are any. */
void page_siblings(struct page *page, bool is_why);

/* Each begins and fills a page; the caller finishes it. */
void site_front(struct page *page);
void site_bench(struct page *page, const struct site_bench *bench);
void site_environments(struct page *page);
void site_method(struct page *page);
void site_raw(struct page *page);
void site_why(struct page *page, size_t side);
void site_spent(struct page *page, size_t side);

#endif
