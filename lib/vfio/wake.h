/*
 * wake - makes a device ready to answer on its BARs, and puts it back as it was.
 *
 * Without memory decoding, or in a power state below D0, a BAR cannot be mapped or touching it
 * kills the process.
 */
#ifndef VFIO_WAKE_H
#define VFIO_WAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "vfio/device.h"

struct vfio_wake {
	bool decoding_was_off;
	unsigned int power_was; /* 0: D0 */
	unsigned int power_offset; /* in configuration space; 0: it has no power states */
};

/* Opens one of the devices of @iommu and wakes it. On failure there is nothing to close. */
int vfio_device_open_awake(struct iommu *iommu, const struct pci_device *pci,
			   struct vfio_device *ret_device, struct vfio_wake *ret_wake,
			   struct reason *reason);

/* Puts back what waking the device changed, and closes it. Takes a closed one, too. */
void vfio_device_close_awake(struct vfio_device *device, const struct vfio_wake *wake);

/* Switches on memory decoding and power. -EIO where the device does not come up. */
int vfio_wake(const struct vfio_device *device, struct vfio_wake *ret_wake, struct reason *reason);

/* Puts back what vfio_wake() changed: 0 or -errno. Takes an empty one. */
int vfio_wake_undo(const struct vfio_device *device, const struct vfio_wake *wake);

/* Writes "memory decoding was off, ..." for the record; NULL where nothing had to be changed. */
const char *vfio_wake_note(const struct vfio_wake *wake, char text[64]);

#endif
