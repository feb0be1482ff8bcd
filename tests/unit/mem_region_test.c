#include <sys/mman.h>

#include "base/units.h"
#include "host/hugepages.h"
#include "host/memory.h"
#include "mem/region.h"
#include "populate.h"
#include "unit.h"

#define SIZE (8 * MIB)

static const char *const small_kinds[] = { "anon", "shmem", "memfd" };

static struct region reserve(const char *name, uint64_t size_bytes)
{
	struct region region = REGION_NONE;
	struct reason reason = { "" };
	struct backing backing;

	assert_int_equal(backing_find(name, &backing, NULL), 0);
	must(!region_reserve(&backing, size_bytes, &region, &reason), "%s: %s", name, reason.text);
	return region;
}

/* Pages of [@start, @start + @length) that are in memory. */
static size_t resident(const char *start, uint64_t length)
{
	size_t pages = length / memory_page_size(), count = 0;
	unsigned char *vector = malloc(pages);

	assert_non_null(vector);
	assert_int_equal(mincore((void *)(uintptr_t)start, length, vector), 0);
	for (size_t i = 0; i < pages; i++)
		count += vector[i] & 1;
	free(vector);
	return count;
}

static size_t pages_of(uint64_t bytes)
{
	return bytes / memory_page_size();
}

TEST(region_is_aligned_to_its_pages_and_to_the_pmd)
{
	static const char *const names[] = { "anon",  "thp",	    "mthp-64k",	 "shmem",
					     "memfd", "hugetlb-2m", "hugetlb-1g" };
	uint64_t pmd = thp_pmd_size() ? thp_pmd_size() : 2 * MIB;

	for (size_t i = 0; i < COUNT(names); i++) {
		struct region region = reserve(names[i], GIB);
		uintptr_t start = (uintptr_t)region.addr;

		must(!(start % pmd), "%s starts at %p", names[i], (void *)region.addr);
		if (region.backing.page_bytes)
			must(!(start % region.backing.page_bytes), "%s starts at %p", names[i],
			     (void *)region.addr);
		/* Guards on both sides, and nothing sticks out. */
		assert_true(region.addr > region.reservation);
		assert_true(region.addr + region.size_bytes <
			    region.reservation + region.reserved_bytes);
		region_release(&region);
		assert_null(region.reservation);
		assert_int_equal(region.memfd, -1);
	}
}

TEST(region_of_no_possible_size_is_refused)
{
	static const uint64_t sizes[] = { UINT64_MAX, UINT64_MAX - 4095, 1ULL << 62 };
	struct backing backing;

	assert_int_equal(backing_find("anon", &backing, NULL), 0);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct region region = REGION_NONE;
		struct reason reason = { "" };

		assert_true(region_reserve(&backing, sizes[i], &region, &reason) < 0);
		must_contain(reason.text, "address space");
		assert_null(region.reservation);
	}
}

TEST(empty_region_can_be_released)
{
	struct region region = REGION_NONE;

	region_release(&region);
	region_release(&region);
	assert_null(region.reservation);
}

TEST(mapped_region_has_no_pages_before_it_is_faulted_in)
{
	for (size_t i = 0; i < COUNT(small_kinds); i++) {
		struct region region = reserve(small_kinds[i], SIZE);

		assert_int_equal(region_map(&region, false), 0);
		must(!resident(region.addr, SIZE), "%s has pages", small_kinds[i]);
		region_release(&region);
	}
}

TEST(each_way_of_faulting_in_gives_every_page)
{
	static const enum fault_in ways[] = { FAULT_TOUCH, FAULT_MADVISE, FAULT_POPULATE };

	needs_populate();

	for (size_t i = 0; i < COUNT(small_kinds); i++)
		for (size_t way = 0; way < COUNT(ways); way++) {
			struct region region = reserve(small_kinds[i], SIZE);

			assert_int_equal(region_map(&region, ways[way] == FAULT_POPULATE), 0);
			if (ways[way] != FAULT_POPULATE)
				assert_int_equal(region_fault_in(&region, ways[way], 0, SIZE), 0);
			must(resident(region.addr, SIZE) == pages_of(SIZE),
			     "way %zu leaves pages of %s out", way, small_kinds[i]);
			region_release(&region);
		}
}

