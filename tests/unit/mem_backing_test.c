#include <sys/mman.h>

#include "base/units.h"
#include "host/hugepages.h"
#include "host/memory.h"
#include "mem/backing.h"
#include "fake_page.h"
#include "unit.h"

#define PMD UINT64_MAX /* stands for the PMD size, which is the host's */

TEST(names_of_the_contract_are_found)
{
	static const struct {
		const char *name;
		uint64_t page_bytes; /* 0: the base page */
		bool hugetlb, memfd, shared;
		int advice;
	} cases[] = {
		{ "anon", 0, false, false, false, MADV_NOHUGEPAGE },
		{ "thp", PMD, false, false, false, MADV_HUGEPAGE },
		{ "mthp-64k", 64 * KIB, false, false, false, MADV_HUGEPAGE },
		{ "shmem", 0, false, false, true, MADV_NOHUGEPAGE },
		{ "shmem-thp", PMD, false, false, true, MADV_HUGEPAGE },
		{ "hugetlb-2m", 2 * MIB, true, false, false, -1 },
		{ "hugetlb-1g", GIB, true, false, false, -1 },
		{ "memfd", 0, false, true, true, MADV_NOHUGEPAGE },
		{ "memfd-hugetlb-2m", 2 * MIB, true, true, true, -1 },
		{ "memfd-hugetlb-1g", GIB, true, true, true, -1 },
		/* arm64 */
		{ "mthp-2m", 2 * MIB, false, false, false, MADV_HUGEPAGE },
		{ "hugetlb-64k", 64 * KIB, true, false, false, -1 },
		{ "hugetlb-512m", 512 * MIB, true, false, false, -1 },
		{ "hugetlb-16g", 16 * GIB, true, false, false, -1 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t page = cases[i].page_bytes == PMD ? thp_pmd_size()
				: cases[i].page_bytes	   ? cases[i].page_bytes
							   : memory_page_size();
		struct backing backing;

		must(!backing_find(cases[i].name, &backing, NULL), "%s is not found",
		     cases[i].name);
		assert_string_equal(backing.name, cases[i].name);
		must(backing.page_bytes == page, "%s has pages of %llu", cases[i].name,
		     (unsigned long long)backing.page_bytes);
		assert_int_equal(backing_is_hugetlb(&backing), cases[i].hugetlb);
		assert_int_equal(backing_is_memfd(&backing), cases[i].memfd);
		assert_int_equal(backing_is_shared(&backing), cases[i].shared);
		must(backing_advice(&backing) == cases[i].advice, "%s has advice %d", cases[i].name,
		     backing_advice(&backing));
		if (page)
			assert_true(1ULL << backing_page_shift(&backing) == page);
	}
}

TEST(other_names_are_refused_with_a_suggestion)
{
	static const struct {
		const char *name, *hint;
	} cases[] = {
		{ "thpp", "did you mean \"thp\"?" },
		{ "Anon", "did you mean \"anon\"?" },
		{ "hugetlb-2M", "did you mean \"hugetlb-2m\"?" },
		{ "hugetlb-2mb", "did you mean \"hugetlb-2m\"?" },
		{ "hugetlb2m", "did you mean \"hugetlb-2m\"?" },
		{ "hugetlb-2048k", "did you mean \"hugetlb-" },
		{ "hugetlb-1024m", "did you mean \"hugetlb-" },
		{ "hugetlb-3m", "did you mean \"hugetlb-2m\"?" },
		{ "hugetlb-0", "did you mean \"hugetlb-" },
		{ "hugetlb-", "did you mean \"hugetlb-" },
		{ "mthp-64", "did you mean \"mthp-64k\"?" },
		{ "mthp", "did you mean" },
		{ "memfd-thp", "unknown backing" },
		{ "memfd-hugetlb", "did you mean \"memfd-hugetlb-" },
		{ "shmem_thp", "did you mean \"shmem-thp\"?" },
		{ "thp ", "did you mean \"thp\"?" },
		{ "", "unknown backing \"\"" },
		{ "bar", "unknown backing" }, /* comes with the devices */
		{ "a-name-that-is-longer-than-any-backing-could-be", "unknown backing" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct backing backing;
		struct reason reason = { "" };

		must(backing_find(cases[i].name, &backing, &reason) == -EINVAL, "\"%s\" was taken",
		     cases[i].name);
		must_contain(reason.text, cases[i].hint);
	}
}

TEST(words_to_suggest_are_names_of_backings)
{
	for (const char *const *word = backing_words; *word; word++) {
		struct backing backing;

		must(!backing_find(*word, &backing, NULL), "%s is suggested but not found", *word);
	}
}

TEST(list_has_what_every_kernel_has_and_each_name_once)
{
	static const char *const always[] = { "anon", "shmem", "memfd" };
	struct backing list[BACKING_MAX];
	size_t count = backing_list(list);

	assert_true(count >= COUNT(always) && count <= BACKING_MAX);
	for (size_t i = 0; i < COUNT(always); i++) {
		size_t found = 0;

		for (size_t j = 0; j < count; j++)
			found += !strcmp(list[j].name, always[i]);
		must(found == 1, "%s is listed %zu times", always[i], found);
	}
	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++)
			must(strcmp(list[i].name, list[j].name), "%s is listed twice",
			     list[i].name);
}

TEST(what_is_listed_is_found_and_possible_for_one_who_may_change_the_host)
{
	struct backing list[BACKING_MAX];
	size_t count = backing_list(list);

	for (size_t i = 0; i < count; i++) {
		struct backing again;
		struct reason reason = { "" };

		assert_int_equal(backing_find(list[i].name, &again, NULL), 0);
		assert_memory_equal(&again, &list[i], sizeof(again));
		must(!backing_possible(&list[i], true, &reason), "%s: %s", list[i].name,
		     reason.text);
	}
}

TEST(list_follows_what_the_kernel_offers)
{
	struct backing list[BACKING_MAX];
	uint64_t sizes[HUGEPAGES_MAX_SIZES], pmd = thp_pmd_size();
	size_t count = backing_list(list), nr_hugetlb = hugetlb_sizes(sizes), found = 0, mthp = 0;

	for (size_t i = 0; i < count; i++) {
		found += backing_is_hugetlb(&list[i]);
		if (strncmp(list[i].name, "mthp-", 5))
			continue;
		mthp++;
		must(list[i].page_bytes < pmd, "%s is listed, but that size is called thp",
		     list[i].name);
	}
	assert_int_equal(found, 2 * nr_hugetlb); /* private and memfd */
	assert_true(mthp <= thp_sizes(sizes));
}

TEST(sizes_that_this_kernel_lacks_are_skipped_with_the_reason)
{
	static const struct {
		const char *name, *why;
	} cases[] = {
		{ "hugetlb-8t", "no 8TiB hugetlb pages (it has " },
		{ "memfd-hugetlb-8t", "no 8TiB hugetlb pages" },
		{ "mthp-8t", "no 8TiB folios" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct backing backing;
		struct reason reason = { "" };

		assert_int_equal(backing_find(cases[i].name, &backing, NULL), 0);
		assert_int_equal(backing_possible(&backing, true, &reason), SKIPPED);
		must_contain(reason.text, cases[i].why);
	}
}

/* The pool of the smallest pages on node 0: their size, and how many are free. */
static uint64_t find_pool(struct backing *ret_backing, uint64_t *ret_free)
{
	uint64_t sizes[HUGEPAGES_MAX_SIZES];
	char name[32] = "hugetlb-", suffix[UNIT_TEXT];

	if (!hugetlb_sizes(sizes))
		skip_because("this kernel has no hugetlb pages");
	strcat(name, size_format_suffix(sizes[0], suffix));
	assert_int_equal(backing_find(name, ret_backing, NULL), 0);
	assert_int_equal(hugetlb_free_pages(sizes[0], 0, ret_free), 0);
	return sizes[0];
}

/* A hugetlb pool that is too small, with no journal to grow it through. */
TEST(pages_beyond_the_pool_are_skipped_with_both_figures)
{
	struct reason reason = { "" };
	struct backing backing;
	uint64_t free_pages, page_bytes = find_pool(&backing, &free_pages);
	char figure[64];
	const unsigned int node = 0;

	assert_int_equal(backing_prepare(&backing, (free_pages + 1000000) * page_bytes, &node, 1,
					 NULL, &reason),
			 SKIPPED);
	snprintf(figure, sizeof(figure), "needs %llu", (unsigned long long)free_pages + 1000000);
	must_contain(reason.text, figure);
	must_contain(reason.text, "are free");
	must_contain(reason.text, "run as root");
}

TEST(nothing_needs_preparing_for_small_pages)
{
	static const char *const names[] = { "anon", "shmem", "memfd" };
	const unsigned int node = 0;

	for (size_t i = 0; i < COUNT(names); i++) {
		struct backing backing;

		assert_int_equal(backing_find(names[i], &backing, NULL), 0);
		assert_int_equal(backing_prepare(&backing, GIB, &node, 1, NULL, NULL), 0);
		assert_int_equal(backing_memory_need(&backing, GIB, &node, 1), GIB);
	}
}

TEST(pool_that_is_there_takes_no_ordinary_memory)
{
	struct backing backing;
	uint64_t free_pages, page_bytes = find_pool(&backing, &free_pages);
	uint64_t bytes = (free_pages + 10) * page_bytes;
	const unsigned int node = 0;

	assert_int_equal(backing_memory_need(&backing, bytes, &node, 1), 10 * page_bytes);
	if (free_pages)
		assert_int_equal(backing_memory_need(&backing, page_bytes, &node, 1), 0);
}

/* The same name is a size of other kernels: what it lacks here is no matter of their version. */
TEST(folios_that_the_base_page_cannot_have_are_skipped_by_it)
{
	static const struct {
		const char *name;
		long page_bytes;
		const char *why;
	} cases[] = {
		{ "mthp-16k", 16 * KIB, "16KiB are fewer than 4 pages of 16KiB" },
		{ "mthp-32k", 16 * KIB, "32KiB are fewer than 4 pages of 16KiB" },
		{ "mthp-128k", 64 * KIB, "128KiB are fewer than 4 pages of 64KiB" },
		{ "mthp-8k", 4 * KIB, "8KiB are fewer than 4 pages of 4KiB" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct backing backing;
		struct reason reason = { "" };

		fake_page_bytes = cases[i].page_bytes;
		assert_int_equal(backing_find(cases[i].name, &backing, NULL), 0);
		assert_int_equal(backing_possible(&backing, true, &reason), SKIPPED);
		must_contain(reason.text, cases[i].why);
	}
	fake_page_bytes = 0;
}

TEST(sizes_of_arm64_kernels_are_suggested)
{
	static const struct {
		const char *name, *hint;
	} cases[] = {
		{ "hugetlb-32M", "did you mean \"hugetlb-32m\"?" },
		{ "memfd-hugetlb-64", "did you mean \"memfd-hugetlb-64k\"?" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct backing backing;
		struct reason reason = { "" };

		assert_int_equal(backing_find(cases[i].name, &backing, &reason), -EINVAL);
		must_contain(reason.text, cases[i].hint);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_the_contract_are_found),
		cmocka_unit_test(other_names_are_refused_with_a_suggestion),
		cmocka_unit_test(words_to_suggest_are_names_of_backings),
		cmocka_unit_test(list_has_what_every_kernel_has_and_each_name_once),
		cmocka_unit_test(
			what_is_listed_is_found_and_possible_for_one_who_may_change_the_host),
		cmocka_unit_test(list_follows_what_the_kernel_offers),
		cmocka_unit_test(sizes_that_this_kernel_lacks_are_skipped_with_the_reason),
		cmocka_unit_test(folios_that_the_base_page_cannot_have_are_skipped_by_it),
		cmocka_unit_test(sizes_of_arm64_kernels_are_suggested),
		cmocka_unit_test(pages_beyond_the_pool_are_skipped_with_both_figures),
		cmocka_unit_test(nothing_needs_preparing_for_small_pages),
		cmocka_unit_test(pool_that_is_there_takes_no_ordinary_memory),
	};

	return RUN(tests);
}
