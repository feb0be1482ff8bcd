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

/* How much memory one entry of each level maps; 0: this host has none of that level. */
struct entry_sizes {
	uint64_t bytes[ENTRY_LEVELS];
};

struct entry_sizes entry_sizes_of_host(void);

struct entries {
	struct entry_sizes sizes;
	uint64_t most_bytes; /* no entry is larger */
	bool at_once; /* each area is filled by its first fault, in pages */
	uint64_t counts[ENTRY_LEVELS];
	uint64_t faults; /* which touching all of it takes, page by page */
	uint64_t table_bytes; /* lowest-level page tables that go with that */
	uint64_t upper_bytes; /* the most that tables above those may take besides */
};

/* Predicts the entries of a window if none were larger than @most_bytes. */
void entries_predict(const struct bar_window *window, const struct entry_sizes *sizes,
		     uint64_t most_bytes, bool at_once, struct entries *ret_entries);

/*
 * Derives the entries from what was seen: -ENODATA where no way in which kernels are known to make
 * them explains it. @table_bytes is how much this process's page tables grew, after
 * entries_warm_tables() had put the upper ones in place.
 */
int entries_derive(const struct bar_window *window, const struct entry_sizes *sizes,
		   uint64_t faults, uint64_t table_bytes, struct entries *ret_entries);

/* Returns where the block begins that a fault at @offset enters; both from the window's start. */
uint64_t entries_block(const struct bar_window *window, const struct entries *entries,
		       uint64_t offset);

/* Returns the size of the smallest entry that the window has. */
uint64_t entries_least_bytes(const struct entries *entries);

/* Whether all entries are of that level. */
bool entries_are_all(const struct entries *entries, enum entry_level level);

/* Writes "1 of 1GiB, 512 of 2MiB", for messages. */
void entries_describe(const struct entries *entries, char *text, size_t room);

/* Touches ordinary memory beside the window, so that upper tables are there. 0 or -errno. */
int entries_warm_tables(const struct bar_window *window);

/* Returns how much memory this process's page tables take now; 0 where the kernel does not tell. */
uint64_t entries_table_bytes(void);

#endif
