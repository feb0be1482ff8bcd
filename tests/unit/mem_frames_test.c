#include <sys/mman.h>
#include <sys/syscall.h>

#include "base/units.h"
#include "host/memory.h"
#include "measure/trial.h"
#include "mem/frames.h"
#include "unit.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define PMD (2 * MIB)
#define PAGES(bytes) ((bytes) / memory_page_size())

/* Stands in for the C library's: the pagemap says of each page of the region what it is told to. */
static uint64_t (*frame_of)(uint64_t page);
static const char *region_start;
static bool hidden;

ssize_t pread(int fd, void *buffer, size_t count, off_t offset)
{
	uint64_t *entries = buffer;
	uint64_t first = (uint64_t)offset / sizeof(*entries) - PAGES((uintptr_t)region_start);

	if (!frame_of)
		return syscall(SYS_pread64, fd, buffer, count, offset);
	for (size_t i = 0; i < count / sizeof(*entries); i++) {
		uint64_t frame = frame_of(first + i);

		entries[i] = frame ? 1ULL << 63 | (hidden ? 0 : frame) : 0;
	}
	return (ssize_t)count;
}

#define MOST_CALLS 8192

static struct call {
	char *start;
	size_t length;
	int advice;
} calls[MOST_CALLS]; /* since the region was mapped, or since they were last forgotten */
static size_t nr_calls;

/* Stands in for the C library's, too: it does the same, and keeps what it was asked. */
int madvise(void *start, size_t length, int advice)
{
	assert_true(nr_calls < MOST_CALLS);
	calls[nr_calls++] = (struct call){ start, length, advice };
	return (int)syscall(SYS_madvise, start, length, advice);
}

static struct region mapped(const char *name, uint64_t size_bytes)
{
	struct region region = REGION_NONE;
	struct backing backing;

	assert_int_equal(backing_find(name, &backing, NULL), 0);
	assert_int_equal(region_reserve(&backing, size_bytes, &region, NULL), 0);
	assert_int_equal(region_map(&region, false), 0);
	region_start = region.addr;
	nr_calls = 0;
	return region;
}

static int join(struct region *region, uint64_t size_bytes, uint64_t (*layout)(uint64_t page),
		struct reason *reason)
{
	int ret;

	frame_of = layout;
	ret = frames_join(region, size_bytes, reason);
	frame_of = NULL;
	return ret;
}

/* ---- layouts, of regions of 16 MiB ---- */

static uint64_t in_one(uint64_t page)
{
	return 7000 + page;
}

/* A break behind the first page, and after each 6 MiB from there. */
static uint64_t after_a_stray(uint64_t page)
{
	return page ? 7000 + page + (page - 1) / PAGES(6 * MIB) : 5000;
}

static uint64_t with_a_hole(uint64_t page)
{
	return page == PAGES(7 * MIB) ? 0 : 7000 + page;
}

/* One half is of no use. */
static uint64_t half_backwards(uint64_t page)
{
	return page < PAGES(8 * MIB) ? 70000 - page : 7000 + page;
}

static uint64_t backwards(uint64_t page)
{
	return 70000 - page;
}

TEST(a_part_in_one_piece_is_found_where_page_tables_may_begin)
{
	static const struct {
		uint64_t (*layout)(uint64_t page), wanted, offset;
	} rows[] = {
		{ in_one, 8 * MIB, 0 },
		{ in_one, 16 * MIB, 0 },
		{ after_a_stray, 4 * MIB, PMD },
		{ with_a_hole, 4 * MIB, 0 },
		{ with_a_hole, 8 * MIB, 8 * MIB },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct region region = mapped("thp", 16 * MIB);
		struct reason reason = { "" };
		char *start = region.addr;

		must(!join(&region, rows[i].wanted, rows[i].layout, &reason), "row %zu: %s", i,
		     reason.text);
		must(region.addr == start + rows[i].offset, "row %zu: at %td", i,
		     region.addr - start);
		assert_int_equal(region.size_bytes, rows[i].wanted);
		region_release(&region);
	}
}

TEST(without_such_a_part_the_trial_is_invalid_and_says_how_far_it_went)
{
	static const struct {
		uint64_t (*layout)(uint64_t page);
		const char *longest;
	} rows[] = {
		{ after_a_stray, "no more than 4MiB do" },
		{ with_a_hole, "no more than 8MiB do" },
		{ backwards, "no more than 4KiB do" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct region region = mapped("thp", 16 * MIB);
		struct reason reason = { "" };

		assert_int_equal(join(&region, 10 * MIB, rows[i].layout, &reason), INVALID);
		must_contain(reason.text,
			     "frames of 10MiB should all follow each other, of the 16MiB");
		must_contain(reason.text, rows[i].longest);
		assert_int_equal(region.size_bytes, 16 * MIB);
		region_release(&region);
	}
}

TEST(hidden_frames_are_a_skip_with_the_way_out)
{
	struct region region = mapped("thp", 16 * MIB);
	struct reason reason = { "" };

	hidden = true;
	assert_int_equal(join(&region, 8 * MIB, in_one, &reason), SKIPPED);
	hidden = false;
	must_contain(reason.text, "run as root");
	region_release(&region);
}

static bool is_there(char *start)
{
	unsigned char there;

	assert_int_equal(mincore(start, memory_page_size(), &there), 0);
	return there & 1;
}

TEST(what_came_later_goes_back_at_once_and_what_came_before_with_the_rest)
{
	static const struct {
		enum fault_order fault_order;
		uint64_t later, before; /* where, of 16 MiB of which 4 at 8 are joined */
	} rows[] = { { FAULT_FORWARDS, 12 * MIB, 0 }, { FAULT_BACKWARDS, 0, 12 * MIB } };
	struct topology *topology;
	struct team *team;

	not_emulated("has no mincore(2)");

	if (topology_open(NULL, &topology) || region_team(topology, 0, &team, NULL))
		abort();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct region region = mapped("anon", 16 * MIB);
		char *start = region.addr;

		region.fault_order = rows[i].fault_order;
		memset(region.addr, 1, region.size_bytes);
		assert_int_equal(join(&region, 4 * MIB, half_backwards, NULL), 0);
		assert_ptr_equal(region.addr, start + 8 * MIB);
		assert_int_equal(region.addr[0], 1);
		assert_true(is_there(start + rows[i].before));
		assert_false(is_there(start + rows[i].later));
		region_free_all(&region, team);
		assert_false(is_there(start + rows[i].before));
		assert_false(is_there(start + 8 * MIB));
		region_release(&region);
	}
	team_close(team);
	topology_close(topology);
}

