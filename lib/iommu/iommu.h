/*
 * iommu - mapping memory for devices, behind one interface over the kernel's several.
 *
 * A struct iommu is one I/O address space: a VFIO container with the groups that were put into
 * it. Two trials never share one, since each has a process of its own.
 */
#ifndef IOMMU_IOMMU_H
#define IOMMU_IOMMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "pci/device.h"

#define IOMMU_MAX_RANGES 32
#define IOMMU_MAX_GROUPS 64
#define IOMMU_NO_LIMIT UINT64_MAX

enum { IOMMU_READ = 1 << 0, IOMMU_WRITE = 1 << 1 };

struct iommu;

/*
 * One of the kernel's interfaces. Functions return 0 or -errno and allocate nothing: map, unmap
 * and unmap_all are called between two clock reads.
 */
struct iommu_ops {
	int (*open)(struct iommu *iommu, const struct pci_device *devices, size_t count,
		    struct reason *reason);
	int (*map)(struct iommu *iommu, uint64_t iova, void *addr, uint64_t size_bytes,
		   unsigned int access);
	/* -ENODATA where the kernel says that it unmapped another size. */
	int (*unmap)(struct iommu *iommu, uint64_t iova, uint64_t size_bytes);
	int (*unmap_all)(struct iommu *iommu);
	/* The descriptor of one of the devices in it, which the kernel resets first where it can. */
	int (*open_device)(struct iommu *iommu, const struct pci_device *device);
	void (*close)(struct iommu *iommu); /* takes a half-open one; may be timed itself */
};

/* A row of the table of modes: what configs call it, and how it is reached. */
struct iommu_mode {
	const char *name;
	const struct iommu_ops *ops;
	unsigned int kind; /* the backend's own number for it */
};

struct iommu_range {
	uint64_t start, last;
};

struct iommu {
	const struct iommu_mode *mode;
	int fd;
	int groups[IOMMU_MAX_GROUPS]; /* descriptors */
	int group_numbers[IOMMU_MAX_GROUPS];
	size_t nr_groups;
	uint64_t page_sizes; /* bit n: the IOMMU can map 2^n bytes at once */
	struct iommu_range ranges[IOMMU_MAX_RANGES];
	size_t nr_ranges;
	uint64_t mappings_left; /* IOMMU_NO_LIMIT where the kernel sets none */
	bool can_unmap_all;
};

/* Names of all modes, ending with NULL: the choices of the parameter "iommu". */
extern const char *const iommu_mode_names[];

const struct iommu_mode *iommu_find_mode(const char *name);

/*
 * Opens an address space with all @devices in it. Explains EPERM, EBUSY, ENOENT and the rest
 * with the way out. On failure there is nothing to close.
 */
int iommu_open(const struct iommu_mode *mode, const struct pci_device *devices, size_t count,
	       struct iommu *ret_iommu, struct reason *reason);

/* For struct iommu that is closed already, nothing is done. */
void iommu_close(struct iommu *iommu);

static inline int iommu_map(struct iommu *iommu, uint64_t iova, void *addr, uint64_t size_bytes,
			    unsigned int access)
{
	return iommu->mode->ops->map(iommu, iova, addr, size_bytes, access);
}

static inline int iommu_unmap(struct iommu *iommu, uint64_t iova, uint64_t size_bytes)
{
	return iommu->mode->ops->unmap(iommu, iova, size_bytes);
}

static inline int iommu_unmap_all(struct iommu *iommu)
{
	return iommu->mode->ops->unmap_all(iommu);
}

static inline int iommu_open_device(struct iommu *iommu, const struct pci_device *device)
{
	return iommu->mode->ops->open_device(iommu, device);
}

/* The first I/O address at which @size_bytes fit, aligned; -ENOSPC with the ranges there are. */
int iommu_find_iova(const struct iommu *iommu, uint64_t size_bytes, uint64_t align,
		    uint64_t *ret_iova, struct reason *reason);

/* 0, or SKIPPED with both figures: more mappings are planned than the kernel allows. */
int iommu_check_mappings(const struct iommu *iommu, uint64_t planned, struct reason *reason);

/* What an error of iommu_map() or of an unmap means and what to do about it. Return @error. */
int iommu_explain_map(const struct iommu *iommu, int error, struct reason *reason);
int iommu_explain_unmap(const struct iommu *iommu, int error, struct reason *reason);

#endif
