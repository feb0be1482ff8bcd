#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "host/memory.h"
#include "mem/frames.h"
#include "mem/pagemap.h"

#define WINDOW 8192 /* pages whose frames are read at once */

const char *const frames_names[] = {
	[FRAMES_GIVEN] = "given", [FRAMES_APART] = "apart", [FRAMES_JOINED] = "joined", NULL
};

/*
 * What the kernel takes for itself while others have memory lies behind theirs: trials of one size
 * leave free memory in pieces of just less than that, and unbroken only beyond them.
 */
uint64_t frames_room(enum frames frames, uint64_t size_bytes)
{
	return frames == FRAMES_JOINED ? 4 * size_bytes : size_bytes;
}

int frames_possible(enum frames frames, const struct backing *backing, struct reason *reason)
{
	if (frames != FRAMES_JOINED || !backing_is_shared(backing))
		return 0;
	return reason_set(reason, SKIPPED,
			  "frames=joined gives part of the memory back, which %s keeps: use "
			  "private memory (anon, thp, hugetlb)",
			  backing->name);
}

/* Pages of the region whose frames follow each other, as far as it was looked at. */
struct stretch {
	uint64_t first, count; /* pages of the smallest size */
	uint64_t next_frame;
};

struct run_search {
	uint64_t align, wanted; /* pages: where a stretch may begin, and how long it is to be */
	struct stretch open, longest;
};

static void look_at(struct run_search *search, uint64_t page, uint64_t entry)
{
	struct stretch *open = &search->open;
	uint64_t frame = entry & PAGEMAP_PFN;

	if (!(entry & PAGEMAP_PRESENT) || frame != open->next_frame)
		*open = (struct stretch){ .first = page };
	/* Pages before the first aligned one are of no use. */
	open->next_frame = frame + 1;
	if (page == open->first && page % search->align)
		open->first++;
	else if (entry & PAGEMAP_PRESENT)
		open->count++;
	if (open->count > search->longest.count && search->longest.count < search->wanted)
		search->longest = *open;
}

static int search_pagemap(struct run_search *search, int pagemap, const struct region *region,
			  uint64_t *entries)
{
	uint64_t page_bytes = memory_page_size(), pages = region->size_bytes / page_bytes;
	uint64_t start = (uintptr_t)region->addr / page_bytes;

	for (uint64_t done = 0; done < pages && search->longest.count < search->wanted;) {
		uint64_t count = pages - done < WINDOW ? pages - done : WINDOW;
		size_t bytes = count * sizeof(*entries);

		if (pread(pagemap, entries, bytes, (off_t)((start + done) * sizeof(*entries))) !=
		    (ssize_t)bytes)
			return -EIO;
		for (uint64_t i = 0; i < count; i++) {
			if (entries[i] & PAGEMAP_PRESENT && !(entries[i] & PAGEMAP_PFN))
				return -EPERM; /* frame numbers are hidden from us */
			look_at(search, done + i, entries[i]);
		}
		done += count;
	}
	return 0;
}

static int search_region(struct run_search *search, const struct region *region)
{
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t *entries = malloc(WINDOW * sizeof(*entries));
	int ret = -ENOMEM;

	if (pagemap < 0)
		ret = -errno;
	else if (entries)
		ret = search_pagemap(search, pagemap, region, entries);
	free(entries);
	if (pagemap >= 0)
		close(pagemap);
	return ret;
}

int frames_join(struct region *region, uint64_t size_bytes, struct reason *reason)
{
	uint64_t page_bytes = memory_page_size();
	struct run_search search = { .align = region_alignment(&region->backing) / page_bytes,
				     .wanted = size_bytes / page_bytes };
	char wanted[UNIT_TEXT], all[UNIT_TEXT], longest[UNIT_TEXT];
	int ret = search_region(&search, region);

	if (ret)
		return reason_set(
			reason, SKIPPED,
			"cannot see where memory lies: /proc/self/pagemap: %s: run as root",
			strerror(-ret));
	if (search.longest.count >= search.wanted) {
		ret = region_narrow(region, search.longest.first * page_bytes, size_bytes);
		return ret ? region_map_reason(region, ret, reason) : 0;
	}
	return reason_set(reason, INVALID,
			  "frames of %s should all follow each other, of the %s that the kernel "
			  "gave no more than %s do",
			  size_format(size_bytes, wanted),
			  size_format_rounded(region->size_bytes, all),
			  size_format_rounded(search.longest.count * page_bytes, longest));
}
