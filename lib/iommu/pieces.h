/*
 * pieces - maps and unmaps memory piece by piece, in a chosen order, and takes the time of each
 * call.
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
	bool shared; /* stamps lie in crew_memory(): another process takes them */
};

/*
 * Cuts memory into pieces of @piece_bytes (0: one of all). The caller has set addr, iova,
 * size_bytes and shared. 0 or -ENOMEM.
 */
int pieces_init(struct pieces *pieces, uint64_t piece_bytes, enum pieces_order order);

/* Touches the stamps, for a process that was forked since: writing them then takes no fault. */
void pieces_touch(struct pieces *pieces);

/* Frees what pieces_init() made. Takes half-made and zeroed ones. */
void pieces_release(struct pieces *pieces);

/* Map or unmap each piece with a call of its own, and stamp it; stop at the first error. */
int pieces_map(struct pieces *pieces, struct iommu *iommu, unsigned int access);
int pieces_unmap(struct pieces *pieces, struct iommu *iommu);

#endif
