/*
 * iommufd - an address space of /dev/iommu, with devices by their character device.
 */
#ifndef IOMMU_IOMMUFD_H
#define IOMMU_IOMMUFD_H

#include <stdint.h>

#include "iommu/iommu.h"

extern const struct iommu_ops iommu_iommufd_ops;

/* Explains why /dev/iommu does not open. Returns SKIPPED where the kernel has none, else @error. */
int iommufd_explain_open(int error, struct reason *reason);

/* Steps of attaching a device, each 0 (or a descriptor) or -errno. */
int iommufd_alloc(int iommufd, uint32_t *ret_ioas); /* makes an address space */
int iommufd_open_cdev(const struct pci_device *device);
int iommufd_bind(int iommufd, int device_fd); /* here the kernel resets the device */
int iommufd_attach(uint32_t ioas, int device_fd);

#endif
