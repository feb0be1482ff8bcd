/*
 * pagemap - finds out which folios memory is made of, by looking at each of them in
 * /proc/self/pagemap and /proc/kpageflags.
 */
#ifndef MEM_PAGEMAP_H
#define MEM_PAGEMAP_H

#include "host/team.h"
#include "mem/page_counts.h"
#include "mem/region.h"

/* An entry of /proc/self/pagemap. */
#define PAGEMAP_PRESENT (1ULL << 63)
#define PAGEMAP_PFN ((1ULL << 55) - 1)

/*
 * Counts the pages of @region by their sizes, and their runs, with all threads of @team. 0, or
 * -errno, as where frames are hidden from this process: then nothing is counted.
 */
int pagemap_count(const struct region *region, struct team *team, struct page_counts *ret_counts);

#endif
