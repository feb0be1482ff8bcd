/*
 * bars - draws small pictures within tables: the ratio of a row as a mark on a line, and a row over
 * all kernels as a curve. They show what the cells beside them say, so readers of text lose nothing.
 */
#ifndef SITE_BARS_H
#define SITE_BARS_H

#include "site/page.h"

/* What all pictures of a page have in common, so that they can be compared. */
struct bar_scale {
	double least, most; /* log ratios, above 0 slower */
};

/* Returns the scale for the ratios of a side to the base; @side 0: of all sides. */
struct bar_scale bar_scale_of(const struct page *page, size_t side);

/* Adds a cell with a mark: on the left faster, on the right slower, and its interval. */
void bar_add_ratio(struct page *page, const struct bar_scale *scale, const struct row *row,
		   size_t side);

/* Adds a cell with the curve of a row over all sides, steps marked. */
void bar_add_curve(struct page *page, const struct bar_scale *scale, const struct row *row);

#endif
