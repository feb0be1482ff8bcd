/* Pieces: every byte is mapped once, in the order asked for, and each call is stamped. */
#include <errno.h>
#include <string.h>

#include "iommu/pieces.h"
#include "unit.h"

#define MOST_CALLS 64
#define MEMORY ((char *)0x10000000)
#define IOVA 0x40000000ull

/* ---- an address space that only writes down what it is asked ---- */

static struct {
	uint64_t iova, size_bytes;
	char *addr;
} calls[MOST_CALLS];
static size_t nr_calls, fail_at;

static int note_map(struct iommu *iommu, uint64_t iova, void *addr, uint64_t size_bytes,
		    unsigned int access)
{
	(void)iommu;
	assert_int_equal(access, IOMMU_READ);
	if (nr_calls == fail_at)
		return -ENOSPC;
	assert_true(nr_calls < MOST_CALLS);
	calls[nr_calls].iova = iova;
	calls[nr_calls].addr = addr;
	calls[nr_calls++].size_bytes = size_bytes;
	return 0;
}

static int note_unmap(struct iommu *iommu, uint64_t iova, uint64_t size_bytes)
{
	char *addr = (char *)((uintptr_t)MEMORY + (iova - IOVA));

	return note_map(iommu, iova, addr, size_bytes, IOMMU_READ);
}

static const struct iommu_ops ops = { .unmap = note_unmap };
static const struct iommu_mode mode = { .name = "notes", .ops = &ops };
static struct iommu iommu = { .mode = &mode, .map = note_map };

static struct pieces pieces_of(uint64_t size_bytes, uint64_t piece_bytes, enum pieces_order order)
{
	struct pieces pieces = { .addr = MEMORY, .iova = IOVA, .size_bytes = size_bytes };

	nr_calls = 0;
	fail_at = MOST_CALLS;
	assert_int_equal(pieces_init(&pieces, piece_bytes, order), 0);
	return pieces;
}

/* ---- what must hold ---- */

static void assert_all_bytes_once(uint64_t size_bytes)
{
	unsigned char seen[4096] = { 0 };

	for (size_t i = 0; i < nr_calls; i++) {
		uint64_t offset = calls[i].iova - IOVA;

		assert_ptr_equal(calls[i].addr, MEMORY + offset);
		assert_true(offset + calls[i].size_bytes <= size_bytes);
		for (uint64_t b = 0; b < calls[i].size_bytes; b++)
			seen[offset + b]++;
	}
	for (uint64_t b = 0; b < size_bytes; b++)
		assert_int_equal(seen[b], 1);
}

static void every_order_maps_and_unmaps_each_byte_once(void **state)
{
	(void)state;
	for (int order = 0; pieces_order_names[order]; order++) {
		struct pieces pieces = pieces_of(4000, 100, (enum pieces_order)order);

		assert_int_equal(pieces_map(&pieces, &iommu, IOMMU_READ), 0);
		assert_int_equal(nr_calls, 40);
		assert_all_bytes_once(4000);
		nr_calls = 0;
		assert_int_equal(pieces_unmap(&pieces, &iommu), 0);
		assert_all_bytes_once(4000);
		pieces_release(&pieces);
	}
}

static void orders_are_what_they_are_called(void **state)
{
	static const uint32_t strided[] = { 0, 16, 32, 1, 17, 33 };
	struct pieces pieces = pieces_of(40, 1, PIECES_IN_ORDER);

	(void)state;
	for (uint32_t i = 0; i < 40; i++)
		assert_int_equal(pieces.order[i], i);
	pieces_release(&pieces);
	pieces = pieces_of(40, 1, PIECES_REVERSE);
	for (uint32_t i = 0; i < 40; i++)
		assert_int_equal(pieces.order[i], 39 - i);
	pieces_release(&pieces);
	pieces = pieces_of(40, 1, PIECES_STRIDED);
	assert_memory_equal(pieces.order, strided, sizeof(strided));
	pieces_release(&pieces);
}

static void a_random_order_is_the_same_each_time_and_not_sorted(void **state)
{
	struct pieces one = pieces_of(40, 1, PIECES_RANDOM), two = pieces_of(40, 1, PIECES_RANDOM);
	bool sorted = true;

	(void)state;
	assert_memory_equal(one.order, two.order, 40 * sizeof(*one.order));
	for (uint32_t i = 0; i < 40; i++)
		sorted = sorted && one.order[i] == i;
	assert_false(sorted);
	pieces_release(&one);
	pieces_release(&two);
}

static void the_last_piece_is_what_is_left(void **state)
{
	struct pieces pieces = pieces_of(1050, 500, PIECES_IN_ORDER);

	(void)state;
	assert_int_equal(pieces_map(&pieces, &iommu, IOMMU_READ), 0);
	assert_int_equal(nr_calls, 3);
	assert_int_equal(calls[2].size_bytes, 50);
	pieces_release(&pieces);
}

static void no_piece_size_is_one_piece(void **state)
{
	struct pieces pieces = pieces_of(1050, 0, PIECES_IN_ORDER);

	(void)state;
	assert_int_equal(pieces_map(&pieces, &iommu, IOMMU_READ), 0);
	assert_int_equal(nr_calls, 1);
	assert_int_equal(calls[0].size_bytes, 1050);
	pieces_release(&pieces);
}

static void stamps_stand_before_the_first_call_and_after_each(void **state)
{
	struct pieces pieces = pieces_of(1000, 100, PIECES_RANDOM);

	(void)state;
	assert_int_equal(pieces_map(&pieces, &iommu, IOMMU_READ), 0);
	for (uint32_t i = 0; i < pieces.count; i++)
		assert_true(pieces.map_stamps[i] <= pieces.map_stamps[i + 1]);
	assert_int_not_equal(pieces.map_stamps[pieces.count], UINT64_MAX);
	assert_int_equal(pieces.unmap_stamps[0], UINT64_MAX);
	pieces_release(&pieces);
}

static void the_first_error_ends_it(void **state)
{
	struct pieces pieces = pieces_of(1000, 100, PIECES_IN_ORDER);

	(void)state;
	fail_at = 3;
	assert_int_equal(pieces_map(&pieces, &iommu, IOMMU_READ), -ENOSPC);
	assert_int_equal(nr_calls, 3);
	pieces_release(&pieces);
}

static void released_pieces_can_be_released_again(void **state)
{
	struct pieces pieces = pieces_of(1000, 100, PIECES_IN_ORDER);

	(void)state;
	pieces_release(&pieces);
	pieces_release(&pieces);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_order_maps_and_unmaps_each_byte_once),
		cmocka_unit_test(orders_are_what_they_are_called),
		cmocka_unit_test(a_random_order_is_the_same_each_time_and_not_sorted),
		cmocka_unit_test(the_last_piece_is_what_is_left),
		cmocka_unit_test(no_piece_size_is_one_piece),
		cmocka_unit_test(stamps_stand_before_the_first_call_and_after_each),
		cmocka_unit_test(the_first_error_ends_it),
		cmocka_unit_test(released_pieces_can_be_released_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
