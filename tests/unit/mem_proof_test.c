#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "base/units.h"
#include "host/hugepages.h"
#include "host/memory.h"
#include "mem/proof.h"
#include "populate.h"
#include "unit.h"

#define SIZE (8 * MIB)

static const struct placement on_node_0 = {
	.nr_cpus = 1,
	.mem_nodes = { 0 },
	.nr_mem_nodes = 1,
};

static uint64_t page(void)
{
	return memory_page_size();
}

static struct backing backing(const char *name)
{
	struct backing found;

	assert_int_equal(backing_find(name, &found, NULL), 0);
	return found;
}

/* Mapped, and the first @faulted bytes of it faulted in. Binds nothing: one node, or the near one. */
static struct region region_with(const char *name, uint64_t size_bytes, uint64_t faulted)
{
	struct region region = REGION_NONE;
	struct backing kind = backing(name);

	assert_int_equal(region_reserve(&kind, size_bytes, &region, NULL), 0);
	assert_int_equal(region_map(&region, false), 0);
	assert_int_equal(region_fault_in(&region, FAULT_TOUCH, 0, faulted), 0);
	return region;
}

/* With as many threads as a trial would have. */
static int take(const struct region *region, struct proof *proof, struct reason *reason)
{
	struct topology *topology;
	struct team *team;
	int ret;

	if (topology_open(NULL, &topology) || region_team(topology, 0, &team, NULL))
		abort();
	ret = proof_take(region, team, proof, reason);
	team_close(team);
	topology_close(topology);
	return ret;
}

/*
 * Stands in for the C library's: reads of kpageflags, whose offsets are small, fail when told
 * to, as they do behind the end of memory or in a kernel that is locked down.
 */
static bool flags_fail;

/* And the pagemap, whose offsets are large, says of each page what it is told to. */
static uint64_t (*frame_of)(uint64_t page);
static const char *frames_from;

static void make_up_pagemap(uint64_t *entries, size_t count, off_t offset)
{
	uint64_t first = (uint64_t)offset / sizeof(*entries) - (uintptr_t)frames_from / page();

	for (size_t i = 0; i < count / sizeof(*entries); i++)
		entries[i] = 1ULL << 63 | frame_of(first + i);
}

ssize_t pread(int fd, void *buffer, size_t count, off_t offset)
{
	bool is_flags = offset < 1LL << 34;

	if (flags_fail && is_flags)
		return 0;
	if (frame_of && !is_flags) {
		make_up_pagemap(buffer, count, offset);
		return (ssize_t)count;
	}
	return syscall(SYS_pread64, fd, buffer, count, offset);
}

static bool one_node(void)
{
	return access("/sys/devices/system/node/node1", F_OK) != 0;
}

#define FRAMES (8 * MIB / 4096)

static uint64_t rising(uint64_t page)
{
	return 4096 + page;
}

static uint64_t falling(uint64_t page)
{
	return 4096 + FRAMES - page;
}

static uint64_t in_threes(uint64_t page)
{
	return 4096 + page + page / 3;
}

TEST(runs_are_counted_whoever_looked_at_which_slice)
{
	static const struct {
		uint64_t (*frame_of)(uint64_t page), runs;
	} rows[] = { { rising, 1 }, { falling, FRAMES }, { in_threes, (FRAMES + 2) / 3 } };

	needs_populate();
	if (geteuid() || access("/proc/kpageflags", R_OK))
		skip_because("needs root");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct region region = region_with("anon", SIZE, 0);
		struct proof proof;

		frames_from = region.addr;
		frame_of = rows[i].frame_of;
		assert_int_equal(take(&region, &proof, NULL), 0);
		frame_of = NULL;
		assert_int_equal(proof.pages.runs, rows[i].runs);
		region_release(&region);
	}
}

TEST(frames_that_are_to_be_apart_are)
{
	static const char *const names[] = { "anon", "shmem" };
	struct topology *topology;
	struct team *team;

	needs_populate();
	if (geteuid() || access("/proc/kpageflags", R_OK))
		skip_because("needs root");
	if (topology_open(NULL, &topology) || region_team(topology, 0, &team, NULL))
		abort();
	for (size_t i = 0; i < COUNT(names); i++) {
		struct region region = region_with(names[i], SIZE, 0);
		struct proof proof;

		region.fault_order = FAULT_APART;
		assert_int_equal(region_fault_in_all(&region, team, NULL), 0);
		assert_int_equal(take(&region, &proof, NULL), 0);
		assert_int_equal(page_counts_total(&proof.pages), SIZE / page());
		must(proof.pages.runs >= SIZE / page() * 9 / 10, "%s: %llu runs", names[i],
		     (unsigned long long)proof.pages.runs);
		region_release(&region);
	}
	team_close(team);
	topology_close(topology);
}

