#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/file.h"
#include "host/memory.h"
#include "iommu/group.h"
#include "iommu/type1.h"
#include "pci/usage.h"

#define INFO_ROOM 65536
#define MOST_CAPABILITY 1024 /* bytes that are read of a capability, at most */

int type1_explain_open(int error, struct reason *reason)
{
	if (error == -ENOENT || error == -ENODEV)
		return reason_set(reason, error,
				  "there is no VFIO behind /dev/vfio/vfio: modprobe vfio-pci (and "
				  "vfio_iommu_type1)");
	return reason_set(reason, error, "cannot open /dev/vfio/vfio: %s%s", strerror(-error),
			  error == -EACCES ? ": run as root" : "");
}

static int explain_group(int error, const struct pci_device *device, struct reason *reason)
{
	int holder = error == -EBUSY ? usage_holder(device) : 0;
	char by[48] = "";

	if (holder)
		snprintf(by, sizeof(by), " by process %d", holder);
	switch (error) {
	case -EBUSY:
		return reason_set(reason, error, "group %d of %s is in use%s: a group opens once",
				  device->group, device->bdf, by);
	case -ENOENT:
		return reason_set(
			reason, error,
			"there is no /dev/vfio/%d: give %s to vfio-pci (dmabench bind %s)",
			device->group, device->bdf, device->bdf);
	}
	return reason_set(reason, error, "cannot open /dev/vfio/%d: %s%s", device->group,
			  strerror(-error), error == -EACCES ? ": run as root" : "");
}

/* Before its group is opened: a group without an IOMMU has another name and maps nothing. */
static int check_group(const struct pci_device *device, struct reason *reason)
{
	if (device->noiommu)
		return reason_set(reason, -ENODEV,
				  "VFIO has %s without an IOMMU (noiommu), where nothing can be "
				  "mapped: switch the IOMMU on in the firmware",
				  device->bdf);
	if (device->group < 0)
		return reason_set(reason, -ENODEV, "%s has no IOMMU group", device->bdf);
	return 0;
}

static bool has_group(const struct pci_device *devices, size_t count, int group)
{
	for (size_t i = 0; i < count; i++)
		if (devices[i].group == group)
			return true;
	return false;
}

static int check_viable(int group_fd, const struct pci_device *device, struct reason *reason)
{
	bool viable;
	int ret = group_is_viable(group_fd, &viable);

	if (ret)
		return reason_set(reason, ret, "group %d: %s", device->group, strerror(-ret));
	if (viable)
		return 0;
	return reason_set(reason, -EPERM,
			  "group %d of %s is not viable: another device in it has a driver "
			  "(dmabench bind %s takes all of the group)",
			  device->group, device->bdf, device->bdf);
}

static int join_group(struct iommu *iommu, const struct pci_device *device, struct reason *reason)
{
	int ret = check_group(device, reason);
	int fd;

	if (ret)
		return ret;
	if (iommu->nr_groups == IOMMU_MAX_GROUPS)
		return reason_set(reason, -E2BIG, "more than %d groups", IOMMU_MAX_GROUPS);
	fd = group_open(device->group);
	if (fd < 0)
		return explain_group(fd, device, reason);
	iommu->group_numbers[iommu->nr_groups] = device->group;
	iommu->groups[iommu->nr_groups++] = fd;
	ret = check_viable(fd, device, reason);
	if (ret)
		return ret;
	ret = group_join(fd, iommu->fd);
	return ret ? reason_set(reason, ret, "group %d cannot join a container: %s", device->group,
				strerror(-ret))
		   : 0;
}

/* Devices of one group share its descriptor. */
static int join_groups(struct iommu *iommu, const struct pci_device *devices, size_t count,
		       struct reason *reason)
{
	int ret = 0;

	for (size_t i = 0; i < count && !ret; i++)
		if (!has_group(devices, i, devices[i].group))
			ret = join_group(iommu, &devices[i], reason);
	return ret;
}

static int set_iommu(struct iommu *iommu, struct reason *reason)
{
	int ret = container_set_iommu(iommu->fd, iommu->mode);

	if (ret == -EPERM)
		return reason_set(
			reason, ret,
			"VFIO refuses: the platform has no interrupt remapping (switch it "
			"on in the firmware, or load vfio_iommu_type1 with "
			"allow_unsafe_interrupts=1)");
	if (ret == -ENODEV)
		return reason_set(reason, ret,
				  "VFIO has no %s driver here: modprobe vfio_iommu_type1",
				  iommu->mode->name);
	return ret ? reason_set(reason, ret, "VFIO_SET_IOMMU: %s", strerror(-ret)) : 0;
}

