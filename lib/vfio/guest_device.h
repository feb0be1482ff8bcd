/*
 * guest_device - a device that a guest is given, as a VMM has it: open, with its BARs mapped.
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
 * Maps for the CPU, aligned to @align as bar_window_reserve() has it, those BARs that can be mapped
 * and are whole pages: others a VMM leaves to slow paths. 0 or -errno with the reason.
 */
int guest_device_map_bars(struct guest_device *guest, uint64_t align, struct reason *reason);

/*
 * Maps the same for DMA, from *@iova on, each where its size is aligned, as in a guest's address
 * space; moves *@iova behind them. 0 or -errno, which iommu_explain_map() knows.
 */
int guest_device_map_dma(const struct guest_device *guest, struct iommu *iommu, uint64_t *iova);

/* Takes closed ones, too. Mappings for DMA are the IOMMU's. */
void guest_device_close(struct guest_device *guest);

#endif
