#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "host/memory.h"
#include "vfio/walk.h"

#define SHUFFLE_SEED 1

static uint32_t nr_pages_of(const struct bar_window *window)
{
	return (uint32_t)(window->size_bytes / memory_page_size());
}

/* Lists every page of the span that can be mapped, or the first one of each block. */
static uint32_t list_pages(const struct bar_window *window, const struct entries *entries,
			   enum walk_pattern pattern, uint32_t *pages)
{
	uint64_t page_bytes = memory_page_size();
	uint32_t count = 0;

	for (size_t i = 0; i < window->nr_areas; i++) {
		const struct vfio_area *area = &window->areas[i];
		uint64_t last = UINT64_MAX;

		for (uint64_t at = area->offset; at < area->offset + area->size_bytes;
		     at += page_bytes) {
			uint64_t block = entries_block(window, entries, at);

			if (pattern != WALK_STRIDE || block != last)
				pages[count++] = (uint32_t)(at / page_bytes);
			last = block;
		}
	}
	return count;
}

/* Finds the touches that are the first of their block. @met: a byte for each page of the window. */
static int find_faulting(const struct bar_window *window, const struct entries *entries,
			 struct walk *walk)
{
	uint64_t page_bytes = memory_page_size();
	char *met = calloc(nr_pages_of(window) + 1, 1);

	walk->faulting = calloc(walk->nr_pages + 1, sizeof(*walk->faulting));
	for (uint32_t i = 0; met && walk->faulting && i < walk->nr_pages; i++) {
		uint64_t block = entries_block(window, entries, walk->pages[i] * page_bytes);

		if (met[block / page_bytes])
			continue;
		met[block / page_bytes] = 1;
		walk->faulting[walk->nr_faulting++] = i;
	}
	free(met);
	return met && walk->faulting ? 0 : -ENOMEM;
}

/* Touched, so that stamps cause no faults. */
static uint64_t *make_stamps(uint32_t count)
{
	uint64_t *stamps = malloc((count + 1) * sizeof(*stamps));

	if (stamps)
		memset(stamps, 0xff, (count + 1) * sizeof(*stamps));
	return stamps;
}

static int copy_pages(const uint32_t *pages, uint32_t count, struct walk *walk)
{
	walk->nr_pages = count;
	walk->pages = calloc(count + 1, sizeof(*walk->pages));
	if (!walk->pages)
		return -ENOMEM;
	for (int pass = 0; pass < WALK_PASSES; pass++) {
		walk->stamps[pass] = make_stamps(count);
		if (!walk->stamps[pass])
			return -ENOMEM;
	}
	memcpy(walk->pages, pages, count * sizeof(*pages));
	return 0;
}

/* Makes walk @i of the plan from the @count pages of all walks. */
static int make_walk(const struct walk_plan *plan, size_t i, const uint32_t *pages, uint32_t count,
		     struct walk *walk)
{
	struct random random = random_seeded(SHUFFLE_SEED, i);
	uint32_t from = plan->same ? 0 : (uint32_t)((uint64_t)count * i / plan->nr_walks);
	uint32_t to = plan->same ? count : (uint32_t)((uint64_t)count * (i + 1) / plan->nr_walks);
	int ret = copy_pages(pages + from, to - from, walk);

	if (!ret && plan->pattern == WALK_RANDOM)
		random_shuffle(&random, walk->pages, walk->nr_pages);
	return ret;
}

int walks_make(const struct bar_window *window, const struct entries *entries,
	       const struct walk_plan *plan, struct walk **ret_walks)
{
	uint32_t *pages = calloc(nr_pages_of(window) + 1, sizeof(*pages));
	struct walk *walks = calloc(plan->nr_walks, sizeof(*walks));
	int ret = pages && walks ? 0 : -ENOMEM;
	uint32_t count = ret ? 0 : list_pages(window, entries, plan->pattern, pages);

	for (size_t i = 0; i < plan->nr_walks && !ret; i++) {
		ret = make_walk(plan, i, pages, count, &walks[i]);
		if (!ret)
			ret = find_faulting(window, entries, &walks[i]);
	}
	free(pages);
	if (ret) {
		walks_free(walks, plan->nr_walks);
		return ret;
	}
	*ret_walks = walks;
	return 0;
}

void walks_free(struct walk *walks, size_t count)
{
	for (size_t i = 0; walks && i < count; i++) {
		free(walks[i].pages);
		free(walks[i].faulting);
		for (int pass = 0; pass < WALK_PASSES; pass++)
			free(walks[i].stamps[pass]);
	}
	free(walks);
}
