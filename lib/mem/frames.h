/*
 * frames - chooses where a region's pages lie in physical memory: as given, apart, or side by side.
 *
 * IOMMU drivers join pages whose frames follow each other, and then map the same memory at a third
 * of the cost. Whether frames do is the luck of the kernel's allocator: "apart" and "joined" are
 * the worst and the best that it can give.
 */
#ifndef MEM_FRAMES_H
#define MEM_FRAMES_H

#include <stdint.h>

#include "base/reason.h"
#include "mem/region.h"

/* Choices of a parameter, in the order of enum frames; ends with NULL. */
extern const char *const frames_names[];

/*
 * Returns how much memory to allocate for @size_bytes in such frames: frames side by side are
 * looked for in more memory than is kept.
 */
uint64_t frames_room(enum frames frames, uint64_t size_bytes);

/* 0, or SKIPPED: the backing's memory cannot be had in such frames. */
int frames_possible(enum frames frames, const struct backing *backing, struct reason *reason);

/*
 * Narrows a region that is faulted in to a part of @size_bytes whose frames all follow each other.
 * INVALID where it has no such part.
 */
int frames_join(struct region *region, uint64_t size_bytes, struct reason *reason);

#endif
