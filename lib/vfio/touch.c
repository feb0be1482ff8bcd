#include "base/clock.h"
#include "host/memory.h"
#include "vfio/touch.h"

struct pass {
	const struct touch *touch;
	enum walk_pass which;
};

static int read_pages(void *argument, size_t member)
{
	const struct pass *pass = argument;
	const struct walk *walk = &pass->touch->walks[member];
	const char *base = pass->touch->window->addr;
	uint64_t page_bytes = pass->touch->page_bytes, *stamps = walk->stamps[pass->which];

	stamps[0] = clock_now();
	for (uint32_t i = 0; i < walk->nr_pages; i++) {
		(void)*(const volatile uint32_t *)(base + walk->pages[i] * page_bytes);
		stamps[i + 1] = clock_now();
	}
	return 0;
}

static int write_pages(void *argument, size_t member)
{
	const struct pass *pass = argument;
	const struct walk *walk = &pass->touch->walks[member];
	char *base = pass->touch->window->addr;
	uint64_t page_bytes = pass->touch->page_bytes, *stamps = walk->stamps[pass->which];

	stamps[0] = clock_now();
	for (uint32_t i = 0; i < walk->nr_pages; i++) {
		*(volatile uint32_t *)(base + walk->pages[i] * page_bytes) = 0;
		stamps[i + 1] = clock_now();
	}
	return 0;
}

int touch_pages(const struct touch *touch, struct team *team, enum walk_pass pass,
		uint64_t *ret_ticks)
{
	struct pass work = { touch, pass };

	return team_time(team, touch->write ? write_pages : read_pages, &work, ret_ticks);
}

int touch_init(struct touch *touch, const struct entries *entries, const struct walk_plan *plan,
	       struct reason *reason)
{
	int ret = walks_make(touch->window, entries, plan, &touch->walks);

	if (ret)
		return ret;
	touch->page_bytes = memory_page_size();
	touch->nr_walks = plan->nr_walks;
	for (size_t i = 0; i < plan->nr_walks; i++)
		if (!touch->walks[i].nr_pages)
			return reason_set(reason, SKIPPED,
					  "there are fewer touches than %zu threads: ask for "
					  "areas=same or a larger span",
					  plan->nr_walks);
	return 0;
}

void touch_release(struct touch *touch)
{
	walks_free(touch->walks, touch->nr_walks);
	touch->walks = NULL;
	touch->nr_walks = 0;
}

uint64_t touch_nr_faulting(const struct touch *touch)
{
	uint64_t count = 0;

	for (size_t i = 0; i < touch->nr_walks; i++)
		count += touch->walks[i].nr_faulting;
	return count;
}