TEST(slice_that_is_faulted_in_is_all_that_is)
{
	struct region region = reserve("anon", SIZE);

	assert_int_equal(region_map(&region, false), 0);
	assert_int_equal(region_fault_in(&region, FAULT_TOUCH, SIZE / 2, MIB), 0);
	assert_int_equal(region_fault_in(&region, FAULT_MADVISE, 0, 0), 0);
	assert_int_equal(resident(region.addr, SIZE / 2), 0);
	assert_int_equal(resident(region.addr + SIZE / 2, MIB), pages_of(MIB));
	assert_int_equal(resident(region.addr + SIZE / 2 + MIB, SIZE / 2 - MIB), 0);
	region_release(&region);
}

TEST(unmapped_region_gives_fresh_pages_at_the_same_place)
{
	for (size_t i = 0; i < COUNT(small_kinds); i++) {
		struct region region = reserve(small_kinds[i], SIZE);
		char *addr = region.addr;

		for (int round = 0; round < 3; round++) {
			assert_int_equal(region_map(&region, false), 0);
			assert_ptr_equal(region.addr, addr);
			must(!resident(addr, SIZE), "%s comes with pages in round %d",
			     small_kinds[i], round);
			assert_int_equal(region_fault_in(&region, FAULT_MADVISE, 0, SIZE), 0);
			must(addr[SIZE - 1] == 0, "%s has old content in round %d", small_kinds[i],
			     round);
			memset(addr, 0x5a, SIZE);
			assert_int_equal(region_unmap(&region), 0);
			assert_int_equal(region.memfd, -1);
		}
		region_release(&region);
	}
}

/*
 * Else a thread's stack or a large malloc() may settle there between two iterations, and the
 * next region_map() would take it away with MAP_FIXED.
 */
TEST(nobody_else_can_settle_where_a_region_was_unmapped)
{
	struct region region = reserve("anon", 256 * MIB);
	char *other[16];

	assert_int_equal(region_map(&region, false), 0);
	assert_int_equal(region_unmap(&region), 0);
	for (size_t i = 0; i < COUNT(other); i++) {
		other[i] =
			mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		assert_true(other[i] != MAP_FAILED);
	}
	for (size_t i = 0; i < COUNT(other); i++) {
		bool inside =
			other[i] + MIB > region.addr && other[i] < region.addr + region.size_bytes;

		munmap(other[i], MIB);
		must(!inside, "mapping %zu is at %p, inside the region at %p", i, (void *)other[i],
		     (void *)region.addr);
	}
	region_release(&region);
}

TEST(slices_cover_every_page_once_and_are_as_equal_as_can_be)
{
	static const struct {
		const char *backing;
		uint64_t size_bytes;
	} cases[] = {
		{ "anon", 4 * MIB },	    { "anon", 1 * MIB + 12 * KIB },
		{ "hugetlb-2m", 64 * MIB }, { "hugetlb-2m", 14 * MIB },
		{ "mthp-64k", 640 * KIB },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t members = 1; members <= 9; members++) {
			struct region region = reserve(cases[i].backing, cases[i].size_bytes);
			uint64_t page = region.backing.page_bytes, next = 0;
			uint64_t least = UINT64_MAX, most = 0;

			for (size_t member = 0; member < members; member++) {
				uint64_t offset, length;

				region_slice(&region, member, members, &offset, &length);
				must(offset == next, "slice %zu of %zu leaves a hole", member,
				     members);
				assert_int_equal(offset % page, 0);
				assert_int_equal(length % page, 0);
				next = offset + length;
				least = length < least ? length : least;
				most = length > most ? length : most;
			}
			must(next == region.size_bytes, "%zu slices of %s end at %llu", members,
			     cases[i].backing, (unsigned long long)next);
			assert_true(most - least <= page);
			region_release(&region);
		}
}

