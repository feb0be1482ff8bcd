#include "base/units.h"
#include "host/hugepages.h"
#include "unit.h"

static void check_sizes(size_t (*list)(uint64_t *), const char *what)
{
	uint64_t sizes[HUGEPAGES_MAX_SIZES];
	size_t count = list(sizes);

	must(count <= HUGEPAGES_MAX_SIZES, "%zu sizes of %s", count, what);
	for (size_t i = 0; i < count; i++) {
		must(sizes[i] && !(sizes[i] & (sizes[i] - 1)), "%s: %llu is no power of two", what,
		     (unsigned long long)sizes[i]);
		must(!i || sizes[i - 1] < sizes[i], "%s do not rise", what);
	}
}

TEST(sizes_rise_and_are_powers_of_two)
{
	check_sizes(hugetlb_sizes, "hugetlb pages");
	check_sizes(thp_sizes, "transparent hugepages");
}

TEST(pmd_size_is_one_of_the_sizes)
{
	uint64_t sizes[HUGEPAGES_MAX_SIZES], pmd = thp_pmd_size();
	size_t count = thp_sizes(sizes);

	if (!pmd || !count)
		skip_because("this kernel has one size of transparent hugepages, or none");
	assert_true(sizes[count - 1] == pmd);
}

TEST(size_that_is_not_there_is_not_switched_on)
{
	assert_false(thp_is_enabled(8 * TIB));
	assert_false(thp_is_enabled(0));
}

TEST(pages_that_are_free_already_are_reserved_without_a_journal)
{
	uint64_t sizes[HUGEPAGES_MAX_SIZES], free_pages;

	if (!hugetlb_sizes(sizes))
		skip_because("this kernel has no hugetlb pages");
	assert_int_equal(hugetlb_free_pages(sizes[0], 0, &free_pages), 0);
	assert_int_equal(hugetlb_reserve(NULL, sizes[0], 0, 0, NULL), 0);
	assert_int_equal(hugetlb_reserve(NULL, sizes[0], 0, free_pages, NULL), 0);
}

TEST(pages_beyond_those_are_skipped_with_both_figures)
{
	uint64_t sizes[HUGEPAGES_MAX_SIZES], free_pages;
	struct reason reason = { "" };
	char figures[80], size[UNIT_TEXT];

	if (!hugetlb_sizes(sizes))
		skip_because("this kernel has no hugetlb pages");
	assert_int_equal(hugetlb_free_pages(sizes[0], 0, &free_pages), 0);
	assert_int_equal(hugetlb_reserve(NULL, sizes[0], 0, free_pages + 7, &reason), SKIPPED);
	snprintf(figures, sizeof(figures),
		 "needs %llu hugetlb pages of %s on node 0, %llu are free",
		 (unsigned long long)free_pages + 7, size_format(sizes[0], size),
		 (unsigned long long)free_pages);
	must_contain(reason.text, figures);
}

TEST(pages_of_a_size_that_is_not_there_are_skipped)
{
	struct reason reason = { "" };
	uint64_t pages = 42;

	assert_true(hugetlb_free_pages(8 * TIB, 0, &pages) < 0);
	assert_int_equal(pages, 42);
	assert_int_equal(hugetlb_reserve(NULL, 8 * TIB, 0, 1, &reason), SKIPPED);
	must_contain(reason.text, "no 8TiB hugetlb pages");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_rise_and_are_powers_of_two),
		cmocka_unit_test(pmd_size_is_one_of_the_sizes),
		cmocka_unit_test(size_that_is_not_there_is_not_switched_on),
		cmocka_unit_test(pages_that_are_free_already_are_reserved_without_a_journal),
		cmocka_unit_test(pages_beyond_those_are_skipped_with_both_figures),
		cmocka_unit_test(pages_of_a_size_that_is_not_there_are_skipped),
	};

	return RUN(tests);
}
