/*
 * hugepages - reads and grows pools of hugetlb pages, and lists the sizes of transparent ones.
 */
#ifndef HOST_HUGEPAGES_H
#define HOST_HUGEPAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "host/journal.h"

#define HUGEPAGES_MAX_SIZES 32

/* Lists the sizes of hugetlb pages that this kernel has, rising. Returns how many. */
size_t hugetlb_sizes(uint64_t sizes[HUGEPAGES_MAX_SIZES]);

/* Reads how many pages of one size are free on one node. 0 or -errno. */
int hugetlb_free_pages(uint64_t size_bytes, unsigned int node, uint64_t *ret_pages);

/*
 * Makes sure that @pages pages are free on @node. Where the pool must grow, it does so through the
 * journal, which needs root. SKIPPED with both figures where it cannot.
 */
int hugetlb_reserve(struct journal *journal, uint64_t size_bytes, unsigned int node, uint64_t pages,
		    struct reason *reason);

/* Whether pools can be grown by this process. */
bool hugetlb_may_reserve(void);

/* Lists the sizes that transparent hugepages may have (mTHP and PMD), rising. Returns how many. */
size_t thp_sizes(uint64_t sizes[HUGEPAGES_MAX_SIZES]);

/* Returns the PMD size, or 0 where the kernel has no transparent hugepages. */
uint64_t thp_pmd_size(void);

/* Whether a MADV_HUGEPAGE region would be given pages of this size now. */
bool thp_is_enabled(uint64_t size_bytes);

#define THP_FOLDER "/sys/kernel/mm/transparent_hugepage"

#endif
