#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/units.h"
#include "host/memory.h"
#include "vfio/bar.h"

/* ---- which one ---- */

const char *bar_name(const struct vfio_device *device, const struct bar *bar, char text[48])
{
	snprintf(text, 48, "BAR %u of %s", bar->index, device->pci.bdf);
	return text;
}

static int read_bar(const struct vfio_device *device, unsigned int index, struct bar *ret_bar)
{
	const struct pci_bar *pci = &device->pci.bars[index];

	*ret_bar = (struct bar){
		.index = index,
		.start = pci->start,
		.prefetchable = pci->flags & PCI_BAR_PREFETCHABLE,
	};
	return vfio_region_read(device->fd, index, &ret_bar->region);
}

static int judge(const struct vfio_device *device, const struct bar *bar, struct reason *reason)
{
	const struct vfio_region *region = &bar->region;
	char name[48], size[UNIT_TEXT];

	bar_name(device, bar, name);
	if (!region->size_bytes)
		return reason_set(reason, SKIPPED,
				  "there is no %s: the device has none there, or it is the upper "
				  "half of the one before (lspci -vs %s lists them)",
				  name, device->pci.bdf);
	if (device->pci.bars[bar->index].flags & PCI_BAR_IO)
		return reason_set(reason, SKIPPED, "%s is I/O ports, which cannot be mapped", name);
	if (!region->nr_areas)
		return reason_set(reason, SKIPPED, "%s (%s) cannot be mapped, says VFIO%s", name,
				  size_format(region->size_bytes, size),
				  region->size_bytes < memory_page_size()
					  ? ": smaller than a page, and not alone on its page"
					  : "");
	return 0;
}

static int find_largest(const struct vfio_device *device, struct bar *ret_bar,
			struct reason *reason)
{
	struct bar largest = { .region = { .size_bytes = 0 } };

	for (unsigned int i = 0; i < PCI_BARS; i++) {
		struct bar bar;
		int ret = read_bar(device, i, &bar);

		if (ret)
			return reason_set(reason, ret, "%s does not tell about BAR %u: %s",
					  device->pci.bdf, i, strerror(-ret));
		if (!judge(device, &bar, NULL) && bar.region.size_bytes > largest.region.size_bytes)
			largest = bar;
	}
	if (!largest.region.size_bytes)
		return reason_set(reason, SKIPPED, "%s has no BAR that can be mapped",
				  device->pci.bdf);
	*ret_bar = largest;
	return 0;
}

int bar_find(const struct vfio_device *device, const char *which, struct bar *ret_bar,
	     struct reason *reason)
{
	struct bar bar;
	int ret;

	if (!strcmp(which, BAR_LARGEST))
		return find_largest(device, ret_bar, reason);
	if (which[0] < '0' || which[0] >= '0' + PCI_BARS || which[1])
		return reason_set(reason, -EINVAL, "bar \"%s\", expected 0 to 5 or " BAR_LARGEST,
				  which);
	ret = read_bar(device, (unsigned int)(which[0] - '0'), &bar);
	if (ret)
		return reason_set(reason, ret, "%s does not tell about BAR %s: %s", device->pci.bdf,
				  which, strerror(-ret));
	ret = judge(device, &bar, reason);
	if (!ret)
		*ret_bar = bar;
	return ret;
}

/* ---- where it is mapped ---- */

static uint64_t round_up(uint64_t bytes)
{
	uint64_t page = memory_page_size();

	return (bytes + page - 1) / page * page;
}

/*
 * Areas as far as they lie in the span, in whole pages. The page that a BAR ends in can be mapped
 * where the kernel says that the BAR can: it has made sure that nobody else is in there.
 */
static void clip_areas(const struct vfio_region *region, struct bar_window *window)
{
	uint64_t page = memory_page_size();

	for (size_t i = 0; i < region->nr_areas; i++) {
		uint64_t start = round_up(region->areas[i].offset);
		uint64_t end = region->areas[i].offset + region->areas[i].size_bytes;

		if (end == region->size_bytes)
			end = round_up(end);
		if (end > window->size_bytes)
			end = window->size_bytes;
		end = end / page * page;
		if (start < end)
			window->areas[window->nr_areas++] =
				(struct vfio_area){ start, end - start };
	}
}

