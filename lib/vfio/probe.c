#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "host/memory.h"
#include "vfio/probe.h"

#define TRIES 3 /* a fault that has another cause may fall into one */

uint64_t probe_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)(usage.ru_minflt + usage.ru_majflt);
}

static void touch_area(char *start, uint64_t size_bytes, bool write)
{
	uint64_t page_bytes = memory_page_size();

	for (uint64_t at = 0; at < size_bytes; at += page_bytes) {
		volatile uint32_t *word = (volatile uint32_t *)(start + at);

		if (write)
			*word = 0;
		else
			(void)*word;
	}
}

/* Has the kernel make all entries: by touching the window, or by mapping it for DMA. */
static int enter(const struct probe *probe)
{
	const struct bar_window *window = probe->window;

	if (probe->iommu)
		return bar_window_map_dma(window, probe->iommu, probe->iova);
	for (size_t i = 0; i < window->nr_areas; i++)
		touch_area(window->addr + window->areas[i].offset, window->areas[i].size_bytes,
			   probe->protection & PROT_WRITE);
	return 0;
}

static int cannot(const struct probe *probe, const char *what, int error, struct reason *reason)
{
	return reason_set(reason, error, "%s: %s failed: %s", probe->window->device->pci.bdf, what,
			  strerror(-error));
}

static int leave(const struct probe *probe, struct reason *reason)
{
	int ret = probe->iommu ? bar_window_unmap_dma(probe->window, probe->iommu, probe->iova) : 0;

	if (!ret)
		ret = bar_window_unmap(probe->window);
	if (!ret)
		ret = bar_window_hold(probe->window);
	return ret ? cannot(probe, "unmapping its BAR", ret, reason) : 0;
}

static int look_once(const struct probe *probe, struct probed *ret_seen, struct reason *reason)
{
	uint64_t faults, tables = entries_table_bytes();
	int ret = bar_window_map(probe->window, probe->protection);

	if (ret)
		return cannot(probe, "mapping its BAR", ret, reason);
	faults = probe_faults();
	ret = enter(probe);
	*ret_seen = (struct probed){ probe_faults() - faults, entries_table_bytes() - tables };
	if (ret)
		return iommu_explain_map(probe->iommu, ret, reason);
	return leave(probe, reason);
}

int probe_entries(const struct probe *probe, struct entries *ret_entries, struct probed *ret_seen,
		  struct reason *reason)
{
	struct entry_sizes sizes = entry_sizes_of_host();
	int ret = entries_warm_tables(probe->window);

	if (ret)
		return cannot(probe, "touching memory beside its BAR", ret, reason);
	for (int i = 0; i < TRIES; i++) {
		ret = look_once(probe, ret_seen, reason);
		if (ret)
			return ret;
		if (!entries_derive(probe->window, &sizes, ret_seen->faults, ret_seen->table_bytes,
				    ret_entries))
			return 0;
	}
	return reason_set(reason, INVALID,
			  "%s: %llu faults and %llu bytes of page tables for %llu bytes fit "
			  "no way in which kernels are known to enter them",
			  probe->window->device->pci.bdf, (unsigned long long)ret_seen->faults,
			  (unsigned long long)ret_seen->table_bytes,
			  (unsigned long long)bar_window_mapped_bytes(probe->window));
}
