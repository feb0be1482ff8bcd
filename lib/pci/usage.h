/*
 * usage - finds out whether the system uses a device, which then must not be taken away.
 */
#ifndef PCI_USAGE_H
#define PCI_USAGE_H

#include "base/reason.h"
#include "pci/device.h"

/* 0 where it may be taken; -EBUSY with who uses it. */
int usage_check(const struct pci_device *device, struct reason *reason);

/*
 * Returns the process that has the device or its group open through VFIO; 0 where none has, or
 * none can be seen.
 */
int usage_holder(const struct pci_device *device);

#endif