/* The first address from @from on that is @align, and no more, away from the bus address. */
static uint64_t place(uint64_t from, uint64_t bus_start, uint64_t align)
{
	uint64_t wanted = (bus_start + align) % (2 * align);

	return from + (wanted + 2 * align - from % (2 * align)) % (2 * align);
}

/* A page table's worth of addresses is left on either side: see entries.h. */
static int reserve(struct bar_window *window, uint64_t align)
{
	uint64_t margin = memory_page_size() * memory_page_size() / sizeof(uint64_t);

	window->reserved_bytes = window->size_bytes + 2 * align + 4 * margin;
	window->reservation = mmap(NULL, window->reserved_bytes, PROT_NONE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (window->reservation == MAP_FAILED) {
		window->reservation = NULL;
		return -errno;
	}
	window->addr = window->reservation + (place((uintptr_t)window->reservation + 2 * margin,
						    window->bus_start, align) -
					      (uintptr_t)window->reservation);
	return 0;
}

int bar_window_check_align(uint64_t align, struct reason *reason)
{
	char text[UNIT_TEXT];

	if (align & (align - 1))
		return reason_set(reason, SKIPPED, "an alignment of %s is no power of two",
				  size_format(align, text));
	return 0;
}

int bar_window_reserve(const struct vfio_device *device, const struct bar *bar, uint64_t size_bytes,
		       uint64_t align, struct bar_window *ret_window, struct reason *reason)
{
	struct bar_window window = {
		.device = device,
		.bus_start = bar->start,
		.fd_offset = bar->region.fd_offset,
		.size_bytes = round_up(size_bytes ? size_bytes : bar->region.size_bytes),
	};
	char name[48], want[UNIT_TEXT], have[UNIT_TEXT];
	int ret;

	bar_name(device, bar, name);
	size_format(window.size_bytes, want);
	if (window.size_bytes > round_up(bar->region.size_bytes))
		return reason_set(reason, SKIPPED, "a span of %s is larger than %s, %s", want, name,
				  size_format(bar->region.size_bytes, have));
	clip_areas(&bar->region, &window);
	if (!window.nr_areas)
		return reason_set(reason, SKIPPED,
				  "nothing in the first %s of %s can be mapped: ask for more", want,
				  name);
	ret = reserve(&window, align);
	if (ret)
		return reason_set(reason, ret, "no addresses for %s of %s: %s", want, name,
				  strerror(-ret));
	*ret_window = window;
	return 0;
}

int bar_window_map(struct bar_window *window, int protection)
{
	for (size_t i = 0; i < window->nr_areas; i++) {
		const struct vfio_area *area = &window->areas[i];

		if (mmap(window->addr + area->offset, area->size_bytes, protection,
			 MAP_SHARED | MAP_FIXED, window->device->fd,
			 (off_t)(window->fd_offset + area->offset)) == MAP_FAILED)
			return -errno;
	}
	window->mapped = true;
	return 0;
}

int bar_window_unmap(struct bar_window *window)
{
	for (size_t i = 0; i < window->nr_areas; i++)
		if (munmap(window->addr + window->areas[i].offset, window->areas[i].size_bytes))
			return -errno;
	window->mapped = false;
	return 0;
}

int bar_window_hold(struct bar_window *window)
{
	void *held = mmap(window->addr, window->size_bytes, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);

	return held == MAP_FAILED ? -errno : 0;
}

int bar_window_map_dma(const struct bar_window *window, struct iommu *iommu, uint64_t iova)
{
	int ret = 0;

	for (size_t i = 0; i < window->nr_areas && !ret; i++)
		ret = iommu_map(iommu, iova + window->areas[i].offset,
				window->addr + window->areas[i].offset, window->areas[i].size_bytes,
				IOMMU_READ | IOMMU_WRITE);
	return ret;
}

int bar_window_unmap_dma(const struct bar_window *window, struct iommu *iommu, uint64_t iova)
{
	int ret = 0;

	for (size_t i = 0; i < window->nr_areas && !ret; i++)
		ret = iommu_unmap(iommu, iova + window->areas[i].offset,
				  window->areas[i].size_bytes);
	return ret;
}

uint64_t bar_window_mapped_bytes(const struct bar_window *window)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < window->nr_areas; i++)
		sum += window->areas[i].size_bytes;
	return sum;
}

void bar_window_release(struct bar_window *window)
{
	if (window->reservation)
		munmap(window->reservation, window->reserved_bytes);
	*window = BAR_WINDOW_NONE;
}
