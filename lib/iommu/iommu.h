/*
 * iommu - maps memory for devices, by one interface over the kernel's several.
 *
 * A struct iommu is one I/O address space: a VFIO container with the groups that were put into
 * it, or an iommufd address space with the devices attached to it. Two trials never share one,
 * since each has a process of its own.
 *
 *   type1, type1v2                VFIO's container and its own IOMMU driver
 *   iommufd-compat-type1, …       iommufd in the container's place, asked in VFIO's words
 *   iommufd                       iommufd as it is, devices by their character device
 *
 * The two versions of type1 differ in whether part of a mapping may be unmapped. VFIO itself splits
 * none any more; iommufd does for type1, and so gives it 4 KiB leaves only.
 */
#ifndef IOMMU_IOMMU_H
#define IOMMU_IOMMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "mem/region.h"
#include "pci/device.h"

#define IOMMU_MAX_RANGES 32
#define IOMMU_MAX_GROUPS 64
#define IOMMU_NO_LIMIT UINT64_MAX

enum { IOMMU_READ = 1 << 0, IOMMU_WRITE = 1 << 1 };

/*
 * The methods of mapping: by address; by file, of a memfd; as a copy of what is mapped already,
 * which pins nothing.
 */
enum iommu_method { IOMMU_MAP, IOMMU_MAP_FILE, IOMMU_COPY, IOMMU_METHODS };

/* Their names, ending with NULL: the choices of the parameter "how". */
extern const char *const iommu_method_names[];

/* What iommufd lets its user choose; zeroed: the kernel's defaults. */
struct iommu_options {
	bool small_pages; /* no IOMMU leaf is larger than the page size */
	bool count_by_process; /* locked memory, not by user */
};

/* Choices of the parameters "leaves" and "accounting", ending with NULL: the first one is false. */
extern const char *const iommu_leaf_names[], *const iommu_accounting_names[];

struct iommu;

typedef int (*iommu_map_function)(struct iommu *iommu, uint64_t iova, void *addr,
				  uint64_t size_bytes, unsigned int access);

/*
 * One of the kernel's interfaces. Functions return 0 or -errno and allocate nothing: map, unmap
 * and unmap_all are called between two clock reads.
 */
struct iommu_ops {
	/*
	 * Makes an address space for the devices. Where the mode attaches a device by opening it,
	 * none is in the address space yet.
	 */
	int (*open)(struct iommu *iommu, const struct pci_device *devices, size_t count,
		    struct reason *reason);
	/* Reads what can be mapped, once devices are in it. */
	int (*read_info)(struct iommu *iommu, struct reason *reason);
	iommu_map_function map[IOMMU_METHODS]; /* NULL: it has no such method */
	/* 0, or SKIPPED: this kernel lacks one of those. NULL: none is ever lacking. */
	int (*check_method)(const struct iommu *iommu, enum iommu_method method,
			    struct reason *reason);
	/* -ENODATA where the kernel says that it unmapped another size. */
	int (*unmap)(struct iommu *iommu, uint64_t iova, uint64_t size_bytes);
	int (*unmap_all)(struct iommu *iommu);
	/* Opens one of the devices, which the kernel resets first where it can: a descriptor. */
	int (*open_device)(struct iommu *iommu, const struct pci_device *device);
	void (*close)(struct iommu *iommu); /* takes a half-open one; benchmarks may time it */
};

/* A row of the table of modes: what configs call it, how it is reached, and what it can do. */
struct iommu_mode {
	const char *name;
	const struct iommu_ops *ops;
	const char *path; /* what is opened: VFIO's container, or /dev/iommu */
	int (*explain_open)(int error, struct reason *reason); /* why that failed; the outcome */
	unsigned long type; /* what VFIO_SET_IOMMU asks a container for */
	bool has_cdevs; /* devices are opened by their character device, not through a group */
	bool attaches_by_opening; /* nothing is pinned before a device of it is open */
	bool has_entry_limit; /* vfio_iommu_type1.dma_entry_limit counts its mappings */
	bool has_options; /* struct iommu_options may be other than zero */
	bool maps_bars; /* not only memory, but devices' BARs, too */
	bool splits; /* part of a mapping can be unmapped */
	bool has_dirty_log; /* VFIO_IOMMU_DIRTY_PAGES */
};

struct iommu_range {
	uint64_t start, last;
};

