/*
 * group - opens a VFIO group, puts it into a container, and opens a device of it.
 *
 * These are the steps alone, each 0 (or a descriptor) or -errno: what opens devices for a benchmark
 * explains their errors, and what brings devices up takes the time of each.
 */
#ifndef IOMMU_GROUP_H
#define IOMMU_GROUP_H

#include <stdbool.h>

#include "iommu/iommu.h"

/* Opens the group of that number: a descriptor. */
int group_open(int number);

/* Whether VFIO has all devices of the group, or they have no driver. */
int group_is_viable(int group_fd, bool *ret_viable);

int group_join(int group_fd, int container_fd);

/* Gives a container with a group in it the IOMMU driver that the mode names. */
int container_set_iommu(int container_fd, const struct iommu_mode *mode);

/* Opens a device of the group, which the kernel resets where it can: a descriptor. */
int group_open_device(int group_fd, const struct pci_device *device);

#endif
