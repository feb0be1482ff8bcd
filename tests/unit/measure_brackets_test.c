#include "measure/brackets.h"
#include "unit.h"

#define MARKS(...)                                                               \
	{                                                                        \
		.list = (uint64_t[]){ __VA_ARGS__ },                             \
		.count = sizeof((uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t), \
	}

/* "START-END START-END", and how many were not placed. */
static void must_be(const struct brackets *brackets, const char *expected, size_t unplaced)
{
	char text[512] = "";
	size_t length = 0;

	for (size_t i = 0; i < brackets->count; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%llu-%llu",
					   i ? " " : "",
					   (unsigned long long)brackets->list[i].start_ns,
					   (unsigned long long)brackets->list[i].end_ns);
	assert_string_equal(text, expected);
	assert_int_equal(brackets->unplaced, unplaced);
}

static const struct {
	const char *what;
	struct clock_marks marks;
	uint64_t lengths[8];
	size_t count;
	const char *brackets;
	size_t unplaced;
} cases[] = {
	{ "map: the first two", MARKS(100, 1100, 1200, 1900), { 1000 }, 1, "100-1100", 0 },
	{ "unmap: the last two", MARKS(100, 1100, 1200, 1900), { 700 }, 1, "1200-1900", 0 },
	{ "one reading ends one and begins the next", MARKS(10, 40, 100), { 60 }, 1, "40-100", 0 },
	{ "all of a conversion, over its phases",
	  MARKS(0, 5, 20, 50, 100),
	  { 100 },
	  1,
	  "0-100",
	  0 },
	{ "calls of equal length come one after another",
	  MARKS(0, 10, 20, 30, 45),
	  { 10, 10, 10, 15 },
	  4,
	  "0-10 10-20 20-30 30-45",
	  0 },
	{ "some calls were not kept",
	  MARKS(0, 10, 30, 40, 60, 70),
	  { 20, 20 },
	  2,
	  "10-30 40-60",
	  0 },
	{ "neighbours rather than those further apart",
	  MARKS(0, 4, 10, 20, 30),
	  { 10 },
	  1,
	  "10-20",
	  0 },
	{ "samples in another order than time", MARKS(0, 3, 10, 30), { 20, 3 }, 2, "0-3 10-30", 0 },
	{ "a slope is no bracket", MARKS(0, 3, 10, 30), { 17, 3 }, 2, "0-3", 1 },
	{ "empty brackets", MARKS(5, 5, 5, 9), { 0, 0, 4 }, 3, "5-5 5-5 5-9", 0 },
	{ "no readings", { .count = 0 }, { 7 }, 1, "", 1 },
	{ "one reading", MARKS(7), { 0 }, 1, "", 1 },
	{ "no samples", MARKS(7, 8), { 0 }, 0, "", 0 },
};

TEST(brackets_lie_between_readings_that_are_so_far_apart)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct brackets brackets = { .unplaced = 77 };

		print_message("  %s\n", cases[i].what);
		assert_int_equal(
			brackets_find(&brackets, &cases[i].marks, cases[i].lengths, cases[i].count),
			0);
		must_be(&brackets, cases[i].brackets, cases[i].unplaced);
		brackets_release(&brackets);
	}
}

TEST(each_call_forgets_the_iteration_before)
{
	const struct clock_marks first = MARKS(0, 10, 20), second = MARKS(100, 130);
	const uint64_t ten[] = { 10, 10 }, thirty[] = { 30 };
	struct brackets brackets = { .count = 0 };

	assert_int_equal(brackets_find(&brackets, &first, ten, 2), 0);
	must_be(&brackets, "0-10 10-20", 0);
	assert_int_equal(brackets_find(&brackets, &second, thirty, 1), 0);
	must_be(&brackets, "100-130", 0);
	brackets_release(&brackets);
}

TEST(instant_lies_in_a_bracket_from_its_start_to_before_its_end)
{
	const struct clock_marks marks = MARKS(100, 200, 300, 310);
	const uint64_t lengths[] = { 100, 10 };
	static const uint64_t in[] = { 100, 199, 300, 309 }, out[] = { 0, 99, 200, 299, 310, 999 };
	struct brackets brackets = { .count = 0 };

	assert_false(brackets_hold(&brackets, 100));
	assert_int_equal(brackets_find(&brackets, &marks, lengths, 2), 0);
	for (size_t i = 0; i < COUNT(in); i++)
		must(brackets_hold(&brackets, in[i]), "%llu", (unsigned long long)in[i]);
	for (size_t i = 0; i < COUNT(out); i++)
		must(!brackets_hold(&brackets, out[i]), "%llu", (unsigned long long)out[i]);
	brackets_release(&brackets);
}

/* A million readings and a sample each: what a mapping in small pieces makes. */
TEST(many_brackets_take_little_time)
{
	enum { MANY = 1000000 };
	uint64_t *list = malloc(MANY * sizeof(*list)), *lengths = malloc(MANY * sizeof(*lengths));
	const struct clock_marks marks = { .list = list, .count = MANY };
	struct brackets brackets = { .count = 0 };

	assert_true(list && lengths);
	for (uint64_t i = 0; i < MANY; i++)
		list[i] = 2000 * i + i * i % 1009;
	for (size_t i = 0; i + 1 < MANY; i++)
		lengths[i] = list[i + 1] - list[i];
	alarm(20);
	assert_int_equal(brackets_find(&brackets, &marks, lengths, MANY - 1), 0);
	alarm(0);
	assert_int_equal(brackets.count, MANY - 1);
	assert_int_equal(brackets.list[MANY - 2].start_ns, list[MANY - 2]);
	brackets_release(&brackets);
	free(list);
	free(lengths);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(brackets_lie_between_readings_that_are_so_far_apart),
		cmocka_unit_test(each_call_forgets_the_iteration_before),
		cmocka_unit_test(instant_lies_in_a_bracket_from_its_start_to_before_its_end),
		cmocka_unit_test(many_brackets_take_little_time),
	};

	return RUN(tests);
}
