/*
 * hugepages - pools of hugetlb pages, and the sizes of transparent ones.
 */
#ifndef HOST_HUGEPAGES_H
#define HOST_HUGEPAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "host/journal.h"

#define HUGEPAGES_MAX_SIZES 32

/* Sizes of hugetlb pages that this kernel has, rising. Returns how many. */
size_t hugetlb_sizes(uint64_t sizes[HUGEPAGES_MAX_SIZES]);

/* Free pages of one size on one node. */
int hugetlb_free_pages(uint64_t size_bytes, unsigned int node, uint64_t *ret_pages);

/*
 * Sees to @pages free pages on @node; through the journal where the pool must
 * grow, which needs root. SKIPPED with both figures where it cannot.
 */
int hugetlb_reserve(struct journal *journal, uint64_t size_bytes, unsigned int node, uint64_t pages,
		    struct reason *reason);

/* Whether pools can be grown by this process. */
bool hugetlb_may_reserve(void);

/* Sizes that transparent hugepages may have (mTHP and PMD size), rising. Returns how many. */
size_t thp_sizes(uint64_t sizes[HUGEPAGES_MAX_SIZES]);

/* The PMD size, 0 where the kernel has no transparent hugepages. */
uint64_t thp_pmd_size(void);

/* Whether a MADV_HUGEPAGE region would be given pages of this size now. */
bool thp_is_enabled(uint64_t size_bytes);

#define THP_FOLDER "/sys/kernel/mm/transparent_hugepage"

#endif
