#include "base/units.h"
#include "iommu/pc_map.h"
#include "unit.h"

TEST(memory_lies_around_the_holes)
{
	static const struct {
		uint64_t size_bytes;
		size_t count;
		struct pc_piece last;
		uint64_t end;
	} cases[] = {
		{ GIB, 2, { 768 * KIB, 768 * KIB, GIB - 768 * KIB }, 4 * GIB },
		{ 2816 * MIB, 2, { 768 * KIB, 768 * KIB, 2816 * MIB - 768 * KIB }, 4 * GIB },
		{ 3 * GIB, 3, { 4 * GIB, 2 * GIB, GIB }, 5 * GIB },
		{ 64 * GIB, 3, { 4 * GIB, 2 * GIB, 62 * GIB }, 66 * GIB },
		{ MIB, 2, { 768 * KIB, 768 * KIB, 256 * KIB }, 4 * GIB },
		{ 64 * KIB, 1, { 0, 0, 64 * KIB }, 4 * GIB },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pc_map map = pc_map_of(cases[i].size_bytes);

		must(map.count == cases[i].count, "case %zu: %zu pieces", i, map.count);
		must(!memcmp(&map.pieces[map.count - 1], &cases[i].last, sizeof(cases[i].last)),
		     "case %zu: the last piece", i);
		must(pc_map_end(&map) == cases[i].end, "case %zu: the end", i);
		assert_int_equal(map.pieces[0].iova, 0);
	}
}

TEST(addresses_that_an_iommu_lacks_are_told)
{
	struct pc_map map = pc_map_of(3 * GIB);
	struct iommu iommu = { .ranges = { { 0, 0xfedfffff }, { 0xfef00000, 5 * GIB - 1 } },
			       .nr_ranges = 2 };
	struct reason reason = { "" };

	assert_int_equal(pc_map_check(&map, &iommu, &reason), 0);
	iommu.ranges[1].last--;
	assert_int_equal(pc_map_check(&map, &iommu, &reason), SKIPPED);
	must_contain(reason.text, "from 0x100000000 on");
	iommu.nr_ranges = 0;
	assert_int_equal(pc_map_check(&map, &iommu, &reason), SKIPPED);
	must_contain(reason.text, "from 0x0 on");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_lies_around_the_holes),
		cmocka_unit_test(addresses_that_an_iommu_lacks_are_told),
	};

	return RUN(tests);
}
