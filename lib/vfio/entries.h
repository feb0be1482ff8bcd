/*
 * entries - works out which page-table entries a mapping of device memory has.
 *
 * No interface shows them: pagemap, mincore(2) and PAGEMAP_SCAN all pass over mappings of that
 * kind. They follow from three things that can be seen: how many faults it took to touch each
 * page, how much page tables grew, and where entries of a size can lie at all (inside the mapping,
 * with address and bus address aligned to the size).
 *
 * A kernel enters one block of the largest size that fits with each fault, or (before 6.12)
 * the whole mapping in pages with the first one.
 */
#ifndef VFIO_ENTRIES_H
#define VFIO_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vfio/bar.h"

enum entry_level { ENTRY_PTE, ENTRY_PMD, ENTRY_PUD, ENTRY_LEVELS };

/* Sizes of a page and of what one entry of the upper tables holds; 0: there are none so large. */
struct entry_sizes {
	uint64_t bytes[ENTRY_LEVELS];
};

struct entry_sizes entry_sizes_of_host(void);

struct entries {
	struct entry_sizes sizes;
	uint64_t most_bytes; /* no entry is larger */
	bool at_once; /* each area is filled by its first fault, in pages */
	uint64_t counts[ENTRY_LEVELS];
	uint64_t faults; /* that it takes to touch all of it, page by page */
	uint64_t table_bytes; /* lowest-level page tables that go with that */
};

/* How it would be if no entry were larger than @most_bytes. */
void entries_predict(const struct bar_window *window, const struct entry_sizes *sizes,
		     uint64_t most_bytes, bool at_once, struct entries *ret_entries);

/*
 * How it is, from what was seen: -ENODATA where nothing that kernels are known to do explains
 * it. @table_bytes: growth of all of this process's page tables, with the upper ones in place
 * before (entries_warm_tables).
 */
int entries_derive(const struct bar_window *window, const struct entry_sizes *sizes,
		   uint64_t faults, uint64_t table_bytes, struct entries *ret_entries);

/* Where the block begins that a fault at @offset enters, from the window's start. */
uint64_t entries_block(const struct bar_window *window, const struct entries *entries,
		       uint64_t offset);

/* The size of the smallest entry that it has. */
uint64_t entries_least_bytes(const struct entries *entries);

/* Whether all entries are of that level. */
bool entries_are_all(const struct entries *entries, enum entry_level level);

/* "1 of 1GiB, 512 of 2MiB", for messages. */
void entries_describe(const struct entries *entries, char *text, size_t room);

/* Touches ordinary memory beside the window, so that upper tables are there. 0 or -errno. */
int entries_warm_tables(const struct bar_window *window);

/* What page tables of this process take now; 0 where the kernel does not tell. */
uint64_t entries_table_bytes(void);

#endif
