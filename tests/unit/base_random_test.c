#include "base/random.h"
#include "unit.h"

TEST(same_seed_and_stream_give_the_same_numbers)
{
	struct random a = random_seeded(7, 3), b = random_seeded(7, 3);

	for (int i = 0; i < 100; i++)
		assert_true(random_next(&a) == random_next(&b));
}

/* Held against figures, since an order must be the same on every machine and in every release. */
TEST(seed_gives_the_order_that_it_always_gave)
{
	struct random random = random_seeded(7, 0);
	uint32_t items[8];
	static const uint32_t expected[8] = { 5, 4, 3, 2, 0, 1, 7, 6 };

	for (uint32_t i = 0; i < 8; i++)
		items[i] = i;
	random_shuffle(&random, items, 8);
	for (size_t i = 0; i < 8; i++)
		must(items[i] == expected[i], "item %zu is %u", i, items[i]);
}

TEST(different_seeds_and_streams_give_different_numbers)
{
	static const uint64_t seeds[] = { 0, 1, 2, 7, 1ULL << 32, UINT64_MAX };
	uint64_t first[COUNT(seeds) * 8];
	size_t count = 0;

	for (size_t i = 0; i < COUNT(seeds); i++)
		for (uint64_t stream = 0; stream < 8; stream++) {
			struct random random = random_seeded(seeds[i], stream);

			first[count++] = random_next(&random);
		}
	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++)
			must(first[i] != first[j], "generators %zu and %zu begin alike", i, j);
}

/* Streams of one seed must not be one series at different places. */
TEST(streams_do_not_overlap)
{
	struct random a = random_seeded(1, 0), b = random_seeded(1, 1);
	uint64_t from_b = random_next(&b);

	for (int i = 0; i < 10000; i++)
		assert_true(random_next(&a) != from_b);
}

/* Chi-square with 9 degrees of freedom: above 27.9 once in 1000 even generators; the seed is fixed. */
TEST(numbers_below_a_bound_are_even)
{
	static const uint64_t bounds[] = { 10, 3, 1000 };

	for (size_t b = 0; b < COUNT(bounds); b++) {
		struct random random = random_seeded(12345, b);
		const size_t bins = bounds[b] < 10 ? bounds[b] : 10;
		const double draws = 100000, even = draws / (double)bins;
		size_t seen[10] = { 0 };
		double chi = 0;

		for (int i = 0; i < (int)draws; i++) {
			uint64_t value = random_below(&random, bounds[b]);

			assert_true(value < bounds[b]);
			seen[value * bins / bounds[b]]++;
		}
		for (size_t i = 0; i < bins; i++)
			chi += ((double)seen[i] - even) * ((double)seen[i] - even) / even;
		must(chi < 27.9, "chi-square of bound %llu is %.1f", (unsigned long long)bounds[b],
		     chi);
	}
}

TEST(bound_of_one_leaves_no_choice)
{
	struct random random = random_seeded(1, 1);

	for (int i = 0; i < 10; i++)
		assert_int_equal(random_below(&random, 1), 0);
}

TEST(large_bound_is_not_cut)
{
	struct random random = random_seeded(5, 0);
	const uint64_t bound = (1ULL << 63) + 1;
	bool large = false;

	for (int i = 0; i < 100; i++) {
		uint64_t value = random_below(&random, bound);

		assert_true(value < bound);
		large |= value > UINT32_MAX;
	}
	assert_true(large);
}

TEST(shuffle_is_a_permutation)
{
	static const size_t counts[] = { 0, 1, 2, 3, 100, 1000 };

	for (size_t c = 0; c < COUNT(counts); c++) {
		struct random random = random_seeded(9, c);
		uint32_t items[1000];
		bool seen[1000] = { false };

		for (uint32_t i = 0; i < counts[c]; i++)
			items[i] = i;
		random_shuffle(&random, items, counts[c]);
		for (size_t i = 0; i < counts[c]; i++) {
			assert_true(items[i] < counts[c]);
			assert_false(seen[items[i]]);
			seen[items[i]] = true;
		}
	}
}

/* Every item at every place about equally often: a wrong bound in the loop shows here. */
TEST(shuffle_favours_no_place)
{
	struct random random = random_seeded(11, 0);
	size_t seen[5][5] = { { 0 } };
	double chi = 0;

	for (int round = 0; round < 20000; round++) {
		uint32_t items[5] = { 0, 1, 2, 3, 4 };

		random_shuffle(&random, items, 5);
		for (size_t i = 0; i < 5; i++)
			seen[i][items[i]]++;
	}
	for (size_t i = 0; i < 25; i++) {
		double off = (double)seen[i / 5][i % 5] - 4000;

		chi += off * off / 4000;
	}
	/* 16 degrees of freedom; a permutation fills a row and a column at once, hence the 4/5. */
	must(chi * 4 / 5 < 39.3, "chi-square is %.1f", chi * 4 / 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_seed_and_stream_give_the_same_numbers),
		cmocka_unit_test(seed_gives_the_order_that_it_always_gave),
		cmocka_unit_test(different_seeds_and_streams_give_different_numbers),
		cmocka_unit_test(streams_do_not_overlap),
		cmocka_unit_test(numbers_below_a_bound_are_even),
		cmocka_unit_test(bound_of_one_leaves_no_choice),
		cmocka_unit_test(large_bound_is_not_cut),
		cmocka_unit_test(shuffle_is_a_permutation),
		cmocka_unit_test(shuffle_favours_no_place),
	};

	return RUN(tests);
}