/* ---- what the kernel gave ---- */

TEST(small_pages_that_are_faulted_in_are_proved)
{
	static const char *const names[] = { "anon", "shmem", "memfd" };

	if (!one_node())
		skip_because("on several nodes memory must be bound first");
	for (size_t i = 0; i < COUNT(names); i++) {
		struct region region = region_with(names[i], SIZE, SIZE);
		struct reason reason = { "" };
		struct proof proof;

		must(!take(&region, &proof, &reason), "%s: %s", names[i], reason.text);
		must(!proof_judge(&proof, &region, &on_node_0, &reason), "%s: %s", names[i],
		     reason.text);
		assert_int_equal(proof.pages.nr_sizes, 1);
		assert_int_equal(proof.pages.sizes[0].page_bytes, page());
		assert_int_equal(proof.pages.sizes[0].pages, SIZE / page());
		assert_int_equal(page_counts_total(&proof.pages), SIZE / page());
		assert_int_equal(proof.nr_nodes, 1);
		assert_int_equal(proof.nodes[0].bytes, SIZE);
		assert_non_null(proof.method);
		region_release(&region);
	}
}

TEST(root_proves_by_pagemap)
{
	struct region region;
	struct proof proof;

	if (geteuid() || access("/proc/kpageflags", R_OK))
		skip_because("needs root");
	region = region_with("anon", SIZE, SIZE);
	assert_int_equal(take(&region, &proof, NULL), 0);
	assert_string_equal(proof.method, "pagemap");
	region_release(&region);
}

TEST(pages_that_are_missing_make_it_invalid_with_both_figures)
{
	static const uint64_t missing[] = { 1, 2, 1024 };
	char figure[64];

	for (size_t i = 0; i < COUNT(missing); i++) {
		struct region region = region_with("anon", SIZE, SIZE - missing[i] * page());
		struct reason reason = { "" };
		struct proof proof;

		assert_int_equal(take(&region, &proof, NULL), 0);
		assert_int_equal(proof_judge(&proof, &region, &on_node_0, &reason), INVALID);
		snprintf(figure, sizeof(figure), "should be %llu pages",
			 (unsigned long long)(SIZE / page()));
		must_contain(reason.text, figure);
		snprintf(figure, sizeof(figure), "gave %llu of",
			 (unsigned long long)(SIZE / page() - missing[i]));
		must_contain(reason.text, figure);
		region_release(&region);
	}
}

TEST(region_without_any_page_is_invalid)
{
	struct region region = region_with("anon", SIZE, 0);
	struct reason reason = { "" };
	struct proof proof;

	assert_int_equal(take(&region, &proof, NULL), 0);
	assert_int_equal(page_counts_total(&proof.pages), 0);
	assert_int_equal(proof_judge(&proof, &region, &on_node_0, &reason), INVALID);
	must_contain(reason.text, "gave none");
	region_release(&region);
}

/* The pages in the middle were never touched: what is around them must not be taken for one. */
TEST(hole_in_the_middle_is_seen)
{
	struct region region = region_with("anon", SIZE, SIZE);
	struct reason reason = { "" };
	struct proof proof;

	assert_int_equal(madvise(region.addr + SIZE / 2, 3 * page(), MADV_DONTNEED), 0);
	assert_int_equal(take(&region, &proof, NULL), 0);
	assert_int_equal(page_counts_total(&proof.pages), SIZE / page() - 3);
	assert_int_equal(proof_judge(&proof, &region, &on_node_0, &reason), INVALID);
	region_release(&region);
}

/*
 * The trap that the mailing list's tool fell into: pages that were given before the advice was
 * are small ones. Here the kernel is told to give small ones, whatever its switches say.
 */
