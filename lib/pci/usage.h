/*
 * usage - whether the system is using a device, so that nobody takes it away.
 */
#ifndef PCI_USAGE_H
#define PCI_USAGE_H

#include "base/reason.h"
#include "pci/device.h"

/* 0 where it may be taken; -EBUSY with who uses it. */
int usage_check(const struct pci_device *device, struct reason *reason);

/*
 * The process that has the device or its group open through VFIO, 0 where none has (or none can
 * be seen).
 */
int usage_holder(const struct pci_device *device);

#endif
