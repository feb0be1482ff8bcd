/*
 * leaves - counts the IOMMU's page-table leaves by size, where the kernel shows them.
 *
 * Intel's driver does, in debugfs (CONFIG_INTEL_IOMMU_DEBUGFS): a line a leaf, with a column for
 * each level down to it.
 */
#ifndef IOMMU_LEAVES_H
#define IOMMU_LEAVES_H

#include <stddef.h>
#include <stdint.h>

#define LEAVES_SIZES 3

struct leaves {
	struct {
		uint64_t page_bytes, count;
	} sizes[LEAVES_SIZES]; /* 4 KiB, 2 MiB, 1 GiB */
	size_t seen; /* leaves in all; 0: the kernel does not tell */
};

/* Counts the leaves of what is mapped for a device now. */
void leaves_read(const char *bdf, struct leaves *ret_leaves);

#endif
