/*
 * modes - the table of the kernel's interfaces that map memory for devices.
 */
#ifndef IOMMU_MODES_H
#define IOMMU_MODES_H

#include "iommu/iommu.h"

/* Names of all modes, ending with NULL: the choices of the parameter "iommu". */
extern const char *const iommu_mode_names[];

/* Returns NULL where no mode has that name. */
const struct iommu_mode *iommu_find_mode(const char *name);

#endif
