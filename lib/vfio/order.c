#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/file.h"
#include "base/units.h"
#include "host/hugepages.h"
#include "host/memory.h"
#include "vfio/order.h"

struct order_sizes order_host_sizes(void)
{
	uint64_t page = memory_page_size(), pmd = thp_pmd_size();

	/* A table is a page of entries of 8 bytes, on every architecture with VFIO. */
	if (!pmd)
		pmd = page * (page / sizeof(uint64_t));
	return (struct order_sizes){ { page, pmd, pmd * (page / sizeof(uint64_t)) } };
}

/* ---- where entries can lie ---- */

static const struct vfio_area *area_of(const struct bar_window *window, uint64_t offset)
{
	for (size_t i = 0; i < window->nr_areas; i++)
		if (offset - window->areas[i].offset < window->areas[i].size_bytes)
			return &window->areas[i];
	return NULL;
}

/* The aligned block around @offset: can one entry hold it? */
static bool can_hold(const struct bar_window *window, const struct vfio_area *area, uint64_t offset,
		     uint64_t bytes, uint64_t *ret_start)
{
	uint64_t base = (uintptr_t)window->addr;
	uint64_t start =
		(base + offset) / bytes * bytes - base; /* wraps below 0, and is large then */

	if (start - area->offset >= area->size_bytes ||
	    area->offset + area->size_bytes - start < bytes)
		return false;
	*ret_start = start;
	return !((window->bus_start + start) % bytes);
}

static enum order_level level_at(const struct bar_window *window, const struct order *order,
				 const struct vfio_area *area, uint64_t offset, uint64_t *ret_start)
{
	for (int level = ORDER_LEVELS - 1; level > ORDER_PTE; level--) {
		uint64_t bytes = order->sizes.bytes[level];

		if (bytes && bytes <= order->most_bytes &&
		    can_hold(window, area, offset, bytes, ret_start))
			return (enum order_level)level;
	}
	*ret_start = offset / order->sizes.bytes[ORDER_PTE] * order->sizes.bytes[ORDER_PTE];
	return ORDER_PTE;
}

uint64_t order_block(const struct bar_window *window, const struct order *order, uint64_t offset)
{
	const struct vfio_area *area = area_of(window, offset);
	uint64_t start = offset;

	if (!area)
		return offset;
	if (order->at_once)
		return area->offset;
	level_at(window, order, area, offset, &start);
	return start;
}

static void predict_area(const struct bar_window *window, const struct vfio_area *area,
			 struct order *order)
{
	uint64_t pmd = order->sizes.bytes[ORDER_PMD], offset = area->offset, start;
	uint64_t last_table = UINT64_MAX;

	while (offset < area->offset + area->size_bytes) {
		enum order_level level = level_at(window, order, area, offset, &start);
		uint64_t table = ((uintptr_t)window->addr + offset) / pmd;

		order->entries[level]++;
		if (level == ORDER_PTE && table != last_table) {
			order->table_bytes += order->sizes.bytes[ORDER_PTE];
			last_table = table;
		}
		offset = start + order->sizes.bytes[level];
	}
}

void order_predict(const struct bar_window *window, const struct order_sizes *sizes,
		   uint64_t most_bytes, bool at_once, struct order *ret_order)
{
	struct order order = { .sizes = *sizes, .most_bytes = most_bytes, .at_once = at_once };

	for (size_t i = 0; i < window->nr_areas; i++)
		predict_area(window, &window->areas[i], &order);
	for (size_t i = 0; i < ORDER_LEVELS; i++)
		order.faults += order.entries[i];
	if (at_once)
		order.faults = window->nr_areas;
	*ret_order = order;
}

/* ---- what was seen ---- */

/* Upper tables may come on top of the lowest ones: a few, never as many as those of a PMD each. */
static bool explains(const struct order *order, uint64_t faults, uint64_t table_bytes)
{
	uint64_t page = order->sizes.bytes[ORDER_PTE];
	uint64_t upper = (order->table_bytes / (page * page / sizeof(uint64_t)) + 3) * page;

	if (order->faults != faults)
		return false;
	/* Where page tables cannot be seen, faults alone decide. */
	if (!table_bytes && !order->at_once)
		return true;
	return table_bytes >= order->table_bytes && table_bytes - order->table_bytes <= upper;
}

int order_derive(const struct bar_window *window, const struct order_sizes *sizes, uint64_t faults,
		 uint64_t table_bytes, struct order *ret_order)
{
	const struct {
		enum order_level most;
		bool at_once;
	} known[] = {
		{ ORDER_PTE, true },
		{ ORDER_PTE, false },
		{ ORDER_PMD, false },
		{ ORDER_PUD, false },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct order order;

		order_predict(window, sizes, sizes->bytes[known[i].most], known[i].at_once, &order);
		if (explains(&order, faults, table_bytes)) {
			*ret_order = order;
			return 0;
		}
	}
	return -ENODATA;
}

uint64_t order_least_bytes(const struct order *order)
{
	for (size_t i = 0; i < ORDER_LEVELS; i++)
		if (order->entries[i])
			return order->sizes.bytes[i];
	return 0;
}

void order_describe(const struct order *order, char *text, size_t room)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < ORDER_LEVELS; i++) {
		char size[UNIT_TEXT];

		if (order->entries[i] && used < room)
			used += (size_t)snprintf(text + used, room - used, "%s%llu of %s",
						 used ? ", " : "",
						 (unsigned long long)order->entries[i],
						 size_format(order->sizes.bytes[i], size));
	}
}

static int touch_page(char *page)
{
	size_t bytes = memory_page_size();

	if (mmap(page, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		 0) == MAP_FAILED)
		return -errno;
	*(volatile char *)page = 1;
	return 0;
}

int order_warm_tables(const struct bar_window *window)
{
	uint64_t page = memory_page_size(), pmd = page * page / sizeof(uint64_t);
	uintptr_t start = (uintptr_t)window->addr / pmd * pmd;
	uintptr_t end = ((uintptr_t)window->addr + window->size_bytes + pmd - 1) / pmd * pmd;
	int ret = touch_page(window->addr - ((uintptr_t)window->addr - start) - page);

	return ret ? ret : touch_page(window->addr + (end - (uintptr_t)window->addr));
}

uint64_t order_table_bytes(void)
{
	char table[4096];
	uint64_t kib;

	if (file_read(table, sizeof(table), "/proc/self/status") < 0 ||
	    file_table_u64(table, "VmPTE", &kib))
		return 0;
	return kib * KIB;
}
