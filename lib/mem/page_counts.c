#include <string.h>

#include "mem/page_counts.h"

void page_counts_add(struct page_counts *counts, uint64_t page_bytes, uint64_t pages)
{
	size_t i = 0;

	if (!pages)
		return;
	while (i < counts->nr_sizes && counts->sizes[i].page_bytes < page_bytes)
		i++;
	if (i == counts->nr_sizes || counts->sizes[i].page_bytes != page_bytes) {
		if (counts->nr_sizes == PAGE_COUNTS_MAX)
			return;
		memmove(&counts->sizes[i + 1], &counts->sizes[i],
			(counts->nr_sizes - i) * sizeof(counts->sizes[0]));
		counts->nr_sizes++;
		counts->sizes[i].page_bytes = page_bytes;
		counts->sizes[i].pages = 0;
	}
	counts->sizes[i].pages += pages;
}

void page_counts_add_sizes(struct page_counts *counts, const struct page_counts *other)
{
	for (size_t i = 0; i < other->nr_sizes; i++)
		page_counts_add(counts, other->sizes[i].page_bytes, other->sizes[i].pages);
}

uint64_t page_counts_total(const struct page_counts *counts)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < counts->nr_sizes; i++)
		pages += counts->sizes[i].pages;
	return pages;
}
