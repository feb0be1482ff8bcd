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

/* What the container of a mode of VFIO's is opened by, and asked for. */
const char *iommu_container_path(const struct iommu_mode *mode);
unsigned long iommu_container_type(const struct iommu_mode *mode);

/* Opens /dev/iommu: SKIPPED where the kernel has none. */
int iommufd_open(int *ret_fd, struct reason *reason);

/* Steps of opening a device there, each 0 or -errno. */
int iommufd_alloc(int iommufd, uint32_t *ret_ioas);
int iommufd_open_cdev(const struct pci_device *device); /* a descriptor, or -errno */
int iommufd_bind(int iommufd, int device_fd);
int iommufd_attach(uint32_t ioas, int device_fd);

/* Whether the kernel knows IOMMU_MAP_FILE. */
bool iommufd_has_map_file(const struct iommu *iommu);

#endif
