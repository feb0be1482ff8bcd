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

/* Faults of a BAR: every 512th also makes a page table, and must neither be lost nor preferred. */
TEST(a_long_series_is_kept_evenly_and_counted_whole)
{
	const uint64_t each = 262144, most = 4096;
	struct samples samples = { 0 };
	size_t slow = 0;

	assert_int_equal(samples_reserve_many(&samples, each, 2, most), 0);
	assert_int_equal(samples.every % 2, 1);
	for (int time = 0; time < 2; time++) {
		samples_forget(&samples);
		for (uint64_t i = 0; i < 2 * each; i++)
			samples_add_to_many(&samples, i % 512 ? 100 : 9000);
		assert_int_equal(samples.lost, 0);
		assert_in_range(samples.count, most / 2, most);
		assert_int_equal(samples.histogram->count, 2 * each);
		assert_int_equal(samples.histogram->most, 9000);
		assert_int_equal(samples.histogram->least, 100);
		assert_int_equal(samples.histogram->counts[histogram_bucket(9000)], 2 * each / 512);
	}
	for (size_t i = 0; i < samples.count; i++)
		slow += samples.values[i] == 9000;
	assert_in_range(slow, samples.count / 512 - 1, samples.count / 512 + 2);
	samples_release(&samples);
	assert_null(samples.histogram);
}

TEST(a_series_that_is_not_long_is_kept_whole)
{
	struct samples samples = { 0 };

	assert_int_equal(samples_reserve_many(&samples, 100, 5, 4096), 0);
	for (uint64_t i = 0; i < 500; i++)
		samples_add_to_many(&samples, i);
	assert_int_equal(samples.count, 500);
	assert_int_equal(samples.lost, 0);
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
		cmocka_unit_test(a_long_series_is_kept_evenly_and_counted_whole),
		cmocka_unit_test(a_series_that_is_not_long_is_kept_whole),
		cmocka_unit_test(median_is_the_middle_one),
	};

	return RUN(tests);
}
