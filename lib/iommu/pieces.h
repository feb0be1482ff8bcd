/*
 * pieces - a stretch of memory that is mapped piece by piece, in some order, with the
 * time of each call.
 */
#ifndef IOMMU_PIECES_H
#define IOMMU_PIECES_H

#include <stdbool.h>
#include <stdint.h>

#include "iommu/iommu.h"

enum pieces_order { PIECES_IN_ORDER, PIECES_REVERSE, PIECES_STRIDED, PIECES_RANDOM };

/* Names of the orders, ending with NULL. */
extern const char *const pieces_order_names[];

struct pieces {
	char *addr;
	uint64_t iova, size_bytes, piece_bytes; /* the last piece may be smaller */
	uint32_t count;
	uint32_t *order;
	uint64_t *map_stamps, *unmap_stamps; /* after each call, and before the first */
	bool shared; /* stamps lie in crew_memory(): another process maps, and we read them */
};

/* addr, iova, size_bytes and shared are set; pieces of 0 bytes: one of all. 0 or -ENOMEM. */
int pieces_init(struct pieces *pieces, uint64_t piece_bytes, enum pieces_order order);

/* For a process that was forked since: writing stamps is then no first touch. */
void pieces_touch(struct pieces *pieces);

/* Takes half-made and zeroed ones. */
void pieces_release(struct pieces *pieces);

/* Map or unmap each with a call of its own, with stamps; stop at the first error. */
int pieces_map(struct pieces *pieces, struct iommu *iommu, unsigned int access);
int pieces_unmap(struct pieces *pieces, struct iommu *iommu);

#endif