static void read_ranges(struct iommu *iommu, const struct vfio_info_cap_header *header)
{
	const struct vfio_iommu_type1_info_cap_iova_range *cap = (const void *)header;

	for (uint32_t i = 0; i < cap->nr_iovas && iommu->nr_ranges < IOMMU_MAX_RANGES; i++)
		iommu->ranges[iommu->nr_ranges++] =
			(struct iommu_range){ cap->iova_ranges[i].start, cap->iova_ranges[i].end };
}

static void read_capability(struct iommu *iommu, const struct vfio_info_cap_header *header)
{
	if (header->id == VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE)
		read_ranges(iommu, header);
	if (header->id == VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL)
		iommu->mappings_left =
			((const struct vfio_iommu_type1_info_dma_avail *)(const void *)header)
				->avail;
}

static int type1_read_info(struct iommu *iommu, struct reason *reason)
{
	struct vfio_iommu_type1_info *info = calloc(1, INFO_ROOM);
	uint32_t offset;

	if (!info)
		return -ENOMEM;
	info->argsz = INFO_ROOM;
	if (ioctl(iommu->fd, VFIO_IOMMU_GET_INFO, info)) {
		int error = -errno;

		free(info);
		return reason_set(reason, error, "VFIO_IOMMU_GET_INFO: %s", strerror(-error));
	}
	iommu->page_sizes = info->iova_pgsizes;
	offset = info->flags & VFIO_IOMMU_INFO_CAPS ? info->cap_offset : 0;
	while (offset && offset < INFO_ROOM - MOST_CAPABILITY) {
		const struct vfio_info_cap_header *header = (const void *)((char *)info + offset);

		read_capability(iommu, header);
		offset = header->next > offset ? header->next : 0;
	}
	free(info);
	if (!iommu->nr_ranges)
		return reason_set(reason, -ENOTSUP,
				  "this kernel does not tell which I/O addresses are valid (5.4 "
				  "and later do)");
	iommu->can_unmap_all = ioctl(iommu->fd, VFIO_CHECK_EXTENSION, VFIO_UNMAP_ALL) > 0;
	return 0;
}

static int type1_open(struct iommu *iommu, const struct pci_device *devices, size_t count,
		      struct reason *reason)
{
	int ret = iommu_open_file(iommu, reason);

	if (!ret)
		ret = join_groups(iommu, devices, count, reason);
	return ret ? ret : set_iommu(iommu, reason);
}

static int type1_map(struct iommu *iommu, uint64_t iova, void *addr, uint64_t size_bytes,
		     unsigned int access)
{
	struct vfio_iommu_type1_dma_map args = {
		.argsz = sizeof(args),
		.flags = (access & IOMMU_READ ? VFIO_DMA_MAP_FLAG_READ : 0) |
			 (access & IOMMU_WRITE ? VFIO_DMA_MAP_FLAG_WRITE : 0),
		.vaddr = (uintptr_t)addr,
		.iova = iova,
		.size = size_bytes,
	};

	return ioctl(iommu->fd, VFIO_IOMMU_MAP_DMA, &args) ? -errno : 0;
}

static int type1_unmap(struct iommu *iommu, uint64_t iova, uint64_t size_bytes)
{
	struct vfio_iommu_type1_dma_unmap args = {
		.argsz = sizeof(args),
		.iova = iova,
		.size = size_bytes,
	};

	if (ioctl(iommu->fd, VFIO_IOMMU_UNMAP_DMA, &args))
		return -errno;
	return args.size == size_bytes ? 0 : -ENODATA;
}

static int type1_unmap_all(struct iommu *iommu)
{
	struct vfio_iommu_type1_dma_unmap args = {
		.argsz = sizeof(args),
		.flags = VFIO_DMA_UNMAP_FLAG_ALL,
	};

	return ioctl(iommu->fd, VFIO_IOMMU_UNMAP_DMA, &args) ? -errno : 0;
}

static int type1_open_device(struct iommu *iommu, const struct pci_device *device)
{
	for (size_t i = 0; i < iommu->nr_groups; i++)
		if (iommu->group_numbers[i] == device->group)
			return group_open_device(iommu->groups[i], device);
	return -ENODEV;
}

/* Closing the groups and then the container is what unmaps whatever is still mapped. */
static void type1_close(struct iommu *iommu)
{
	for (size_t i = 0; i < iommu->nr_groups; i++)
		close(iommu->groups[i]);
	iommu->nr_groups = 0;
	if (iommu->fd >= 0)
		close(iommu->fd);
	iommu->fd = -1;
}

const struct iommu_ops iommu_type1_ops = {
	.open = type1_open,
	.read_info = type1_read_info,
	.map = { [IOMMU_MAP] = type1_map },
	.unmap = type1_unmap,
	.unmap_all = type1_unmap_all,
	.open_device = type1_open_device,
	.close = type1_close,
};
