#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "vfio/region.h"

#define INFO_ROOM 4096

static void add_area(struct vfio_region *region, uint64_t offset, uint64_t size_bytes)
{
	bool fits = offset < region->size_bytes && size_bytes <= region->size_bytes - offset;

	if (size_bytes && fits && region->nr_areas < VFIO_MAX_AREAS)
		region->areas[region->nr_areas++] = (struct vfio_area){ offset, size_bytes };
}

static int read_sparse(const struct vfio_info_cap_header *header, uint64_t room,
		       struct vfio_region *region)
{
	const struct vfio_region_info_cap_sparse_mmap *cap = (const void *)header;

	if (room < sizeof(*cap) || cap->nr_areas > (room - sizeof(*cap)) / sizeof(cap->areas[0]))
		return -EPROTO;
	region->sparse = true;
	region->nr_areas = 0;
	for (uint32_t i = 0; i < cap->nr_areas; i++)
		add_area(region, cap->areas[i].offset, cap->areas[i].size);
	return 0;
}

/* Offsets may only rise, so that a chain that leads back into itself ends, too. */
static int read_capabilities(const struct vfio_region_info *info, struct vfio_region *region)
{
	uint32_t offset = info->flags & VFIO_REGION_INFO_FLAG_CAPS ? info->cap_offset : 0;
	int ret = 0;

	while (offset && !ret) {
		const struct vfio_info_cap_header *header =
			(const void *)((const char *)info + offset);

		if (offset < sizeof(*info) || offset > info->argsz - sizeof(*header) ||
		    (header->next && header->next <= offset))
			return -EPROTO;
		if (header->id == VFIO_REGION_INFO_CAP_SPARSE_MMAP)
			ret = read_sparse(header, info->argsz - offset, region);
		offset = header->next;
	}
	return ret;
}

int vfio_region_parse(const struct vfio_region_info *info, struct vfio_region *ret_region)
{
	struct vfio_region region = {
		.size_bytes = info->size,
		.fd_offset = info->offset,
		.can_read = info->flags & VFIO_REGION_INFO_FLAG_READ,
		.can_write = info->flags & VFIO_REGION_INFO_FLAG_WRITE,
	};
	int ret = 0;

	if (info->flags & VFIO_REGION_INFO_FLAG_MMAP) {
		add_area(&region, 0, region.size_bytes);
		ret = read_capabilities(info, &region);
	}
	if (!ret)
		*ret_region = region;
	return ret;
}

int vfio_region_read(int device_fd, uint32_t index, struct vfio_region *ret_region)
{
	struct vfio_region_info *info = calloc(1, INFO_ROOM);
	int ret;

	if (!info)
		return -ENOMEM;
	info->argsz = INFO_ROOM;
	info->index = index;
	if (ioctl(device_fd, VFIO_DEVICE_GET_REGION_INFO, info))
		ret = -errno;
	else
		ret = info->argsz > INFO_ROOM ? -E2BIG : vfio_region_parse(info, ret_region);
	free(info);
	return ret;
}
