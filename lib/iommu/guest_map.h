/*
 * guest_map - lays out a guest's memory as QEMU's machines have it. On q35 it lies below the VGA
 * window, from there to the PCI hole, and the rest from 4 GiB on; on arm64's virt it begins at
 * 1 GiB, in one piece.
 */
#ifndef IOMMU_GUEST_MAP_H
#define IOMMU_GUEST_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "iommu/iommu.h"

#define GUEST_MAP_MOST 3

enum guest_machine { GUEST_Q35, GUEST_VIRT };

/* What guests of this architecture have. */
#if defined(__aarch64__)
#define GUEST_MACHINE GUEST_VIRT
#else
#define GUEST_MACHINE GUEST_Q35
#endif

/* A piece of the guest's memory: its address in the guest, and its offset in all of the memory. */
struct guest_piece {
	uint64_t iova, offset, size_bytes;
};

struct guest_map {
	enum guest_machine machine;
	struct guest_piece pieces[GUEST_MAP_MOST];
	size_t count;
};

/* Returns the layout of @size_bytes of memory. */
struct guest_map guest_map_of(enum guest_machine machine, uint64_t size_bytes);

/* Returns the address from which on large BARs lie, behind the memory. */
uint64_t guest_map_end(const struct guest_map *map);

/* 0, or SKIPPED with the reason: one of the addresses is not valid in the address space. */
int guest_map_check(const struct guest_map *map, const struct iommu *iommu, struct reason *reason);

/* Maps the memory at @addr for DMA. 0 or -errno, which iommu_explain_map() explains. */
int guest_map_dma(const struct guest_map *map, struct iommu *iommu, char *addr);

#endif
