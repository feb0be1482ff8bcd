#include "measure/samples.h"
#include "unit.h"

TEST(samples_are_kept_in_order)
{
	struct samples samples = { 0 };

	assert_int_equal(samples_reserve(&samples, 100), 0);
	for (uint64_t i = 0; i < 100; i++)
		samples_add(&samples, i * i);
	assert_int_equal(samples.count, 100);
	assert_int_equal(samples.lost, 0);
	for (uint64_t i = 0; i < 100; i++)
		assert_true(samples.values[i] == i * i);
	samples_release(&samples);
	assert_null(samples.values);
}

TEST(samples_beyond_the_room_are_counted_not_written)
{
	struct samples samples = { 0 };

	samples_add(&samples, 1);
	assert_int_equal(samples.lost, 1);
	assert_int_equal(samples_reserve(&samples, 2), 0);
	for (uint64_t i = 0; i < 5; i++)
		samples_add(&samples, i);
	assert_int_equal(samples.count, 2);
	assert_int_equal(samples.lost, 4);
	samples_forget(&samples);
	assert_int_equal(samples.count, 0);
	assert_int_equal(samples.lost, 0);
	samples_release(&samples);
}

TEST(room_grows_without_losing_what_is_there)
{
	struct samples samples = { 0 };

	assert_int_equal(samples_reserve(&samples, 2), 0);
	samples_add(&samples, 41);
	samples_add(&samples, 42);
	assert_int_equal(samples_reserve(&samples, 50000), 0);
	assert_int_equal(samples.count, 2);
	assert_int_equal(samples.values[1], 42);
	assert_int_equal(samples_reserve(&samples, 10), 0);
	assert_int_equal(samples.room, 50000);
	samples_release(&samples);
}

TEST(median_is_the_middle_one)
{
	static const struct {
		uint64_t values[6];
		size_t count;
		uint64_t median;
	} cases[] = {
		{ { 0 }, 0, 0 },
		{ { 5 }, 1, 5 },
		{ { 9, 1 }, 2, 9 },
		{ { 3, 1, 2 }, 3, 2 },
		{ { 4, 3, 2, 1 }, 4, 3 },
		{ { 7, 7, 7, 7, 1, 9 }, 6, 7 },
		{ { UINT64_MAX, 0, 1 }, 3, 1 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t before[6];

		memcpy(before, cases[i].values, sizeof(before));
		must(samples_median(cases[i].values, cases[i].count) == cases[i].median,
		     "median of case %zu is wrong", i);
		assert_memory_equal(cases[i].values, before, sizeof(before));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_kept_in_order),
		cmocka_unit_test(samples_beyond_the_room_are_counted_not_written),
		cmocka_unit_test(room_grows_without_losing_what_is_there),
		cmocka_unit_test(median_is_the_middle_one),
	};

	return RUN(tests);
}
