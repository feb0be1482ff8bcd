/*
 * bar - maps a device's BAR into this process, at an address of a chosen alignment.
 */
#ifndef VFIO_BAR_H
#define VFIO_BAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vfio/device.h"

#define BAR_LARGEST "largest"

struct bar {
	unsigned int index;
	uint64_t start; /* its bus address */
	bool prefetchable; /* the device promises that reading it has no side effects */
	struct vfio_region region;
};

/*
 * Finds the BAR that @which names: "0" to "5", or BAR_LARGEST of those that can be mapped. SKIPPED
 * with the reason where it is absent, I/O, or cannot be mapped.
 */
int bar_find(const struct vfio_device *device, const char *which, struct bar *ret_bar,
	     struct reason *reason);

/* Writes "BAR 2 of 0000:01:00.0", for messages. */
const char *bar_name(const struct vfio_device *device, const struct bar *bar, char text[48]);

/* The part of a BAR, from its start, that is looked at: and its addresses in this process. */
struct bar_window {
	const struct vfio_device *device;
	uint64_t bus_start, fd_offset;
	char *addr; /* where the BAR's first byte is, or would be */
	uint64_t size_bytes; /* of the span, with what cannot be mapped */
	struct vfio_area areas[VFIO_MAX_AREAS]; /* of the span: whole pages */
	size_t nr_areas;
	bool mapped;
	char *reservation;
	uint64_t reserved_bytes;
};

#define BAR_WINDOW_NONE ((struct bar_window){ .nr_areas = 0 })

/* 0, or SKIPPED: windows can be aligned to powers of two alone. */
int bar_window_check_align(uint64_t align, struct reason *reason);

/*
 * Reserves addresses for the first @size_bytes of a BAR (0: all of it). Address and bus address
 * have the alignment @align in common, and no more: (addr - bus_start) % (2 * @align) == @align.
 * The device outlives the window.
 */
int bar_window_reserve(const struct vfio_device *device, const struct bar *bar, uint64_t size_bytes,
		       uint64_t align, struct bar_window *ret_window, struct reason *reason);

/* Maps each area with one mmap(2), which enters no page yet. 0 or -errno. */
int bar_window_map(struct bar_window *window, int protection);

/* Unmaps each area with one munmap(2): the addresses are free until bar_window_hold(). */
int bar_window_unmap(struct bar_window *window);

/* Reserves the addresses again. 0 or -errno. */
int bar_window_hold(struct bar_window *window);

/*
 * Map a window that is mapped here for DMA, too, with its start at @iova, one call an area; and
 * unmap it. 0 or -errno, which iommu_explain_map() explains.
 */
int bar_window_map_dma(const struct bar_window *window, struct iommu *iommu, uint64_t iova);
int bar_window_unmap_dma(const struct bar_window *window, struct iommu *iommu, uint64_t iova);

/* Returns how many bytes all areas have. */
uint64_t bar_window_mapped_bytes(const struct bar_window *window);

/* Unmaps what is mapped, and frees the addresses. Takes BAR_WINDOW_NONE. */
void bar_window_release(struct bar_window *window);

#endif
