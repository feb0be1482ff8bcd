/* The window is anonymous memory: what is touched and when does not depend on what it is. */
#include <sys/mman.h>

#include "fail_nth.h"

#include "base/units.h"
#include "host/memory.h"
#include "host/topology.h"
#include "vfio/touch.h"

#define PAGES 64
#define MEMBERS 2

static struct topology *topology;
static unsigned int cpus[MEMBERS];
static struct bar_window window;
static struct entries entries;

/* Where there is one CPU, both members are on it. */
static int find_cpus(void **state)
{
	size_t count;

	(void)state;
	if (topology_open(NULL, &topology))
		return -1;
	count = topology_pick_cpus(topology, topology_cpus(topology), cpus, MEMBERS);
	for (size_t i = count; i < MEMBERS; i++)
		cpus[i] = cpus[0];
	return 0;
}

static int close_topology(void **state)
{
	(void)state;
	topology_close(topology);
	return 0;
}

/* Pages full of ones, each a block of its own. */
static int map_window(void **state)
{
	struct entry_sizes sizes = entry_sizes_of_host();
	uint64_t size = PAGES * memory_page_size();

	(void)state;
	window = (struct bar_window){ .size_bytes = size, .areas = { { 0, size } }, .nr_areas = 1 };
	window.addr = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (window.addr == MAP_FAILED)
		return -1;
	memset(window.addr, 0xff, size);
	entries_predict(&window, &sizes, memory_page_size(), false, &entries);
	return 0;
}

static int unmap_window(void **state)
{
	(void)state;
	return munmap(window.addr, window.size_bytes);
}

static struct team *make_team(void)
{
	struct team *team;

	assert_int_equal(team_open(topology, cpus, MEMBERS, &team), 0);
	return team;
}

static struct touch make_touch(bool write)
{
	const struct walk_plan plan = { .pattern = WALK_RANDOM, .nr_walks = MEMBERS };
	struct touch touch = { .window = &window, .write = write };

	assert_int_equal(touch_init(&touch, &entries, &plan, NULL), 0);
	return touch;
}

/* Words at the start of pages that are still ones; no other byte may differ from ones. */
static size_t count_ones(void)
{
	uint64_t page_bytes = memory_page_size();
	size_t count = 0;

	for (size_t i = 0; i < PAGES; i++) {
		const char *page = window.addr + i * page_bytes;

		count += !memcmp(page, "\xff\xff\xff\xff", 4);
		for (size_t at = 4; at < page_bytes; at++)
			must(page[at] == '\xff', "page %zu: byte %zu was written", i, at);
	}
	return count;
}

TEST(writing_zeroes_each_page_and_reading_none)
{
	struct team *team = make_team();
	struct touch reads = make_touch(false), writes = make_touch(true);
	uint64_t ticks;

	assert_int_equal(touch_pages(&reads, team, WALK_FIRST, &ticks), 0);
	assert_int_equal(count_ones(), PAGES);
	assert_int_equal(touch_pages(&writes, team, WALK_FIRST, &ticks), 0);
	assert_int_equal(count_ones(), 0);
	touch_release(&reads);
	touch_release(&writes);
	team_close(team);
}

static void must_be_stamped(const struct walk *walk, enum walk_pass pass, uint64_t most_ticks)
{
	const uint64_t *stamps = walk->stamps[pass];

	must(stamps[0] != UINT64_MAX, "pass %d left no stamps", pass);
	for (uint32_t i = 0; i < walk->nr_pages; i++)
		must(stamps[i] <= stamps[i + 1], "touch %u of pass %d ends before it begins", i,
		     pass);
	must(stamps[walk->nr_pages] - stamps[0] <= most_ticks, "pass %d took longer than all",
	     pass);
}

TEST(each_touch_has_its_stamp_in_its_pass)
{
	struct team *team = make_team();
	struct touch touch = make_touch(false);

	for (int pass = 0; pass < WALK_PASSES; pass++) {
		uint64_t ticks = 0;

		assert_int_equal(touch_pages(&touch, team, (enum walk_pass)pass, &ticks), 0);
		for (size_t i = 0; i < MEMBERS; i++)
			must_be_stamped(&touch.walks[i], (enum walk_pass)pass, ticks);
	}
	for (size_t i = 0; i < MEMBERS; i++)
		assert_true(touch.walks[i].stamps[WALK_AGAIN][0] >=
			    touch.walks[i].stamps[WALK_FIRST][touch.walks[i].nr_pages]);
	touch_release(&touch);
	team_close(team);
}

TEST(faulting_touches_are_those_of_all_walks)
{
	struct touch touch = make_touch(false);

	assert_int_equal(touch_nr_faulting(&touch), PAGES);
	touch_release(&touch);
	assert_int_equal(touch_nr_faulting(&touch), 0);
	touch_release(&touch);
}

static enum outcome make_all(void)
{
	const struct walk_plan plan = { .nr_walks = MEMBERS };
	struct touch touch = { .window = &window };
	int ret;

	memory_runs_out();
	ret = touch_init(&touch, &entries, &plan, NULL);
	memory_is_back();
	touch_release(&touch);
	if (ret)
		return ret == -ENOMEM ? REFUSED : WRONG;
	return COMPLETE;
}

TEST(memory_that_runs_out_is_told)
{
	fail_walk(&(struct fail_walk){ .work = make_all });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writing_zeroes_each_page_and_reading_none,
						map_window, unmap_window),
		cmocka_unit_test_setup_teardown(each_touch_has_its_stamp_in_its_pass, map_window,
						unmap_window),
		cmocka_unit_test_setup_teardown(faulting_touches_are_those_of_all_walks, map_window,
						unmap_window),
		cmocka_unit_test_setup_teardown(memory_that_runs_out_is_told, map_window,
						unmap_window),
	};

	return cmocka_run_group_tests(tests, find_cpus, close_topology);
}