struct iommu {
	const struct iommu_mode *mode;
	iommu_map_function map; /* one of the mode's */
	struct iommu_options options;
	int fd; /* of the container, or of /dev/iommu */
	uint32_t ioas; /* iommufd's number of the address space */
	int groups[IOMMU_MAX_GROUPS]; /* descriptors */
	int group_numbers[IOMMU_MAX_GROUPS];
	size_t nr_groups;
	/* Devices that are open for as long as this is, where that is what attaches them. */
	int devices[IOMMU_MAX_GROUPS];
	char device_names[IOMMU_MAX_GROUPS][PCI_BDF];
	size_t nr_devices;
	/* What IOMMU_MAP_FILE and IOMMU_COPY map: memory, where it is in its file and mapped. */
	struct {
		char *addr;
		int fd;
		uint64_t iova;
	} source;
	uint64_t page_sizes; /* bit n: the IOMMU can map 2^n bytes at once */
	struct iommu_range ranges[IOMMU_MAX_RANGES];
	size_t nr_ranges;
	uint64_t mappings_left; /* IOMMU_NO_LIMIT where the kernel sets none */
	bool can_unmap_all;
};

/*
 * Opens an address space with all @devices in it. Explains EPERM, EBUSY, ENOENT and the rest
 * with the way out; SKIPPED where the kernel does not have the mode. On failure there is nothing
 * to close.
 */
int iommu_open(const struct iommu_mode *mode, const struct pci_device *devices, size_t count,
	       struct iommu *ret_iommu, struct reason *reason);

/* Opens an address space with @options: SKIPPED where the mode has no such choice. */
int iommu_open_with(const struct iommu_mode *mode, const struct iommu_options *options,
		    const struct pci_device *devices, size_t count, struct iommu *ret_iommu,
		    struct reason *reason);

/*
 * Opens an address space as iommu_open() does, but leaves devices closed where a mode attaches them
 * by opening: each is in it for as long as a descriptor of iommu_open_device() is open.
 */
int iommu_prepare(const struct iommu_mode *mode, const struct pci_device *devices, size_t count,
		  struct iommu *ret_iommu, struct reason *reason);

/*
 * Makes iommu_map() map parts of @region by @method from here on. For IOMMU_COPY, maps all of
 * @region once, at @source_iova. SKIPPED where mode, kernel or memory has no such method.
 */
int iommu_choose_method(struct iommu *iommu, enum iommu_method method, const struct region *region,
			uint64_t source_iova, struct reason *reason);

/* Opens the file behind a mode: a descriptor, or -errno. */
int iommu_open_path(const struct iommu_mode *mode);

/* For an interface's open(): opens the file behind the mode, and explains where it cannot. */
int iommu_open_file(struct iommu *iommu, struct reason *reason);

/* Closes all that is open. Takes one that is closed already. */
void iommu_close(struct iommu *iommu);

static inline int iommu_map(struct iommu *iommu, uint64_t iova, void *addr, uint64_t size_bytes,
			    unsigned int access)
{
	return iommu->map(iommu, iova, addr, size_bytes, access);
}

static inline int iommu_unmap(struct iommu *iommu, uint64_t iova, uint64_t size_bytes)
{
	return iommu->mode->ops->unmap(iommu, iova, size_bytes);
}

static inline int iommu_unmap_all(struct iommu *iommu)
{
	return iommu->mode->ops->unmap_all(iommu);
}

/* Opens one of the devices: a descriptor, which the caller closes; or -errno. */
int iommu_open_device(struct iommu *iommu, const struct pci_device *device);

/* Finds the first aligned I/O address at which @size_bytes fit; -ENOSPC with the valid ranges. */
int iommu_find_iova(const struct iommu *iommu, uint64_t size_bytes, uint64_t align,
		    uint64_t *ret_iova, struct reason *reason);

/* Finds the first such address that is not below @*iova, and sets it to that. */
int iommu_next_iova(const struct iommu *iommu, uint64_t size_bytes, uint64_t align, uint64_t *iova,
		    struct reason *reason);

/* 0, or SKIPPED with both figures: more mappings are planned than the kernel allows. */
int iommu_check_mappings(const struct iommu *iommu, uint64_t planned, struct reason *reason);

/* Checks the same before a container is open, by what the module allows to each. */
int iommu_check_entries(const struct iommu_mode *mode, uint64_t planned, struct reason *reason);

/* 0, or SKIPPED with the reason: the mode does not map BARs. */
int iommu_check_bars(const struct iommu_mode *mode, struct reason *reason);

/* Explain what an error of iommu_map() or of an unmap means and the way out. Return @error. */
int iommu_explain_map(const struct iommu *iommu, int error, struct reason *reason);
int iommu_explain_unmap(const struct iommu *iommu, int error, struct reason *reason);

#endif
