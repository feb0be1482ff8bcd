#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "host/memory.h"
#include "iommu/iommu.h"
#include "iommu/modes.h"

static const struct iommu_mode modes[] = {
	{ "type1", &iommu_type1_ops, IOMMU_KIND_TYPE1 },
	{ "type1v2", &iommu_type1_ops, IOMMU_KIND_TYPE1V2 },
};

#define NR_MODES (sizeof(modes) / sizeof(modes[0]))

const char *const iommu_mode_names[] = { "type1", "type1v2", NULL };

const struct iommu_mode *iommu_find_mode(const char *name)
{
	for (size_t i = 0; i < NR_MODES; i++)
		if (!strcmp(modes[i].name, name))
			return &modes[i];
	return NULL;
}

int iommu_open(const struct iommu_mode *mode, const struct pci_device *devices, size_t count,
	       struct iommu *ret_iommu, struct reason *reason)
{
	struct iommu iommu = { .mode = mode, .fd = -1, .mappings_left = IOMMU_NO_LIMIT };
	int ret = mode->ops->open(&iommu, devices, count, reason);

	if (ret) {
		iommu_close(&iommu);
		return ret;
	}
	*ret_iommu = iommu;
	return 0;
}

void iommu_close(struct iommu *iommu)
{
	if (iommu->mode)
		iommu->mode->ops->close(iommu);
	iommu->mode = NULL;
}

static void describe_ranges(const struct iommu *iommu, struct text *text)
{
	for (size_t i = 0; i < iommu->nr_ranges; i++)
		text_add(text, "%s0x%llx-0x%llx", i ? ", " : "",
			 (unsigned long long)iommu->ranges[i].start,
			 (unsigned long long)iommu->ranges[i].last);
}

int iommu_find_iova(const struct iommu *iommu, uint64_t size_bytes, uint64_t align,
		    uint64_t *ret_iova, struct reason *reason)
{
	struct text ranges = { 0 };
	char size[UNIT_TEXT];

	for (size_t i = 0; i < iommu->nr_ranges; i++) {
		const struct iommu_range *range = &iommu->ranges[i];
		uint64_t start = range->start + (align - range->start % align) % align;

		if (start >= range->start && start <= range->last &&
		    range->last - start >= size_bytes - 1) {
			*ret_iova = start;
			return 0;
		}
	}
	describe_ranges(iommu, &ranges);
	reason_set(reason, -ENOSPC, "no room for %s in the I/O addresses that there are: %s",
		   size_format(size_bytes, size), ranges.text ? ranges.text : "none");
	text_release(&ranges);
	return -ENOSPC;
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
	switch (error) {
	case -ENOSPC:
		return reason_set(
			reason, error,
			"%s has no mapping left (vfio_iommu_type1.dma_entry_limit): use a "
			"larger chunk, or raise the limit",
			iommu->mode->name);
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
