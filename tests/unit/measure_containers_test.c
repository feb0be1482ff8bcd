/* Where a buffer can lie in several containers at once. (Opened and closed: bench_vfio_test.c.) */
#include "measure/containers.h"

#include "base/units.h"
#include "unit.h"

#define MOST_CONTAINERS 3
#define MOST_RANGES 2

struct ranges_case {
	struct iommu_range ranges[MOST_CONTAINERS][MOST_RANGES]; /* zeroed: no more of them */
	uint64_t size, align, iova;
	const char *why; /* NULL: there is room, at iova */
};

static const struct ranges_case cases[] = {
	{ { { { 0, 4 * GIB - 1 } }, { { 0, 4 * GIB - 1 } } }, MIB, GIB, 0, NULL },
	/* The second one pushes the first, and the other way round. */
	{ { { { 0, GIB - 1 }, { 2 * GIB, 8 * GIB } }, { { GIB, 8 * GIB } } },
	  MIB,
	  GIB,
	  2 * GIB,
	  NULL },
	{ { { { GIB, 8 * GIB } }, { { 0, GIB - 1 }, { 2 * GIB, 8 * GIB } } },
	  MIB,
	  GIB,
	  2 * GIB,
	  NULL },
	/* Each step is another one's. */
	{ { { { 0, MIB }, { 5 * GIB, 9 * GIB } },
	    { { 1 * GIB, 2 * GIB }, { 6 * GIB, 9 * GIB } },
	    { { 3 * GIB, 4 * GIB }, { 7 * GIB, 9 * GIB } } },
	  MIB,
	  MIB,
	  7 * GIB,
	  NULL },
	{ { { { 0, 4 * GIB - 1 } }, { { 3 * GIB, 8 * GIB } } }, GIB, GIB, 3 * GIB, NULL },
	/* Each has room, but not where the other one has it. */
	{ { { { 0, 4 * GIB - 1 } }, { { 4 * GIB, 8 * GIB } } },
	  MIB,
	  GIB,
	  0,
	  "no room for 1MiB from 0x100000000 on in the I/O addresses that there are: "
	  "0x0-0xffffffff" },
	{ { { { 4 * GIB, 8 * GIB - 1 } }, { { 0, GIB - 1 } } },
	  MIB,
	  GIB,
	  0,
	  "no room for 1MiB from 0x100000000 on in the I/O addresses that there are: "
	  "0x0-0x3fffffff" },
	/* One has none at all. */
	{ { { { 0, 8 * GIB } }, { { GIB, GIB + KIB - 1 } } },
	  MIB,
	  MIB,
	  0,
	  ": 0x40000000-0x400003ff" },
};

/* Makes the containers of a case: the last one is followed by one without ranges. */
static struct containers make(const struct ranges_case *wanted, struct iommu *list)
{
	struct containers containers = { list, 0 };

	for (size_t i = 0; i < MOST_CONTAINERS && wanted->ranges[i][0].last; i++) {
		list[i] = (struct iommu){ 0 };
		for (size_t j = 0; j < MOST_RANGES && wanted->ranges[i][j].last; j++)
			list[i].ranges[list[i].nr_ranges++] = wanted->ranges[i][j];
		containers.count++;
	}
	return containers;
}

TEST(address_is_one_that_all_containers_have)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct iommu list[MOST_CONTAINERS];
		struct containers containers = make(&cases[i], list);
		struct reason reason = { "" };
		uint64_t iova = 42;
		int ret = containers_find_iova(&containers, cases[i].size, cases[i].align, &iova,
					       &reason);

		must(ret == (cases[i].why ? -ENOSPC : 0), "case %zu: %d %s", i, ret, reason.text);
		must(iova == (cases[i].why ? 42 : cases[i].iova), "case %zu: 0x%llx", i,
		     (unsigned long long)iova);
		if (cases[i].why)
			must_contain(reason.text, cases[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_is_one_that_all_containers_have),
	};

	return RUN(tests);
}
