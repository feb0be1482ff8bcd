/*
 * modes - the backends behind iommu.h.
 */
#ifndef IOMMU_MODES_H
#define IOMMU_MODES_H

#include "iommu/iommu.h"

enum { IOMMU_KIND_TYPE1, IOMMU_KIND_TYPE1V2 };

extern const struct iommu_ops iommu_type1_ops;

#endif
