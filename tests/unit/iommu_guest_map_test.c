#include "base/units.h"
#include "iommu/guest_map.h"
#include "unit.h"

TEST(memory_lies_around_the_holes)
{
	static const struct {
		enum guest_machine machine;
		uint64_t size_bytes;
		size_t count;
		struct guest_piece last;
		uint64_t end;
	} cases[] = {
		{ GUEST_Q35, GIB, 2, { 768 * KIB, 768 * KIB, GIB - 768 * KIB }, 4 * GIB },
		{ GUEST_Q35,
		  2816 * MIB,
		  2,
		  { 768 * KIB, 768 * KIB, 2816 * MIB - 768 * KIB },
		  4 * GIB },
		{ GUEST_Q35, 3 * GIB, 3, { 4 * GIB, 2 * GIB, GIB }, 5 * GIB },
		{ GUEST_Q35, 64 * GIB, 3, { 4 * GIB, 2 * GIB, 62 * GIB }, 66 * GIB },
		{ GUEST_Q35, MIB, 2, { 768 * KIB, 768 * KIB, 256 * KIB }, 4 * GIB },
		{ GUEST_Q35, 64 * KIB, 1, { 0, 0, 64 * KIB }, 4 * GIB },
		{ GUEST_VIRT, GIB, 1, { GIB, 0, GIB }, 512 * GIB },
		{ GUEST_VIRT, 64 * GIB, 1, { GIB, 0, 64 * GIB }, 512 * GIB },
		{ GUEST_VIRT, 600 * GIB, 1, { GIB, 0, 600 * GIB }, 601 * GIB },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct guest_map map = guest_map_of(cases[i].machine, cases[i].size_bytes);

		must(map.count == cases[i].count, "case %zu: %zu pieces", i, map.count);
		must(!memcmp(&map.pieces[map.count - 1], &cases[i].last, sizeof(cases[i].last)),
		     "case %zu: the last piece", i);
		must(guest_map_end(&map) == cases[i].end, "case %zu: the end", i);
		assert_int_equal(map.pieces[0].iova, cases[i].machine == GUEST_VIRT ? GIB : 0);
	}
}

TEST(addresses_that_an_iommu_lacks_are_told)
{
	struct guest_map map = guest_map_of(GUEST_Q35, 3 * GIB);
	struct iommu iommu = { .ranges = { { 0, 0xfedfffff }, { 0xfef00000, 5 * GIB - 1 } },
			       .nr_ranges = 2 };
	struct reason reason = { "" };

	assert_int_equal(guest_map_check(&map, &iommu, &reason), 0);
	iommu.ranges[1].last--;
	assert_int_equal(guest_map_check(&map, &iommu, &reason), SKIPPED);
	must_contain(reason.text, "from 0x100000000 on");
	iommu.nr_ranges = 0;
	assert_int_equal(guest_map_check(&map, &iommu, &reason), SKIPPED);
	must_contain(reason.text, "from 0x0 on");
}

/* An SMMU keeps 0x8000000 for interrupts, where a PC has memory. */
TEST(an_smmu_has_what_an_arm64_guest_wants)
{
	struct iommu iommu = { .ranges = { { 0, 0x7ffffff }, { 0x8100000, (1ULL << 44) - 1 } },
			       .nr_ranges = 2 };
	struct guest_map map = guest_map_of(GUEST_VIRT, 4 * GIB);
	struct guest_map pc = guest_map_of(GUEST_Q35, 4 * GIB);
	struct reason reason = { "" };

	assert_int_equal(guest_map_check(&map, &iommu, &reason), 0);
	assert_int_equal(guest_map_check(&pc, &iommu, &reason), SKIPPED);
	must_contain(reason.text, "a PC's memory");
	iommu.ranges[1].last = 4 * GIB - 1;
	assert_int_equal(guest_map_check(&map, &iommu, &reason), SKIPPED);
	must_contain(reason.text, "an arm64 guest's memory from 0x40000000 on");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_lies_around_the_holes),
		cmocka_unit_test(addresses_that_an_iommu_lacks_are_told),
		cmocka_unit_test(an_smmu_has_what_an_arm64_guest_wants),
	};

	return RUN(tests);
}
