#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include "iommu/group.h"

int group_open(int number)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/vfio/%d", number);
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int group_is_viable(int group_fd, bool *ret_viable)
{
	struct vfio_group_status args = { .argsz = sizeof(args) };

	if (ioctl(group_fd, VFIO_GROUP_GET_STATUS, &args))
		return -errno;
	*ret_viable = args.flags & VFIO_GROUP_FLAGS_VIABLE;
	return 0;
}

int group_join(int group_fd, int container_fd)
{
	return ioctl(group_fd, VFIO_GROUP_SET_CONTAINER, &container_fd) ? -errno : 0;
}

int container_set_iommu(int container_fd, const struct iommu_mode *mode)
{
	return ioctl(container_fd, VFIO_SET_IOMMU, mode->type) ? -errno : 0;
}

int group_open_device(int group_fd, const struct pci_device *device)
{
	int fd = ioctl(group_fd, VFIO_GROUP_GET_DEVICE_FD, device->bdf);

	return fd < 0 ? -errno : fd;
}
