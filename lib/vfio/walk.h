/*
 * walk - plans which pages of a window each of several threads touches, in which order, and which
 * of those touches fault.
 */
#ifndef VFIO_WALK_H
#define VFIO_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vfio/bar.h"
#include "vfio/entries.h"

enum walk_pattern {
	WALK_IN_ORDER, /* each page */
	WALK_STRIDE, /* the first page of each block that a fault enters */
	WALK_RANDOM, /* each page, shuffled */
};

enum walk_pass { WALK_FIRST, WALK_AGAIN, WALK_PASSES };

struct walk {
	uint32_t *pages; /* numbers, from the window's start */
	uint32_t nr_pages;
	uint32_t *faulting; /* indices in @pages of those that are the first of their block */
	uint32_t nr_faulting;
	uint64_t *stamps[WALK_PASSES]; /* before the first touch of a pass, and after each */
};

struct walk_plan {
	enum walk_pattern pattern;
	bool same; /* each walk has all of it; else a part */
	size_t nr_walks;
};

/* Makes an array of the walks of @plan, whose stamps cause no faults. 0 or -ENOMEM. */
int walks_make(const struct bar_window *window, const struct entries *entries,
	       const struct walk_plan *plan, struct walk **ret_walks);
void walks_free(struct walk *walks, size_t count);

/* Returns how long the @i-th of the faulting touches took. */
static inline uint64_t walk_fault_ticks(const struct walk *walk, enum walk_pass pass, uint32_t i)
{
	const uint64_t *stamp = &walk->stamps[pass][walk->faulting[i]];

	return stamp[1] - stamp[0];
}

#endif
