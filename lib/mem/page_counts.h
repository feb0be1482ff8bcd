/*
 * page_counts - counts the pages of a piece of memory by their sizes.
 */
#ifndef MEM_PAGE_COUNTS_H
#define MEM_PAGE_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#define PAGE_COUNTS_MAX 24 /* sizes */

struct page_counts {
	struct {
		uint64_t page_bytes, pages;
	} sizes[PAGE_COUNTS_MAX]; /* rising */
	size_t nr_sizes;
	/*
	 * Frames that follow each other, for as long as they do, are a run: the fewer runs, the
	 * more the IOMMU's code can do at once. 0 where frames are hidden from this process.
	 */
	uint64_t runs;
};

/* Adds @pages of one size. With 0 pages the size is not listed. */
void page_counts_add(struct page_counts *counts, uint64_t page_bytes, uint64_t pages);

/* Adds all sizes of @other; runs are left as they are. */
void page_counts_add_sizes(struct page_counts *counts, const struct page_counts *other);

/* Returns the number of pages of all sizes. */
uint64_t page_counts_total(const struct page_counts *counts);

#endif
