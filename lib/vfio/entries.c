#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/file.h"
#include "base/units.h"
#include "host/hugepages.h"
#include "host/memory.h"
#include "vfio/entries.h"

#define TABLES_ABOVE_PUDS 2 /* of PUD entries, and of what stands above where there are 5 levels */

struct entry_sizes entry_sizes_of_host(void)
{
	uint64_t page = memory_page_size(), pmd = thp_pmd_size();

	/* A table is a page of entries of 8 bytes, on every architecture with VFIO. */
	if (!pmd)
		pmd = page * (page / sizeof(uint64_t));
	return (struct entry_sizes){ { page, pmd, pmd * (page / sizeof(uint64_t)) } };
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

static enum entry_level level_at(const struct bar_window *window, const struct entries *entries,
				 const struct vfio_area *area, uint64_t offset, uint64_t *ret_start)
{
	for (int level = ENTRY_LEVELS - 1; level > ENTRY_PTE; level--) {
		uint64_t bytes = entries->sizes.bytes[level];

		if (bytes && bytes <= entries->most_bytes &&
		    can_hold(window, area, offset, bytes, ret_start))
			return (enum entry_level)level;
	}
	*ret_start = offset / entries->sizes.bytes[ENTRY_PTE] * entries->sizes.bytes[ENTRY_PTE];
	return ENTRY_PTE;
}

uint64_t entries_block(const struct bar_window *window, const struct entries *entries,
		       uint64_t offset)
{
	const struct vfio_area *area = area_of(window, offset);
	uint64_t start = offset;

	if (!area)
		return offset;
	if (entries->at_once)
		return area->offset;
	level_at(window, entries, area, offset, &start);
	return start;
}

/* A table of PMD entries for each PUD that the window touches, and one each above them. */
static uint64_t predict_upper(const struct bar_window *window, const struct entry_sizes *sizes)
{
	uint64_t pud = sizes->bytes[ENTRY_PUD], start = (uintptr_t)window->addr;
	uint64_t puds = (start + window->size_bytes - 1) / pud - start / pud + 1;

	return (puds + TABLES_ABOVE_PUDS) * sizes->bytes[ENTRY_PTE];
}

static void predict_area(const struct bar_window *window, const struct vfio_area *area,
			 struct entries *entries)
{
	uint64_t pmd = entries->sizes.bytes[ENTRY_PMD], offset = area->offset, start;
	uint64_t last_table = UINT64_MAX;

	while (offset < area->offset + area->size_bytes) {
		enum entry_level level = level_at(window, entries, area, offset, &start);
		uint64_t table = ((uintptr_t)window->addr + offset) / pmd;

		entries->counts[level]++;
		if (level == ENTRY_PTE && table != last_table) {
			entries->table_bytes += entries->sizes.bytes[ENTRY_PTE];
			last_table = table;
		}
		offset = start + entries->sizes.bytes[level];
	}
}

void entries_predict(const struct bar_window *window, const struct entry_sizes *sizes,
		     uint64_t most_bytes, bool at_once, struct entries *ret_entries)
{
	struct entries entries = { .sizes = *sizes,
				   .most_bytes = most_bytes,
				   .at_once = at_once,
				   .upper_bytes = predict_upper(window, sizes) };

	for (size_t i = 0; i < window->nr_areas; i++)
		predict_area(window, &window->areas[i], &entries);
	for (size_t i = 0; i < ENTRY_LEVELS; i++)
		entries.faults += entries.counts[i];
	if (at_once)
		entries.faults = window->nr_areas;
	*ret_entries = entries;
}

/* ---- what was seen ---- */

static bool explains(const struct entries *entries, uint64_t faults, uint64_t table_bytes)
{
	if (entries->faults != faults)
		return false;
	/* Where page tables cannot be seen, faults alone decide. */
	if (!table_bytes && !entries->at_once)
		return true;
	return table_bytes >= entries->table_bytes &&
	       table_bytes - entries->table_bytes <= entries->upper_bytes;
}

int entries_derive(const struct bar_window *window, const struct entry_sizes *sizes,
		   uint64_t faults, uint64_t table_bytes, struct entries *ret_entries)
{
	const struct {
		enum entry_level most;
		bool at_once;
	} known[] = {
		{ ENTRY_PTE, true },
		{ ENTRY_PTE, false },
		{ ENTRY_PMD, false },
		{ ENTRY_PUD, false },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct entries entries;

		entries_predict(window, sizes, sizes->bytes[known[i].most], known[i].at_once,
				&entries);
		if (explains(&entries, faults, table_bytes)) {
			*ret_entries = entries;
			return 0;
		}
	}
	return -ENODATA;
}

uint64_t entries_least_bytes(const struct entries *entries)
{
	for (size_t i = 0; i < ENTRY_LEVELS; i++)
		if (entries->counts[i])
			return entries->sizes.bytes[i];
	return 0;
}

bool entries_are_all(const struct entries *entries, enum entry_level level)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < ENTRY_LEVELS; i++)
		sum += entries->counts[i];
	return entries->counts[level] == sum;
}

void entries_describe(const struct entries *entries, char *text, size_t room)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < ENTRY_LEVELS; i++) {
		char size[UNIT_TEXT];

		if (entries->counts[i] && used < room)
			used += (size_t)snprintf(text + used, room - used, "%s%llu of %s",
						 used ? ", " : "",
						 (unsigned long long)entries->counts[i],
						 size_format(entries->sizes.bytes[i], size));
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

int entries_warm_tables(const struct bar_window *window)
{
	uint64_t page = memory_page_size(), pmd = page * page / sizeof(uint64_t);
	uintptr_t start = (uintptr_t)window->addr / pmd * pmd;
	uintptr_t end = ((uintptr_t)window->addr + window->size_bytes + pmd - 1) / pmd * pmd;
	int ret = touch_page(window->addr - ((uintptr_t)window->addr - start) - page);

	return ret ? ret : touch_page(window->addr + (end - (uintptr_t)window->addr));
}

uint64_t entries_table_bytes(void)
{
	char table[4096];
	uint64_t kib;

	if (file_read(table, sizeof(table), "/proc/self/status") < 0 ||
	    file_table_u64(table, "VmPTE", &kib))
		return 0;
	return kib * KIB;
}
