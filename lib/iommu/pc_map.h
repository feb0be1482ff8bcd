/*
 * pc_map - where a PC has its memory, as of QEMU's q35: below the VGA window, from there to the
 * PCI hole, and the rest from 4 GiB on.
 */
#ifndef IOMMU_PC_MAP_H
#define IOMMU_PC_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "iommu/iommu.h"

#define PC_MAP_MOST 3

/* A stretch of the guest's memory: where the guest sees it, and where it is in the whole. */
struct pc_piece {
	uint64_t iova, offset, size_bytes;
};

struct pc_map {
	struct pc_piece pieces[PC_MAP_MOST];
	size_t count;
};

struct pc_map pc_map_of(uint64_t size_bytes);

/* The first address behind the memory, from 4 GiB on: where large BARs lie. */
uint64_t pc_map_end(const struct pc_map *map);

/* 0, or SKIPPED: an IOMMU does not have one of the addresses. */
int pc_map_check(const struct pc_map *map, const struct iommu *iommu, struct reason *reason);

/* Maps for DMA memory that is at @addr. 0 or -errno, which iommu_explain_map() knows. */
int pc_map_dma(const struct pc_map *map, struct iommu *iommu, char *addr);

#endif
