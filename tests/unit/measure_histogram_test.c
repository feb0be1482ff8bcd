#include "measure/histogram.h"
#include "unit.h"

static const uint64_t values[] = { 0,	      1,    15,	    16,	     17,	 31,
				   32,	      1000, 999999, 1 << 30, 1ULL << 40, UINT64_MAX / 2,
				   UINT64_MAX };

TEST(a_bucket_holds_its_values_and_is_narrow)
{
	for (size_t i = 0; i < COUNT(values); i++) {
		size_t bucket = histogram_bucket(values[i]);
		uint64_t from = histogram_floor(bucket);

		must(bucket < HISTOGRAM_BUCKETS, "%llu", (unsigned long long)values[i]);
		must(from <= values[i], "%llu", (unsigned long long)values[i]);
		must(values[i] - from <= values[i] / HISTOGRAM_STEPS, "%llu",
		     (unsigned long long)values[i]);
	}
}

TEST(buckets_follow_each_other_without_a_gap)
{
	for (size_t bucket = 1; bucket < HISTOGRAM_BUCKETS; bucket++) {
		uint64_t from = histogram_floor(bucket);

		must(from > histogram_floor(bucket - 1), "bucket %zu", bucket);
		must(histogram_bucket(from) == bucket, "bucket %zu", bucket);
		must(histogram_bucket(from - 1) == bucket - 1, "bucket %zu", bucket);
	}
}

TEST(least_most_count_and_sum_are_exact)
{
	struct histogram *histogram = calloc(1, sizeof(*histogram));

	histogram_add(histogram, 500);
	histogram_add(histogram, 7);
	histogram_add(histogram, 123456789);
	histogram_add(histogram, 501);
	assert_int_equal(histogram->count, 4);
	assert_int_equal(histogram->least, 7);
	assert_int_equal(histogram->most, 123456789);
	assert_int_equal(histogram->sum, 123457797);
	assert_int_equal(histogram->counts[histogram_bucket(500)], 2);
	free(histogram);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bucket_holds_its_values_and_is_narrow),
		cmocka_unit_test(buckets_follow_each_other_without_a_gap),
		cmocka_unit_test(least_most_count_and_sum_are_exact),
	};

	return RUN(tests);
}
