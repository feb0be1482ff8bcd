/*
 * disks - finds out whether the system uses a disk that sits on a device: mounted, as swap, as a
 * part of another disk, or exported by the kernel.
 */
#ifndef PCI_DISKS_H
#define PCI_DISKS_H

#include "base/reason.h"
#include "pci/device.h"

/* @name: of class "block". 0 where it is unused, or no disk of @device's; else -EBUSY. */
int disks_check(const char *name, const struct pci_device *device, struct reason *reason);

#endif
