/*
 * guest_device - maps the BARs of a device that a guest is given, as a VMM does.
 */
#ifndef VFIO_GUEST_DEVICE_H
#define VFIO_GUEST_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#include "vfio/bar.h"

struct guest_device {
	struct vfio_device device; /* open while any BAR is mapped */
	struct bar_window windows[PCI_BARS];
	size_t nr_windows;
};

#define GUEST_DEVICE_NONE ((struct guest_device){ .device = VFIO_DEVICE_NONE })

/*
 * Maps for the CPU, with the alignment of bar_window_reserve(), those BARs that can be mapped and are
 * whole pages: accesses to others a VMM emulates. 0 or -errno with the reason.
 */
int guest_device_map_bars(struct guest_device *guest, uint64_t align, struct reason *reason);

/*
 * Maps the same BARs for DMA, from *@iova on, each aligned to its size as in a guest's address
 * space, and moves *@iova behind them. 0 or -errno, which iommu_explain_map() explains.
 */
int guest_device_map_dma(const struct guest_device *guest, struct iommu *iommu, uint64_t *iova);

/* Unmaps the BARs and closes the device; mappings for DMA stay. Takes a closed one, too. */
void guest_device_close(struct guest_device *guest);

#endif
