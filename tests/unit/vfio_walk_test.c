/* The host's page size does not matter here, blocks are as large as orders say. */
#include "fail_nth.h"

#include "base/units.h"
#include "host/memory.h"
#include "vfio/walk.h"

#define SPAN (8 * MIB)
#define MOST_WALKS 4

/* Address and bus address are aligned to @align in common, and no more. */
static struct bar_window make_window(uint64_t align)
{
	return (struct bar_window){
		.bus_start = 64 * GIB,
		.addr = (char *)(uintptr_t)(0x7f0000000000 + align),
		.size_bytes = SPAN,
		.areas = { { 0, SPAN } },
		.nr_areas = 1,
	};
}

static struct entries make_entries(const struct bar_window *window)
{
	struct entry_sizes sizes = entry_sizes_of_host();
	struct entries entries;

	entries_predict(window, &sizes, GIB, false, &entries);
	return entries;
}

static struct walk *make(const struct bar_window *window, const struct walk_plan *plan)
{
	struct entries entries = make_entries(window);
	struct walk *walks = NULL;

	assert_int_equal(walks_make(window, &entries, plan, &walks), 0);
	return walks;
}

static uint32_t pages_of(uint64_t bytes)
{
	return (uint32_t)(bytes / memory_page_size());
}

TEST(each_page_is_touched_in_order)
{
	struct bar_window window = make_window(2 * MIB);
	const struct walk_plan plan = { .pattern = WALK_IN_ORDER, .nr_walks = 1 };
	struct walk *walks = make(&window, &plan);
	uint64_t block = entry_sizes_of_host().bytes[ENTRY_PMD];

	assert_int_equal(walks[0].nr_pages, pages_of(SPAN));
	for (uint32_t i = 0; i < walks[0].nr_pages; i++)
		assert_int_equal(walks[0].pages[i], i);
	if (block == 2 * MIB) {
		assert_int_equal(walks[0].nr_faulting, SPAN / block);
		for (uint32_t i = 0; i < walks[0].nr_faulting; i++)
			assert_int_equal(walks[0].faulting[i], i * pages_of(block));
	}
	walks_free(walks, 1);
}

TEST(a_stride_is_a_blocks_size)
{
	static const uint64_t aligns[] = { 2 * MIB, 4 * KIB };

	for (size_t i = 0; i < COUNT(aligns); i++) {
		struct bar_window window = make_window(aligns[i]);
		const struct walk_plan plan = { .pattern = WALK_STRIDE, .nr_walks = 1 };
		struct entries entries = make_entries(&window);
		struct walk *walks = make(&window, &plan);

		assert_int_equal(walks[0].nr_pages, entries.faults);
		assert_int_equal(walks[0].nr_faulting, entries.faults);
		walks_free(walks, 1);
	}
}

static void count_pages(const struct walk *walk, unsigned char *counts)
{
	for (uint32_t i = 0; i < walk->nr_pages; i++)
		counts[walk->pages[i]]++;
}

/* However it is shared out, each page is touched as often as it should be. */
TEST(walks_share_the_span_or_each_have_it)
{
	static const enum walk_pattern patterns[] = { WALK_IN_ORDER, WALK_RANDOM };

	for (size_t i = 0; i < COUNT(patterns) * 2 * MOST_WALKS; i++) {
		struct bar_window window = make_window(4 * KIB);
		const struct walk_plan plan = { .pattern = patterns[i % 2],
						.same = i / 2 % 2,
						.nr_walks = i / 4 + 1 };
		struct walk *walks = make(&window, &plan);
		unsigned char *counts = calloc(pages_of(SPAN), 1);
		unsigned int wanted = plan.same ? (unsigned int)plan.nr_walks : 1;

		for (size_t j = 0; j < plan.nr_walks; j++)
			count_pages(&walks[j], counts);
		for (uint32_t j = 0; j < pages_of(SPAN); j++)
			must(counts[j] == wanted, "plan %zu, page %u: %u", i, j, counts[j]);
		free(counts);
		walks_free(walks, plan.nr_walks);
	}
}

TEST(random_walks_differ_and_repeat)
{
	struct bar_window window = make_window(4 * KIB);
	const struct walk_plan plan = { .pattern = WALK_RANDOM, .same = true, .nr_walks = 2 };
	struct walk *walks = make(&window, &plan), *again = make(&window, &plan);
	size_t bytes = walks[0].nr_pages * sizeof(uint32_t);

	assert_int_not_equal(memcmp(walks[0].pages, walks[1].pages, bytes), 0);
	assert_memory_equal(walks[0].pages, again[0].pages, bytes);
	assert_memory_equal(walks[1].pages, again[1].pages, bytes);
	walks_free(walks, 2);
	walks_free(again, 2);
}

TEST(what_cannot_be_mapped_is_not_touched)
{
	struct bar_window window = make_window(4 * KIB);
	const struct walk_plan plan = { .pattern = WALK_IN_ORDER, .nr_walks = 1 };
	struct walk *walks;

	window.areas[0] = (struct vfio_area){ MIB, MIB };
	window.areas[1] = (struct vfio_area){ 4 * MIB, MIB };
	window.nr_areas = 2;
	walks = make(&window, &plan);
	assert_int_equal(walks[0].nr_pages, pages_of(2 * MIB));
	assert_int_equal(walks[0].pages[0], pages_of(MIB));
	assert_int_equal(walks[0].pages[pages_of(MIB)], pages_of(4 * MIB));
	walks_free(walks, 1);
}

static enum outcome make_all(void)
{
	struct bar_window window = make_window(2 * MIB);
	struct entries entries = make_entries(&window);
	const struct walk_plan plan = { .pattern = WALK_RANDOM, .nr_walks = 2 };
	struct walk *walks = NULL;
	enum outcome outcome;
	int ret;

	memory_runs_out();
	ret = walks_make(&window, &entries, &plan, &walks);
	memory_is_back();
	if (ret)
		return ret == -ENOMEM && !walks ? REFUSED : WRONG;
	outcome = walks[1].nr_pages && walks[1].nr_faulting ? COMPLETE : WRONG;
	walks_free(walks, plan.nr_walks);
	return outcome;
}

TEST(memory_that_runs_out_is_told)
{
	fail_walk(&(struct fail_walk){ .work = make_all });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_page_is_touched_in_order),
		cmocka_unit_test(a_stride_is_a_blocks_size),
		cmocka_unit_test(walks_share_the_span_or_each_have_it),
		cmocka_unit_test(random_walks_differ_and_repeat),
		cmocka_unit_test(what_cannot_be_mapped_is_not_touched),
		cmocka_unit_test(memory_that_runs_out_is_told),
	};

	return RUN(tests);
}
