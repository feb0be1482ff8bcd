/*
 * pc_map - lays out a guest's memory as a PC has it (QEMU's q35): below the VGA window, from there
 * to the PCI hole, and the rest from 4 GiB on.
 */
#ifndef IOMMU_PC_MAP_H
#define IOMMU_PC_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "iommu/iommu.h"

#define PC_MAP_MOST 3

/* A piece of the guest's memory: its address in the guest, and its offset in all of the memory. */
struct pc_piece {
	uint64_t iova, offset, size_bytes;
};

struct pc_map {
	struct pc_piece pieces[PC_MAP_MOST];
	size_t count;
};

/* Returns the layout of @size_bytes of memory. */
struct pc_map pc_map_of(uint64_t size_bytes);

/* Returns the first address behind the memory, at least 4 GiB: large BARs lie from there on. */
uint64_t pc_map_end(const struct pc_map *map);

/* 0, or SKIPPED with the reason: one of the addresses is not valid in the address space. */
int pc_map_check(const struct pc_map *map, const struct iommu *iommu, struct reason *reason);

/* Maps the memory at @addr for DMA. 0 or -errno, which iommu_explain_map() explains. */
int pc_map_dma(const struct pc_map *map, struct iommu *iommu, char *addr);

#endif
