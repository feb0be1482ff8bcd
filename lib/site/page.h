/*
 * page - what all pages of a report have: a head, a way to the others, tables that scroll.
 */
#ifndef SITE_PAGE_H
#define SITE_PAGE_H

#include "table/block.h"
#include "plot/plots.h"
#include "site/folder.h"
#include "site/html.h"
#include "site/names.h"

#define SITE_STYLE "site.css"
#define SITE_PLOTS "plots" /* folder */

/* A benchmark that has a page. */
struct site_bench {
	char *name; /* as in the data */
	char page[SITE_NAME + 8]; /* "vfio-map.html" */
};

/* A result file that is in the report. */
struct site_raw {
	size_t side, boot;
	char *name; /* in the report: "raw/6.18/boot-01.jsonl" */
	char sum[SHA256_TEXT];
	uint64_t size_bytes;
};

struct site {
	const struct comparison *comparison;
	struct site_folder *folder;
	struct blocks blocks;
	struct plots plots;
	struct site_bench *benches; /* in the order of rows */
	size_t nr_benches;
	struct site_raw *raws;
	size_t nr_raws;
	struct text title; /* "6.18 against 6.17" */
};

struct page {
	const struct site *site;
	const char *file;
	struct html html;
	unsigned int nr_tables;
	double *values; /* room for one of each boot of a side */
};

/* From <!DOCTYPE> to <h1>. @title: of this page alone. */
void page_begin(struct page *page, const char *title);

/* Words of the program's own tables, as paragraphs: they break lines where a terminal would. */
void page_prose(struct page *page, const char *text);

/* The same as one sentence: they begin small, and have no full stop. */
void page_sentence(struct page *page, const char *text);

/* Closes what is open, puts the page into the report and releases it. 0 or -errno. */
int page_finish(struct page *page, struct reason *reason);

struct page_column {
	const char *head; /* NULL ends a list of them */
	bool number;
};

/*
 * A table with its caption, up to where a body begins; and its end. page_table() begins and
 * page_table_end() ends a body, too.
 */
void page_table_head(struct page *page, const struct page_column *columns, const char *caption, ...)
	__attribute__((format(printf, 3, 4)));
void page_table_foot(struct page *page);
void page_table(struct page *page, const struct page_column *columns, const char *caption);
void page_table_end(struct page *page);

/* A head that says what the rows below it are, where a body may begin. The caller ends the body. */
void page_group(struct page *page, size_t nr_columns, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The head of a row, a cell of text, one of a side's label, and one of figures. */
void page_row_head(struct page *page, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void page_cell(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
void page_label(struct page *page, size_t side);
void page_number(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Where the row of a comparison stands on its benchmark's page: its id. */
#define PAGE_ID 24
const char *page_row_id(const struct site *site, const struct row *row, char id[PAGE_ID]);

/* Of the benchmark that the cell is of; NULL where it has none. */
const struct site_bench *page_bench_of(const struct site *site, const char *cell);

/* The plots of a benchmark, of the front page where it is NULL: pictures, links, and reasons. */
void page_plots(struct page *page, const char *bench);

static inline const struct side *page_side(const struct page *page, size_t number)
{
	return &page->site->comparison->sides->list[number];
}

static inline size_t page_nr_sides(const struct page *page)
{
	return page->site->comparison->sides->count;
}

/* Sections of the front page, and of a benchmark's. */
void site_hosts(struct page *page);
void site_null_control(struct page *page);
void site_mishaps(struct page *page, const struct site_bench *bench);

/* The pages; each begins and fills one. */
void site_front(struct page *page);
void site_bench(struct page *page, const struct site_bench *bench);
void site_environments(struct page *page);
void site_method(struct page *page);
void site_raw(struct page *page);

#endif
