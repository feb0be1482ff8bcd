/*
 * modes - the backends behind iommu.h.
 */
#ifndef IOMMU_MODES_H
#define IOMMU_MODES_H

#include "iommu/iommu.h"

/* What stands behind a VFIO container: whose it is, and which version of type1 it plays. */
enum {
	IOMMU_KIND_TYPE1,
	IOMMU_KIND_TYPE1V2,
	IOMMU_KIND_COMPAT_TYPE1,
	IOMMU_KIND_COMPAT_TYPE1V2,
};

extern const struct iommu_ops iommu_type1_ops;
extern const struct iommu_ops iommu_iommufd_ops;

/* Opens /dev/iommu: SKIPPED where the kernel has none. */
int iommufd_open(int *ret_fd, struct reason *reason);

/* Whether the kernel knows IOMMU_MAP_FILE. */
bool iommufd_has_map_file(const struct iommu *iommu);

#endif
