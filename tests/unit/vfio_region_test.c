#include "vfio/region.h"
#include "unit.h"

#define ROOM 512

/* An answer of the kernel's, with a capability behind the fixed part. */
union answer {
	struct vfio_region_info info;
	char bytes[ROOM];
};

static union answer make_answer(uint32_t flags)
{
	union answer answer = {
		.info = { .argsz = ROOM, .flags = flags, .size = 0x10000, .offset = 0x20000000000 }
	};

	return answer;
}

static void *add_sparse(union answer *answer, uint32_t at, uint32_t nr_areas)
{
	struct vfio_region_info_cap_sparse_mmap *cap = (void *)(answer->bytes + at);

	answer->info.flags |= VFIO_REGION_INFO_FLAG_CAPS;
	answer->info.cap_offset = at;
	cap->header.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP;
	cap->header.version = 1;
	cap->nr_areas = nr_areas;
	return cap;
}

TEST(what_can_be_mapped_is_one_area)
{
	union answer answer = make_answer(VFIO_REGION_INFO_FLAG_MMAP | VFIO_REGION_INFO_FLAG_READ);
	struct vfio_region region;

	assert_int_equal(vfio_region_parse(&answer.info, &region), 0);
	assert_int_equal(region.size_bytes, 0x10000);
	assert_int_equal(region.fd_offset, 0x20000000000);
	assert_true(region.can_read && !region.can_write && !region.sparse);
	assert_int_equal(region.nr_areas, 1);
	assert_int_equal(region.areas[0].offset, 0);
	assert_int_equal(region.areas[0].size_bytes, 0x10000);
}

TEST(what_cannot_be_mapped_has_no_area)
{
	union answer answer = make_answer(VFIO_REGION_INFO_FLAG_READ);
	struct vfio_region region;

	assert_int_equal(vfio_region_parse(&answer.info, &region), 0);
	assert_int_equal(region.nr_areas, 0);
}

TEST(an_absent_region_has_no_area)
{
	union answer answer = make_answer(VFIO_REGION_INFO_FLAG_MMAP);
	struct vfio_region region;

	answer.info.size = 0;
	assert_int_equal(vfio_region_parse(&answer.info, &region), 0);
	assert_int_equal(region.nr_areas, 0);
}

TEST(a_sparse_region_has_its_areas_and_no_others)
{
	union answer answer = make_answer(VFIO_REGION_INFO_FLAG_MMAP);
	struct vfio_region_info_cap_sparse_mmap *cap = add_sparse(&answer, 64, 3);
	struct vfio_region region;

	cap->areas[0] = (struct vfio_region_sparse_mmap_area){ 0, 0x1000 };
	cap->areas[1] = (struct vfio_region_sparse_mmap_area){ 0x4000, 0x2000 };
	/* Reaches out of the region: no such thing can be mapped. */
	cap->areas[2] = (struct vfio_region_sparse_mmap_area){ 0xf000, 0x2000 };
	assert_int_equal(vfio_region_parse(&answer.info, &region), 0);
	assert_true(region.sparse);
	assert_int_equal(region.nr_areas, 2);
	assert_int_equal(region.areas[1].offset, 0x4000);
	assert_int_equal(region.areas[1].size_bytes, 0x2000);
}

TEST(other_capabilities_are_passed_over)
{
	union answer answer = make_answer(VFIO_REGION_INFO_FLAG_MMAP);
	struct vfio_region_info_cap_sparse_mmap *cap = add_sparse(&answer, 128, 1);
	struct vfio_info_cap_header *first = (void *)(answer.bytes + 64);
	struct vfio_region region;

	cap->areas[0] = (struct vfio_region_sparse_mmap_area){ 0x2000, 0x1000 };
	*first = (struct vfio_info_cap_header){ .id = VFIO_REGION_INFO_CAP_MSIX_MAPPABLE,
						.version = 1,
						.next = 128 };
	answer.info.cap_offset = 64;
	assert_int_equal(vfio_region_parse(&answer.info, &region), 0);
	assert_true(region.sparse);
	assert_int_equal(region.areas[0].offset, 0x2000);
}

TEST(capabilities_outside_of_the_answer_are_refused)
{
	static const struct {
		uint32_t at, next, nr_areas;
	} cases[] = {
		{ 4, 0, 1 }, /* in the fixed part */
		{ ROOM - 4, 0, 1 }, /* its header reaches out */
		{ 64, 64, 0 }, /* itself */
		{ 64, 40, 0 }, /* back */
		{ 64, 0, 0x10000000 }, /* more areas than there is room */
		{ ROOM - 16, 0, 1 }, /* its areas reach out */
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		union answer answer = make_answer(VFIO_REGION_INFO_FLAG_MMAP);
		struct vfio_region region = { .size_bytes = 7 };
		struct vfio_info_cap_header *header;

		answer.info.flags |= VFIO_REGION_INFO_FLAG_CAPS;
		answer.info.cap_offset = cases[i].at;
		if (cases[i].at <= ROOM - 16 && cases[i].at >= sizeof(answer.info)) {
			add_sparse(&answer, cases[i].at, cases[i].nr_areas);
			header = (void *)(answer.bytes + cases[i].at);
			header->next = cases[i].next;
		}
		must(vfio_region_parse(&answer.info, &region) == -EPROTO, "case %zu", i);
		assert_int_equal(region.size_bytes, 7);
	}
}

TEST(what_is_no_device_says_so)
{
	struct vfio_region region;

	assert_true(vfio_region_read(-1, 0, &region) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_be_mapped_is_one_area),
		cmocka_unit_test(what_cannot_be_mapped_has_no_area),
		cmocka_unit_test(an_absent_region_has_no_area),
		cmocka_unit_test(a_sparse_region_has_its_areas_and_no_others),
		cmocka_unit_test(other_capabilities_are_passed_over),
		cmocka_unit_test(capabilities_outside_of_the_answer_are_refused),
		cmocka_unit_test(what_is_no_device_says_so),
	};

	return RUN(tests);
}
