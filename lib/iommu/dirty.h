/*
 * dirty - asks VFIO's container which pages of mapped memory its devices may have written.
 *
 * A VMM asks while it migrates a guest with devices: it starts the tracking, reads a bitmap of all that
 * is mapped, over and over, and unmaps with a last bitmap. A container whose devices do not tell what
 * they write reports every page that they may write.
 */
#ifndef IOMMU_DIRTY_H
#define IOMMU_DIRTY_H

#include <stdint.h>

#include "base/reason.h"
#include "iommu/iommu.h"

/* 0, or SKIPPED with the reason: the mode, or this kernel, has no such tracking. */
int dirty_possible(const struct iommu *iommu, struct reason *reason);

/*
 * Returns how many bytes a bitmap of @size_bytes takes: a bit for each of the IOMMU's smallest pages, in
 * words of 8 bytes.
 */
uint64_t dirty_bitmap_bytes(const struct iommu *iommu, uint64_t size_bytes);

/* Begins and ends the tracking of all that is mapped. 0 or -errno. */
int dirty_start(const struct iommu *iommu);
int dirty_stop(const struct iommu *iommu);

/* Reads the bitmap of one mapping, or of several that follow each other. 0 or -errno. */
int dirty_read(const struct iommu *iommu, uint64_t iova, uint64_t size_bytes, uint64_t *bitmap);

/* Unmaps it and reads its bitmap with the same call. 0, -errno, or -ENODATA as iommu_unmap(). */
int dirty_unmap(const struct iommu *iommu, uint64_t iova, uint64_t size_bytes, uint64_t *bitmap);

/* Counts the pages that the bitmap of @size_bytes reports. */
uint64_t dirty_count(const struct iommu *iommu, const uint64_t *bitmap, uint64_t size_bytes);

#endif