TEST(small_pages_under_the_name_of_thp_are_invalid)
{
	struct backing thp = backing("thp");
	struct region region = REGION_NONE;
	struct reason reason = { "" };
	struct proof proof;
	char figure[64];

	if (is_emulated())
		skip_because("an emulator of programs has no PR_SET_THP_DISABLE");
	if (!thp.page_bytes)
		skip_because("this kernel has no transparent hugepages");
	needs_populate();
	assert_int_equal(region_reserve(&thp, 4 * thp.page_bytes, &region, NULL), 0);
	assert_int_equal(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0), 0);
	assert_int_equal(region_map(&region, true), 0);
	assert_int_equal(prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0), 0);
	assert_int_equal(take(&region, &proof, NULL), 0);
	assert_int_equal(proof_judge(&proof, &region, &on_node_0, &reason), INVALID);
	must_contain(reason.text, "thp should be 4 pages");
	snprintf(figure, sizeof(figure), "gave %llu of",
		 (unsigned long long)(4 * thp.page_bytes / page()));
	must_contain(reason.text, figure);
	region_release(&region);
}

TEST(transparent_hugepages_are_proved)
{
	struct backing thp = backing("thp");
	struct region region;
	struct reason reason = { "" };
	struct proof proof;
	int ret;

	if (!thp.page_bytes || !thp_is_enabled(thp.page_bytes))
		skip_because("transparent hugepages are switched off");
	if (!one_node())
		skip_because("on several nodes memory must be bound first");
	region = region_with("thp", 4 * thp.page_bytes, 4 * thp.page_bytes);
	assert_int_equal(take(&region, &proof, NULL), 0);
	ret = proof_judge(&proof, &region, &on_node_0, &reason);
	/* Where memory is fragmented the kernel gives small pages: then it must say so. */
	if (ret == INVALID)
		must_contain(reason.text, "thp should be 4 pages");
	else
		assert_int_equal(page_counts_total(&proof.pages), 4);
	region_release(&region);
}

/* ---- without the rights of root ---- */

static int take_as_nobody(void *argument)
{
	struct region *region = argument;
	struct proof proof;

	if (geteuid() == 0 && setuid(65534))
		return 1;
	prctl(PR_SET_DUMPABLE, 1);
	if (take(region, &proof, NULL))
		return 2;
	if (strcmp(proof.method, "smaps"))
		return 3;
	if (proof.pages.nr_sizes != 1 || proof.pages.sizes[0].page_bytes != page())
		return 4;
	/* A child has the pages of shared memory too, once it touches them. */
	return proof_judge(&proof, region, &on_node_0, NULL);
}

static int map_and_take_as_nobody(void *argument)
{
	const char *name = argument;
	struct region region = REGION_NONE;
	struct backing kind;

	if (backing_find(name, &kind, NULL) || region_reserve(&kind, SIZE, &region, NULL) ||
	    region_map(&region, false) || region_fault_in(&region, FAULT_TOUCH, 0, SIZE))
		return 10;
	return take_as_nobody(&region);
}

TEST(one_who_is_not_root_proves_by_smaps)
{
	static const char *const names[] = { "anon", "shmem", "memfd" };

	if (!one_node())
		skip_because("on several nodes memory must be bound first");
	for (size_t i = 0; i < COUNT(names); i++) {
		int ret = in_child(map_and_take_as_nobody, (void *)(uintptr_t)names[i]);

		must(!ret, "%s ended with %d", names[i], ret);
	}
}

static int map_half_as_nobody(void *argument)
{
	struct region region = REGION_NONE;
	struct backing kind;
	int ret;

	(void)argument;
	if (backing_find("anon", &kind, NULL) || region_reserve(&kind, SIZE, &region, NULL) ||
	    region_map(&region, false) || region_fault_in(&region, FAULT_TOUCH, 0, SIZE / 2))
		return 10;
	ret = take_as_nobody(&region);
	return ret == INVALID ? 0 : ret + 20;
}

TEST(smaps_sees_missing_pages_too)
{
	assert_int_equal(in_child(map_half_as_nobody, NULL), 0);
}

