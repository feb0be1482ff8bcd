/* vfio_container - opens VFIO's container for one device, in programs with no harness. */
#ifndef SELF_VFIO_CONTAINER_H
#define SELF_VFIO_CONTAINER_H

#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Ends the program with what errno says of @what. */
static inline void give_up(const char *what)
{
	perror(what);
	exit(1);
}

static inline int open_container(const char *bdf)
{
	char link[128], target[256], path[300];
	int container = open("/dev/vfio/vfio", O_RDWR), group;
	ssize_t length;

	snprintf(link, sizeof(link), "/sys/bus/pci/devices/%s/iommu_group", bdf);
	length = readlink(link, target, sizeof(target) - 1);
	if (container < 0 || length < 0)
		give_up(bdf);
	target[length] = '\0';
	snprintf(path, sizeof(path), "/dev/vfio/%s", strrchr(target, '/') + 1);
	group = open(path, O_RDWR);
	if (group < 0 || ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) ||
	    ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		give_up(path);
	return container;
}

#endif
