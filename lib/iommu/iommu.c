#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/units.h"
#include "host/memory.h"
#include "iommu/iommu.h"
#include "pci/usage.h"

const char *const iommu_method_names[] = {
	[IOMMU_MAP] = "map",
	[IOMMU_MAP_FILE] = "map-file",
	[IOMMU_COPY] = "copy",
	[IOMMU_METHODS] = NULL,
};

const char *const iommu_leaf_names[] = { "any", "small", NULL };
const char *const iommu_accounting_names[] = { "user", "process", NULL };

/* ---- open and close ---- */

int iommu_open_path(const struct iommu_mode *mode)
{
	int fd = open(mode->path, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int iommu_open_file(struct iommu *iommu, struct reason *reason)
{
	int fd = iommu_open_path(iommu->mode);

	if (fd < 0)
		return iommu->mode->explain_open(fd, reason);
	iommu->fd = fd;
	return 0;
}

static int check_options(const struct iommu_mode *mode, const struct iommu_options *options,
			 struct reason *reason)
{
	if (mode->has_options || (!options->small_pages && !options->count_by_process))
		return 0;
	return reason_set(reason, SKIPPED,
			  "%s has no choice of leaves or accounting: iommu=iommufd has",
			  mode->name);
}

static int prepare(const struct iommu_mode *mode, const struct iommu_options *options,
		   const struct pci_device *devices, size_t count, struct iommu *ret_iommu,
		   struct reason *reason)
{
	struct iommu iommu = {
		.mode = mode,
		.map = mode->ops->map[IOMMU_MAP],
		.options = *options,
		.fd = -1,
		.mappings_left = IOMMU_NO_LIMIT,
	};
	int ret = check_options(mode, options, reason);

	if (!ret)
		ret = mode->ops->open(&iommu, devices, count, reason);
	if (!ret && !mode->attaches_by_opening)
		ret = mode->ops->read_info(&iommu, reason);
	if (ret) {
		iommu_close(&iommu);
		return ret;
	}
	*ret_iommu = iommu;
	return 0;
}

static int explain_attach(const struct iommu *iommu, const struct pci_device *device, int error,
			  struct reason *reason)
{
	int holder = error == -EBUSY ? usage_holder(device) : 0;
	char by[48] = "by somebody";

	if (holder)
		snprintf(by, sizeof(by), "by process %d", holder);
	switch (error) {
	case -EBUSY:
		return reason_set(reason, error,
				  "%s is in use %s: a device opens once, and in one mode at a time",
				  device->bdf, by);
	case -EPERM:
		return reason_set(
			reason, error,
			"iommufd refuses %s: the platform has no interrupt remapping (switch it on "
			"in the firmware, or load iommufd with allow_unsafe_interrupts=1)",
			device->bdf);
	}
	return reason_set(reason, error, "%s cannot be attached by %s: %s%s", device->bdf,
			  iommu->mode->name, strerror(-error),
			  error == -EACCES ? ": run as root" : "");
}

static int attach(struct iommu *iommu, const struct pci_device *device, struct reason *reason)
{
	int fd;

	if (iommu->nr_devices == IOMMU_MAX_GROUPS)
		return reason_set(reason, -E2BIG, "more than %d devices", IOMMU_MAX_GROUPS);
	fd = iommu->mode->ops->open_device(iommu, device);
	if (fd < 0)
		return explain_attach(iommu, device, fd, reason);
	memcpy(iommu->device_names[iommu->nr_devices], device->bdf, PCI_BDF);
	iommu->devices[iommu->nr_devices++] = fd;
	return 0;
}

int iommu_open_with(const struct iommu_mode *mode, const struct iommu_options *options,
		    const struct pci_device *devices, size_t count, struct iommu *ret_iommu,
		    struct reason *reason)
{
	struct iommu iommu;
	int ret = prepare(mode, options, devices, count, &iommu, reason);

	if (ret)
		return ret;
	if (mode->attaches_by_opening) {
		for (size_t i = 0; i < count && !ret; i++)
			ret = attach(&iommu, &devices[i], reason);
		if (!ret)
			ret = mode->ops->read_info(&iommu, reason);
	}
	if (ret) {
		iommu_close(&iommu);
		return ret;
	}
	*ret_iommu = iommu;
	return 0;
}

int iommu_open(const struct iommu_mode *mode, const struct pci_device *devices, size_t count,
	       struct iommu *ret_iommu, struct reason *reason)
{
	const struct iommu_options as_it_comes = { 0 };

	return iommu_open_with(mode, &as_it_comes, devices, count, ret_iommu, reason);
}

int iommu_prepare(const struct iommu_mode *mode, const struct pci_device *devices, size_t count,
		  struct iommu *ret_iommu, struct reason *reason)
{
	const struct iommu_options as_it_comes = { 0 };

	return prepare(mode, &as_it_comes, devices, count, ret_iommu, reason);
}

int iommu_open_device(struct iommu *iommu, const struct pci_device *device)
{
	for (size_t i = 0; i < iommu->nr_devices; i++) {
		int fd;

		if (strcmp(iommu->device_names[i], device->bdf))
			continue;
		fd = fcntl(iommu->devices[i], F_DUPFD_CLOEXEC, 0);
		return fd < 0 ? -errno : fd;
	}
	return iommu->mode->ops->open_device(iommu, device);
}

void iommu_close(struct iommu *iommu)
{
	if (!iommu->mode)
		return;
	while (iommu->nr_devices)
		close(iommu->devices[--iommu->nr_devices]);
	iommu->mode->ops->close(iommu);
	iommu->mode = NULL;
}

/* ---- ways of mapping ---- */

static int check_method(const struct iommu *iommu, enum iommu_method method,
			const struct region *region, struct reason *reason)
{
	if (!iommu->mode->ops->map[method])
		return reason_set(reason, SKIPPED, "%s has no how=%s: iommu=iommufd has",
				  iommu->mode->name, iommu_method_names[method]);
	if (method == IOMMU_MAP_FILE && region->memfd < 0)
		return reason_set(reason, SKIPPED,
				  "how=map-file maps a memfd, and backing=%s is none (memfd, "
				  "memfd-hugetlb-2m)",
				  region->backing.name);
	return 0;
}

int iommu_choose_method(struct iommu *iommu, enum iommu_method method, const struct region *region,
			uint64_t source_iova, struct reason *reason)
{
	int ret = check_method(iommu, method, region, reason);

	if (ret)
		return ret;
	ret = iommu->mode->ops->check_method ? iommu->mode->ops->check_method(iommu, method, reason)
					     : 0;
	if (ret)
		return ret;
	iommu->map = iommu->mode->ops->map[method];
	iommu->source.addr = region->addr;
	iommu->source.fd = region->memfd;
	iommu->source.iova = source_iova;
	if (method != IOMMU_COPY)
		return 0;
	ret = iommu->mode->ops->map[IOMMU_MAP](iommu, source_iova, region->addr, region->size_bytes,
					       IOMMU_READ | IOMMU_WRITE);
	return ret ? iommu_explain_map(iommu, ret, reason) : 0;
}

int iommu_check_bars(const struct iommu_mode *mode, struct reason *reason)
{
	if (mode->maps_bars)
		return 0;
	return reason_set(reason, SKIPPED,
			  "%s maps memory only: the kernel refuses BARs there (type1 and type1v2 "
			  "map them)",
			  mode->name);
}

/* ---- I/O addresses ---- */

static void describe_ranges(const struct iommu *iommu, struct text *text)
{
	for (size_t i = 0; i < iommu->nr_ranges; i++)
		text_add(text, "%s0x%llx-0x%llx", i ? ", " : "",
			 (unsigned long long)iommu->ranges[i].start,
			 (unsigned long long)iommu->ranges[i].last);
}

static int explain_no_room(const struct iommu *iommu, uint64_t size_bytes, uint64_t least,
			   struct reason *reason)
{
	struct text ranges = { 0 };
	char size[UNIT_TEXT], from[48] = "";

	describe_ranges(iommu, &ranges);
	if (least)
		snprintf(from, sizeof(from), " from 0x%llx on", (unsigned long long)least);
	reason_set(reason, -ENOSPC, "no room for %s%s in the I/O addresses that there are: %s",
		   size_format(size_bytes, size), from, ranges.text ? ranges.text : "none");
	text_release(&ranges);
	return -ENOSPC;
}

int iommu_next_iova(const struct iommu *iommu, uint64_t size_bytes, uint64_t align, uint64_t *iova,
		    struct reason *reason)
{
	for (size_t i = 0; i < iommu->nr_ranges; i++) {
		const struct iommu_range *range = &iommu->ranges[i];
		uint64_t least = range->start > *iova ? range->start : *iova;
		uint64_t start = least + (align - least % align) % align;

		if (start >= least && start <= range->last &&
		    range->last - start >= size_bytes - 1) {
			*iova = start;
			return 0;
		}
	}
	return explain_no_room(iommu, size_bytes, *iova, reason);
}

int iommu_find_iova(const struct iommu *iommu, uint64_t size_bytes, uint64_t align,
		    uint64_t *ret_iova, struct reason *reason)
{
	uint64_t iova = 0;
	int ret = iommu_next_iova(iommu, size_bytes, align, &iova, reason);

	if (!ret)
		*ret_iova = iova;
	return ret;
}

int iommu_check_mappings(const struct iommu *iommu, uint64_t planned, struct reason *reason)
{
	if (planned <= iommu->mappings_left)
		return 0;
	return reason_set(reason, SKIPPED,
			  "needs %llu mappings at a time, %s allows %llu more: use a larger chunk, "
			  "or raise vfio_iommu_type1.dma_entry_limit",
			  (unsigned long long)planned, iommu->mode->name,
			  (unsigned long long)iommu->mappings_left);
}

int iommu_check_entries(const struct iommu_mode *mode, uint64_t planned, struct reason *reason)
{
	uint64_t limit;

	if (!mode->has_entry_limit ||
	    file_read_u64(&limit, "/sys/module/vfio_iommu_type1/parameters/dma_entry_limit") ||
	    planned <= limit)
		return 0;
	return reason_set(reason, SKIPPED,
			  "needs %llu mappings at a time, %s allows %llu a container: use a larger "
			  "chunk or more containers, or raise vfio_iommu_type1.dma_entry_limit",
			  (unsigned long long)planned, mode->name, (unsigned long long)limit);
}

static int explain_no_memory(int error, struct reason *reason)
{
	uint64_t limit = memory_lock_limit();
	char size[UNIT_TEXT];

	if (limit == UINT64_MAX)
		return reason_set(reason, error,
				  "the kernel ran out of memory while it pinned and mapped");
	return reason_set(reason, error,
			  "the kernel may not pin that much: this process may lock %s (ulimit -l "
			  "unlimited, or run as root)",
			  size_format(limit, size));
}

static int explain_refused(const struct iommu *iommu, int error, struct reason *reason)
{
	uint64_t least = iommu->page_sizes & -iommu->page_sizes;
	struct text ranges = { 0 };
	char page[UNIT_TEXT];

	describe_ranges(iommu, &ranges);
	reason_set(reason, error,
		   "%s refuses the addresses: they must be multiples of %s and in %s",
		   iommu->mode->name, size_format(least, page), ranges.text ? ranges.text : "none");
	text_release(&ranges);
	return error;
}

int iommu_explain_map(const struct iommu *iommu, int error, struct reason *reason)
{
	if (error == -ENOSPC && iommu->mode->has_entry_limit)
		return reason_set(
			reason, error,
			"%s has no mapping left (vfio_iommu_type1.dma_entry_limit): use a "
			"larger chunk, or raise the limit",
			iommu->mode->name);
	switch (error) {
	case -ENOMEM:
		return explain_no_memory(error, reason);
	case -EINVAL:
		return explain_refused(iommu, error, reason);
	case -EEXIST:
		return reason_set(reason, error, "the I/O addresses are mapped already");
	case -EFAULT:
		return reason_set(reason, error, "the memory cannot be pinned");
	}
	return reason_set(reason, error, "%s: mapping failed: %s", iommu->mode->name,
			  strerror(-error));
}

int iommu_explain_unmap(const struct iommu *iommu, int error, struct reason *reason)
{
	if (error == -ENODATA)
		return reason_set(reason, error,
				  "%s unmapped another size than was mapped: the time is that of "
				  "something else",
				  iommu->mode->name);
	return reason_set(reason, error, "%s: unmapping failed: %s", iommu->mode->name,
			  strerror(-error));
}