static int take_without_flags(void *argument)
{
	struct region region = REGION_NONE;
	struct backing kind;
	struct proof proof;

	(void)argument;
	if (backing_find("anon", &kind, NULL) || region_reserve(&kind, SIZE, &region, NULL) ||
	    region_map(&region, false) || region_fault_in(&region, FAULT_TOUCH, 0, SIZE))
		return 10;
	/* Flags are read of frames that follow each other, which real ones need not do. */
	frames_from = region.addr;
	frame_of = rising;
	flags_fail = true;
	if (take(&region, &proof, NULL))
		return 11;
	if (strcmp(proof.method, "smaps"))
		return 12;
	return proof_judge(&proof, &region, &on_node_0, NULL);
}

TEST(flags_that_cannot_be_read_leave_smaps_to_prove_by)
{
	if (geteuid() || access("/proc/kpageflags", R_OK))
		skip_because("needs root");
	if (!one_node())
		skip_because("on several nodes memory must be bound first");
	assert_int_equal(in_child(take_without_flags, NULL), 0);
}

/* ---- the judgement, on proofs made by hand ---- */

struct hand {
	const char *what, *backing;
	uint64_t size_bytes;
	const char *method;
	struct {
		uint64_t page_bytes, pages;
	} sizes[3];
	struct {
		unsigned int node;
		uint64_t bytes;
	} nodes[3];
	unsigned int mem_nodes[3];
	size_t nr_mem_nodes;
	int verdict;
	const char *why[2];
};

static int judge(const struct hand *hand, struct reason *reason)
{
	struct proof proof = { .method = hand->method };
	struct placement placement = { .nr_mem_nodes = hand->nr_mem_nodes };
	struct region region = { .backing = backing(hand->backing),
				 .size_bytes = hand->size_bytes,
				 .memfd = -1 };

	for (; proof.pages.nr_sizes < 3 && hand->sizes[proof.pages.nr_sizes].pages;
	     proof.pages.nr_sizes++) {
		proof.pages.sizes[proof.pages.nr_sizes].page_bytes =
			hand->sizes[proof.pages.nr_sizes].page_bytes;
		proof.pages.sizes[proof.pages.nr_sizes].pages =
			hand->sizes[proof.pages.nr_sizes].pages;
	}
	for (; proof.nr_nodes < 3 && hand->nodes[proof.nr_nodes].bytes; proof.nr_nodes++) {
		proof.nodes[proof.nr_nodes].node = hand->nodes[proof.nr_nodes].node;
		proof.nodes[proof.nr_nodes].bytes = hand->nodes[proof.nr_nodes].bytes;
	}
	memcpy(placement.mem_nodes, hand->mem_nodes, sizeof(hand->mem_nodes));
	return proof_judge(&proof, &region, &placement, reason);
}

