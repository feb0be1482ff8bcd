/*
 * region - asks for a region of a device's descriptor: a BAR, or configuration space.
 */
#ifndef VFIO_REGION_H
#define VFIO_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/vfio.h>

#define VFIO_MAX_AREAS 16

/* A part of a region, from its start. */
struct vfio_area {
	uint64_t offset, size_bytes;
};

struct vfio_region {
	uint64_t size_bytes; /* 0: the device has no such region */
	uint64_t fd_offset; /* where the region lies in the device's descriptor */
	bool can_read, can_write;
	bool sparse; /* only parts of it can be mapped */
	struct vfio_area
		areas[VFIO_MAX_AREAS]; /* what can be mapped, in order; all of it if not sparse */
	size_t nr_areas; /* 0: it cannot be mapped */
};

/* Asks the device for its region @index. 0 or -errno. */
int vfio_region_read(int device_fd, uint32_t index, struct vfio_region *ret_region);

/* Reads the kernel's answer. 0, or -EPROTO where a capability lies outside of it. */
int vfio_region_parse(const struct vfio_region_info *info, struct vfio_region *ret_region);

#endif
