/* front_parts - adds the sections of the front page, in its order. */
#ifndef SITE_FRONT_PARTS_H
#define SITE_FRONT_PARTS_H

#include "site/page.h"

/* Adds what was found in a few sentences, and the command to run next. */
void front_summary(struct page *page);

/* Adds the rows that changed, slower ones first, and all rows: of two sides. */
void front_rows(struct page *page);

/* Adds all rows over all kernels as one table: of more than two sides. */
void front_matrix(struct page *page);

/*
 * Adds the head of a row, which is a link to its benchmark's page. @block NULL: the row stands without
 * its block, and its name has the benchmark and the metric.
 */
void front_row_head(struct page *page, const struct block *block, size_t number,
		    const struct row *row);

#endif
