#include <errno.h>
#include <linux/vfio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "iommu/dirty.h"

#define BITS 64

/* A request, and in `data` of its head what goes with it. */
union read_request {
	struct vfio_iommu_type1_dirty_bitmap head;
	uint64_t room[(sizeof(struct vfio_iommu_type1_dirty_bitmap) +
		       sizeof(struct vfio_iommu_type1_dirty_bitmap_get)) /
		      sizeof(uint64_t)];
};

union unmap_request {
	struct vfio_iommu_type1_dma_unmap head;
	uint64_t room[(sizeof(struct vfio_iommu_type1_dma_unmap) + sizeof(struct vfio_bitmap)) /
		      sizeof(uint64_t)];
};

/* VFIO counts in the smallest pages that the IOMMU has, and in no other. */
static uint64_t page_bytes(const struct iommu *iommu)
{
	return iommu->page_sizes & -iommu->page_sizes;
}

static uint64_t words_of(const struct iommu *iommu, uint64_t size_bytes)
{
	return (size_bytes / page_bytes(iommu) + BITS - 1) / BITS;
}

uint64_t dirty_bitmap_bytes(const struct iommu *iommu, uint64_t size_bytes)
{
	return words_of(iommu, size_bytes) * sizeof(uint64_t);
}

static struct vfio_bitmap describe(const struct iommu *iommu, uint64_t size_bytes, uint64_t *bitmap)
{
	return (struct vfio_bitmap){
		.pgsize = page_bytes(iommu),
		.size = dirty_bitmap_bytes(iommu, size_bytes),
		.data = (__u64 *)bitmap,
	};
}

static int control(const struct iommu *iommu, uint32_t flag)
{
	struct vfio_iommu_type1_dirty_bitmap request = { .argsz = sizeof(request), .flags = flag };

	return ioctl(iommu->fd, VFIO_IOMMU_DIRTY_PAGES, &request) ? -errno : 0;
}

int dirty_start(const struct iommu *iommu)
{
	return control(iommu, VFIO_IOMMU_DIRTY_PAGES_FLAG_START);
}

int dirty_stop(const struct iommu *iommu)
{
	return control(iommu, VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP);
}

int dirty_possible(const struct iommu *iommu, struct reason *reason)
{
	int ret;

	if (!iommu->mode->has_dirty_log)
		return reason_set(
			reason, SKIPPED,
			"iommu=%s tracks no dirty pages: VFIO's container does as type1v2 only",
			iommu->mode->name);
	ret = dirty_stop(iommu); /* harmless where nothing was started */
	if (ret == -ENOTTY || ret == -EINVAL)
		return reason_set(reason, SKIPPED,
				  "this kernel's VFIO tracks no dirty pages (5.8 and later do)");
	return ret;
}

int dirty_read(const struct iommu *iommu, uint64_t iova, uint64_t size_bytes, uint64_t *bitmap)
{
	union read_request request = { .head = { .argsz = sizeof(request),
						 .flags =
							 VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP } };
	const struct vfio_iommu_type1_dirty_bitmap_get get = {
		.iova = iova, .size = size_bytes, .bitmap = describe(iommu, size_bytes, bitmap)
	};

	memcpy(request.head.data, &get, sizeof(get));
	return ioctl(iommu->fd, VFIO_IOMMU_DIRTY_PAGES, &request) ? -errno : 0;
}

int dirty_unmap(const struct iommu *iommu, uint64_t iova, uint64_t size_bytes, uint64_t *bitmap)
{
	union unmap_request request = { .head = { .argsz = sizeof(request),
						  .flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP,
						  .iova = iova,
						  .size = size_bytes } };
	const struct vfio_bitmap description = describe(iommu, size_bytes, bitmap);

	memcpy(request.head.data, &description, sizeof(description));
	if (ioctl(iommu->fd, VFIO_IOMMU_UNMAP_DMA, &request))
		return -errno;
	return request.head.size == size_bytes ? 0 : -ENODATA;
}

uint64_t dirty_count(const struct iommu *iommu, const uint64_t *bitmap, uint64_t size_bytes)
{
	uint64_t count = 0;

	for (uint64_t i = 0; i < words_of(iommu, size_bytes); i++)
		count += (uint64_t)__builtin_popcountll(bitmap[i]);
	return count;
}
