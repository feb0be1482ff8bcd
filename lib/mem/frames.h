/*
 * frames - where a region's pages lie in physical memory: as given, apart, or side by side.
 *
 * IOMMU drivers join pages whose frames follow each other, so that the same memory is mapped at
 * a third of the cost where they do. Which of it there is, is the allocator's luck; these are the
 * two ends of it.
 */
#ifndef MEM_FRAMES_H
#define MEM_FRAMES_H

#include <stdint.h>

#include "base/reason.h"
#include "mem/region.h"

/* Choices of a parameter, in the order of enum frames; ends with NULL. */
extern const char *const frames_names[];

/* What has to be had for @size_bytes in such frames: to find them side by side takes a choice. */
uint64_t frames_room(enum frames frames, uint64_t size_bytes);

/* 0, or SKIPPED: the backing's memory cannot be had in such frames. */
int frames_possible(enum frames frames, const struct backing *backing, struct reason *reason);

/*
 * Narrows a region that is faulted in to @size_bytes whose frames all follow each other. INVALID
 * where it has none.
 */
int frames_join(struct region *region, uint64_t size_bytes, struct reason *reason);

#endif