/* ---- the order in which memory comes and goes ---- */

static struct topology *topology;
static struct team *team;

/* One thread, so that there is one order. */
static void open_team_of_one(void)
{
	unsigned int cpu = 0;

	if (topology_open(NULL, &topology) || team_open(topology, &cpu, 1, &team))
		abort();
}

static void close_team(void)
{
	team_close(team);
	topology_close(topology);
}

TEST(small_pages_go_back_last_blocks_first_and_the_first_block_page_by_page)
{
	struct region region = mapped("anon", 16 * MIB);
	char *end = region.addr + region.size_bytes;

	open_team_of_one();
	assert_int_equal(region_fault_in_all(&region, team, NULL), 0);
	nr_calls = 0;
	region_free_all(&region, team);
	assert_int_equal(nr_calls, 3 + PAGES(4 * MIB));
	for (size_t i = 0; i < nr_calls; i++) {
		assert_int_equal(calls[i].advice, MADV_DONTNEED);
		assert_int_equal(calls[i].length, i < 3 ? 4 * MIB : memory_page_size());
		end -= calls[i].length;
		assert_ptr_equal(calls[i].start, end);
	}
	assert_ptr_equal(end, region.addr);
	region_release(&region);
	close_team();
}

TEST(pages_go_back_the_way_they_came)
{
	static const struct {
		enum fault_order fault_order;
		const char *backing;
	} rows[] = { { FAULT_APART, "anon" }, { FAULT_BACKWARDS, "thp" } };

	open_team_of_one();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct region region = mapped(rows[i].backing, 4 * MIB);
		size_t pages = region.size_bytes / region.backing.page_bytes;

		region.fault_order = rows[i].fault_order;
		assert_int_equal(region_fault_in_all(&region, team, NULL), 0);
		if (calls[0].advice != MADV_POPULATE_WRITE || nr_calls < pages)
			skip_because("this kernel has no MADV_POPULATE_WRITE");
		nr_calls = pages; /* the rest looks for holes */
		region_free_all(&region, team);
		assert_int_equal(nr_calls, 2 * pages);
		for (size_t page = 0; page < pages; page++) {
			struct call *came = &calls[pages - 1 - page], *went = &calls[pages + page];

			assert_int_equal(went->advice, MADV_DONTNEED);
			assert_ptr_equal(went->start, came->start);
			assert_int_equal(went->length, came->length);
		}
		region_release(&region);
	}
	close_team();
}

TEST(only_private_memory_is_narrowed)
{
	static const struct {
		const char *backing;
		int ret;
	} rows[] = { { "anon", 0 },	   { "thp", 0 },	 { "hugetlb-2m", 0 },
		     { "shmem", SKIPPED }, { "memfd", SKIPPED }, { "memfd-hugetlb-2m", SKIPPED } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct reason reason = { "" };
		struct backing backing;

		assert_int_equal(backing_find(rows[i].backing, &backing, NULL), 0);
		must(frames_possible(FRAMES_JOINED, &backing, &reason) == rows[i].ret, "%s",
		     rows[i].backing);
		assert_int_equal(frames_possible(FRAMES_APART, &backing, &reason), 0);
		if (rows[i].ret)
			must_contain(reason.text, rows[i].backing);
	}
}

TEST(a_choice_takes_room)
{
	assert_int_equal(frames_room(FRAMES_GIVEN, MIB), MIB);
	assert_int_equal(frames_room(FRAMES_APART, MIB), MIB);
	assert_int_equal(frames_room(FRAMES_JOINED, MIB), 4 * MIB);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_in_one_piece_is_found_where_page_tables_may_begin),
		cmocka_unit_test(without_such_a_part_the_trial_is_invalid_and_says_how_far_it_went),
		cmocka_unit_test(hidden_frames_are_a_skip_with_the_way_out),
		cmocka_unit_test(
			what_came_later_goes_back_at_once_and_what_came_before_with_the_rest),
		cmocka_unit_test(
			small_pages_go_back_last_blocks_first_and_the_first_block_page_by_page),
		cmocka_unit_test(pages_go_back_the_way_they_came),
		cmocka_unit_test(only_private_memory_is_narrowed),
		cmocka_unit_test(a_choice_takes_room),
	};

	return RUN(tests);
}
