#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "host/memory.h"
#include "vfio/guest_device.h"

static int map_bar(struct guest_device *guest, const struct bar *bar, uint64_t align,
		   struct reason *reason)
{
	struct bar_window *window = &guest->windows[guest->nr_windows];
	int ret = bar_window_reserve(&guest->device, bar, 0, align, window, reason);

	if (ret)
		return ret;
	guest->nr_windows++;
	ret = bar_window_map(window, PROT_READ | PROT_WRITE);
	if (ret)
		return reason_set(reason, ret, "%s: BAR %u: mmap failed: %s", guest->device.pci.bdf,
				  bar->index, strerror(-ret));
	return 0;
}

int guest_device_map_bars(struct guest_device *guest, uint64_t align, struct reason *reason)
{
	for (unsigned int i = 0; i < PCI_BARS; i++) {
		char which[2] = { (char)('0' + i), '\0' };
		struct reason why = { "" };
		struct bar bar;
		int ret = bar_find(&guest->device, which, &bar, &why);

		if (ret == SKIPPED || (!ret && bar.region.size_bytes % memory_page_size()))
			continue;
		if (!ret)
			ret = map_bar(guest, &bar, align, &why);
		if (ret)
			return reason_set(reason, ret == SKIPPED ? -ENODEV : ret, "%s", why.text);
	}
	return 0;
}

int guest_device_map_dma(const struct guest_device *guest, struct iommu *iommu, uint64_t *iova)
{
	for (size_t i = 0; i < guest->nr_windows; i++) {
		uint64_t size = guest->windows[i].size_bytes;
		uint64_t start = (*iova + size - 1) / size * size;
		int ret = bar_window_map_dma(&guest->windows[i], iommu, start);

		if (ret)
			return ret;
		*iova = start + size;
	}
	return 0;
}

void guest_device_close(struct guest_device *guest)
{
	for (size_t i = 0; i < guest->nr_windows; i++)
		bar_window_release(&guest->windows[i]);
	guest->nr_windows = 0;
	vfio_device_close(&guest->device);
}
