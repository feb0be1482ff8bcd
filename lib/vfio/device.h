/*
 * device - opens a device through VFIO, asks about it, resets it and closes it.
 */
#ifndef VFIO_DEVICE_H
#define VFIO_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reason.h"
#include "iommu/iommu.h"
#include "vfio/region.h"
#include "pci/device.h"

struct vfio_device {
	struct pci_device pci;
	int fd; /* -1: closed */
	bool can_reset;
	uint32_t nr_regions, nr_irqs;
	uint64_t config_offset; /* of configuration space in the descriptor */
};

#define VFIO_DEVICE_NONE ((struct vfio_device){ .fd = -1 })

/* Opens one of the devices that are in @iommu. On failure there is nothing to close. */
int vfio_device_open(struct iommu *iommu, const struct pci_device *pci,
		     struct vfio_device *ret_device, struct reason *reason);

/* Closes a device; its last close resets it, where it can be reset. Takes a closed one, too. */
void vfio_device_close(struct vfio_device *device);

/*
 * Asks how many regions and interrupts the device has, whether it can be reset, and where its
 * configuration space lies. 0 or -errno.
 */
int vfio_device_read_info(struct vfio_device *device);

/* Resets the device, which empties all mappings of its BARs. 0 or -errno. */
int vfio_device_reset(struct vfio_device *device);

/* Read and write configuration space, as VFIO shows it. 0 or -errno. */
int vfio_config_read(const struct vfio_device *device, unsigned int offset, void *bytes,
		     size_t length);
int vfio_config_write(const struct vfio_device *device, unsigned int offset, const void *bytes,
		      size_t length);

#endif
