/*
 * order - which page-table entries a mapping of device memory has got.
 *
 * No interface shows them: pagemap, mincore(2) and PAGEMAP_SCAN all pass over mappings of that
 * kind. They follow from three things that can be seen: how many faults it took to touch each
 * page, what page tables grew by, and where entries of a size can lie at all (inside of the
 * mapping, with address and bus address aligned to it).
 *
 * A kernel enters one block of the largest size that fits with each fault, or (before 6.12)
 * the whole mapping in pages with the first one.
 */
#ifndef VFIO_ORDER_H
#define VFIO_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vfio/bar.h"

enum order_level { ORDER_PTE, ORDER_PMD, ORDER_PUD, ORDER_LEVELS };

/* Sizes of a page and of what one entry of the upper tables holds; 0: there are none so large. */
struct order_sizes {
	uint64_t bytes[ORDER_LEVELS];
};

struct order_sizes order_host_sizes(void);

struct order {
	struct order_sizes sizes;
	uint64_t most_bytes; /* no entry is larger */
	bool at_once; /* each area is filled by its first fault, in pages */
	uint64_t entries[ORDER_LEVELS];
	uint64_t faults; /* that it takes to touch all of it, page by page */
	uint64_t table_bytes; /* lowest-level page tables that go with that */
};

/* How it would be if no entry were larger than @most_bytes. */
void order_predict(const struct bar_window *window, const struct order_sizes *sizes,
		   uint64_t most_bytes, bool at_once, struct order *ret_order);

/*
 * How it is, from what was seen: -ENODATA where nothing that kernels are known to do explains
 * it. @table_bytes: growth of all of this process's page tables, with the upper ones in place
 * before (order_warm_tables).
 */
int order_derive(const struct bar_window *window, const struct order_sizes *sizes, uint64_t faults,
		 uint64_t table_bytes, struct order *ret_order);

/* Where the block begins that a fault at @offset enters, from the window's start. */
uint64_t order_block(const struct bar_window *window, const struct order *order, uint64_t offset);

/* The size of the smallest entry that it has. */
uint64_t order_least_bytes(const struct order *order);

/* "1 of 1GiB, 512 of 2MiB", for messages. */
void order_describe(const struct order *order, char *text, size_t room);

/* Touches ordinary memory beside the window, so that upper tables are there. 0 or -errno. */
int order_warm_tables(const struct bar_window *window);

/* What page tables of this process take now; 0 where the kernel does not tell. */
uint64_t order_table_bytes(void);

#endif