TEST(region_is_faulted_in_whole_by_all_cpus_of_its_node)
{
	struct topology *topology;
	struct team *team;
	unsigned int cpu;

	needs_populate();

	assert_int_equal(topology_open(NULL, &topology), 0);
	assert_int_equal(topology_pick_cpus(topology, topology_cpus(topology), &cpu, 1), 1);
	assert_int_equal(region_team(topology, cpu, &team, NULL), 0);
	assert_true(team_size(team) <= REGION_MAX_THREADS);
	for (size_t i = 0; i < COUNT(small_kinds); i++) {
		struct region region = reserve(small_kinds[i], SIZE + 3 * memory_page_size());
		struct reason reason = { "" };

		assert_int_equal(region_map(&region, false), 0);
		must(!region_fault_in_all(&region, team, &reason), "%s: %s", small_kinds[i],
		     reason.text);
		assert_int_equal(resident(region.addr, region.size_bytes),
				 pages_of(region.size_bytes));
		region_release(&region);
	}
	team_close(team);
	topology_close(topology);
}

TEST(team_on_a_cpu_that_is_not_there_still_has_that_cpu_alone)
{
	struct topology *topology;
	struct team *team;

	/* The caller is member 0 and is bound by others: nothing is started on CPU 4000. */
	assert_int_equal(topology_open(NULL, &topology), 0);
	assert_int_equal(region_team(topology, 4000, &team, NULL), 0);
	assert_int_equal(team_size(team), 1);
	team_close(team);
	topology_close(topology);
}

/* No pool has a million terabytes: mmap refuses, and nothing is held afterwards. */
TEST(hugetlb_region_beyond_its_pool_is_an_error_that_names_it)
{
	uint64_t sizes[HUGEPAGES_MAX_SIZES], free_pages;
	struct region region;
	struct reason reason = { "" };
	int ret;

	not_emulated("looks for that much room for minutes");

	if (!hugetlb_sizes(sizes) || sizes[0] != 2 * MIB)
		skip_because("this kernel has no 2 MiB hugetlb pages");
	assert_int_equal(hugetlb_free_pages(2 * MIB, 0, &free_pages), 0);
	region = reserve("hugetlb-2m", (free_pages + 100000) * 2 * MIB);
	ret = region_map(&region, false);
	assert_int_equal(ret, -ENOMEM);
	assert_int_equal(region_map_reason(&region, ret, &reason), -ENOMEM);
	must_contain(reason.text, "hugetlb-2m");
	region_release(&region);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(region_is_aligned_to_its_pages_and_to_the_pmd),
		cmocka_unit_test(region_of_no_possible_size_is_refused),
		cmocka_unit_test(empty_region_can_be_released),
		cmocka_unit_test(mapped_region_has_no_pages_before_it_is_faulted_in),
		cmocka_unit_test(each_way_of_faulting_in_gives_every_page),
		cmocka_unit_test(slice_that_is_faulted_in_is_all_that_is),
		cmocka_unit_test(unmapped_region_gives_fresh_pages_at_the_same_place),
		cmocka_unit_test(nobody_else_can_settle_where_a_region_was_unmapped),
		cmocka_unit_test(slices_cover_every_page_once_and_are_as_equal_as_can_be),
		cmocka_unit_test(region_is_faulted_in_whole_by_all_cpus_of_its_node),
		cmocka_unit_test(team_on_a_cpu_that_is_not_there_still_has_that_cpu_alone),
		cmocka_unit_test(hugetlb_region_beyond_its_pool_is_an_error_that_names_it),
	};

	return RUN(tests);
}