TEST(judgement_holds_what_was_given_against_what_was_asked)
{
	static const struct hand cases[] = {
		{ "as asked",
		  "hugetlb-2m",
		  4 * MIB,
		  "pagemap",
		  { { 2 * MIB, 2 } },
		  { { 0, 4 * MIB } },
		  { 0 },
		  1,
		  0,
		  { "", "" } },
		{ "as asked, by smaps",
		  "hugetlb-2m",
		  4 * MIB,
		  "smaps",
		  { { 2 * MIB, 2 } },
		  { { 0, 4 * MIB } },
		  { 0 },
		  1,
		  0,
		  { "", "" } },
		{ "wrong node",
		  "hugetlb-2m",
		  4 * MIB,
		  "pagemap",
		  { { 2 * MIB, 2 } },
		  { { 0, 4 * MIB } },
		  { 1 },
		  1,
		  INVALID,
		  { "asked for on node 1", "4MiB of it is on node 0" } },
		{ "a part on the wrong node",
		  "hugetlb-2m",
		  4 * MIB,
		  "pagemap",
		  { { 2 * MIB, 2 } },
		  { { 0, 2 * MIB }, { 3, 2 * MIB } },
		  { 0 },
		  1,
		  INVALID,
		  { "asked for on node 0", "2MiB of it is on node 3" } },
		{ "interleaved",
		  "hugetlb-2m",
		  4 * MIB,
		  "pagemap",
		  { { 2 * MIB, 2 } },
		  { { 0, 2 * MIB }, { 1, 2 * MIB } },
		  { 0, 1 },
		  2,
		  0,
		  { "", "" } },
		{ "interleaved over one",
		  "hugetlb-2m",
		  4 * MIB,
		  "pagemap",
		  { { 2 * MIB, 2 } },
		  { { 0, 4 * MIB } },
		  { 0, 1 },
		  2,
		  INVALID,
		  { "on 2 nodes", "on 1" } },
		{ "on no node",
		  "hugetlb-2m",
		  4 * MIB,
		  "pagemap",
		  { { 2 * MIB, 2 } },
		  { { 0, 0 } },
		  { 0 },
		  1,
		  INVALID,
		  { "nodes", "0" } },
		{ "smaller pages",
		  "hugetlb-2m",
		  4 * MIB,
		  "pagemap",
		  { { 65536, 64 } },
		  { { 0, 4 * MIB } },
		  { 0 },
		  1,
		  INVALID,
		  { "2 pages of 2MiB", "64 of 64KiB" } },
		{ "larger pages",
		  "mthp-64k",
		  4 * MIB,
		  "pagemap",
		  { { 2 * MIB, 2 } },
		  { { 0, 4 * MIB } },
		  { 0 },
		  1,
		  INVALID,
		  { "64 pages of 64KiB", "2 of 2MiB" } },
		{ "two sizes",
		  "hugetlb-2m",
		  4 * MIB,
		  "pagemap",
		  { { 65536, 32 }, { 2 * MIB, 1 } },
		  { { 0, 4 * MIB } },
		  { 0 },
		  1,
		  INVALID,
		  { "2 pages of 2MiB", "32 of 64KiB, 1 of 2MiB" } },
		{ "too many pages",
		  "hugetlb-2m",
		  4 * MIB,
		  "pagemap",
		  { { 2 * MIB, 3 } },
		  { { 0, 6 * MIB } },
		  { 0 },
		  1,
		  INVALID,
		  { "2 pages of 2MiB", "3 of 2MiB" } },
		{ "no pages",
		  "hugetlb-2m",
		  4 * MIB,
		  "pagemap",
		  { { 0, 0 } },
		  { { 0, 0 } },
		  { 0 },
		  1,
		  INVALID,
		  { "2 pages of 2MiB", "none" } },
		{ "mTHP as asked",
		  "mthp-64k",
		  4 * MIB,
		  "pagemap",
		  { { 65536, 64 } },
		  { { 0, 4 * MIB } },
		  { 0 },
		  1,
		  0,
		  { "", "" } },
		{ "mTHP, by what cannot see it",
		  "mthp-64k",
		  4 * MIB,
		  "smaps",
		  { { 4096, 1024 } },
		  { { 0, 4 * MIB } },
		  { 0 },
		  1,
		  SKIPPED,
		  { "mthp-64k", "run as root" } },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reason reason = { "" };
		int ret = judge(&cases[i], &reason);

		must(ret == cases[i].verdict, "%s was judged %d: %s", cases[i].what, ret,
		     reason.text);
		must_contain(reason.text, cases[i].why[0]);
		must_contain(reason.text, cases[i].why[1]);
	}
}

TEST(pages_of_all_sizes_are_counted)
{
	struct proof proof = { .pages.sizes = { { 4096, 10 }, { 2 * MIB, 3 } },
			       .pages.nr_sizes = 2 };

	assert_int_equal(page_counts_total(&proof.pages), 13);
	proof.pages.nr_sizes = 0;
	assert_int_equal(page_counts_total(&proof.pages), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_pages_that_are_faulted_in_are_proved),
		cmocka_unit_test(root_proves_by_pagemap),
		cmocka_unit_test(pages_that_are_missing_make_it_invalid_with_both_figures),
		cmocka_unit_test(region_without_any_page_is_invalid),
		cmocka_unit_test(hole_in_the_middle_is_seen),
		cmocka_unit_test(small_pages_under_the_name_of_thp_are_invalid),
		cmocka_unit_test(transparent_hugepages_are_proved),
		cmocka_unit_test(one_who_is_not_root_proves_by_smaps),
		cmocka_unit_test(smaps_sees_missing_pages_too),
		cmocka_unit_test(flags_that_cannot_be_read_leave_smaps_to_prove_by),
		cmocka_unit_test(judgement_holds_what_was_given_against_what_was_asked),
		cmocka_unit_test(pages_of_all_sizes_are_counted),
		cmocka_unit_test(runs_are_counted_whoever_looked_at_which_slice),
		cmocka_unit_test(frames_that_are_to_be_apart_are),
	};

	return RUN(tests);
}
