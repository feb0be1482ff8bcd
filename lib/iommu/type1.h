/*
 * type1 - VFIO's own interface: a container with groups in it, and the type1 IOMMU driver; or
 * iommufd in the container's place, which takes the same calls.
 */
#ifndef IOMMU_TYPE1_H
#define IOMMU_TYPE1_H

#include "iommu/iommu.h"

extern const struct iommu_ops iommu_type1_ops;

/* Explains why /dev/vfio/vfio does not open. Returns @error. */
int type1_explain_open(int error, struct reason *reason);

#endif
