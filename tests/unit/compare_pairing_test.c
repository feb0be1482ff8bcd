#include "boots.h"
#include "compare/pairing.h"

/* A boot of a side: its pair (0: none), and when it started. */
struct boot_of {
	int pair;
	const char *started;
};

static void write_side(const char *label, const struct boot_of *boots, size_t count)
{
	make_folder(label);
	for (size_t i = 0; i < count; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s/%zu.jsonl", label, i);
		boot_end(boot_begin(temp_path(name),
				    &(struct boot_file){ .label = label,
							 .kernel = label,
							 .pair = boots[i].pair,
							 .started = boots[i].started }));
	}
}

static struct pairing pair_up(const char *left, const struct boot_of *a, size_t nr_a,
			      const char *right, const struct boot_of *b, size_t nr_b,
			      struct sides *sides)
{
	const char *const arguments[] = { kept(temp_path(left)), kept(temp_path(right)) };
	struct reason reason = { "" };
	struct pairing pairing;

	write_side(left, a, nr_a);
	write_side(right, b, nr_b);
	must(!sides_load(arguments, 2, NULL, 0, sides, &reason), "%s", reason.text);
	assert_int_equal(pairing_make(&sides->list[0], &sides->list[1], &pairing), 0);
	return pairing;
}

TEST(boots_of_a_series_are_paired_as_they_were_drawn)
{
	static const struct boot_of left[] = { { 3, NULL }, { 1, NULL }, { 4, NULL } };
	static const struct boot_of right[] = { { 1, NULL }, { 2, NULL }, { 3, NULL } };
	struct sides sides;
	struct pairing pairing = pair_up("a", left, 3, "b", right, 3, &sides);

	assert_int_equal(pairing.basis, PAIRED_BY_SERIES);
	assert_int_equal(pairing.count, 2);
	assert_int_equal(pairing.base_left, 1);
	assert_int_equal(pairing.new_left, 1);
	for (size_t i = 0; i < pairing.count; i++) {
		int64_t base = 0, new = 0;

		assert_true(boot_pair(sides.list[0].boots[pairing.list[i].base], &base));
		assert_true(boot_pair(sides.list[1].boots[pairing.list[i].new], &new));
		assert_int_equal(base, new);
	}
	pairing_release(&pairing);
	sides_release(&sides);
}

TEST(boots_without_a_series_are_paired_by_their_start)
{
	static const struct boot_of left[] = { { 0, "2026-01-03T00:00:00Z" },
					       { 0, "2026-01-01T00:00:00Z" } };
	static const struct boot_of right[] = { { 0, "2026-01-02T00:00:00Z" },
						{ 0, "2026-01-04T00:00:00Z" },
						{ 0, "2026-01-05T00:00:00Z" } };
	struct sides sides;
	struct pairing pairing = pair_up("c", left, 2, "d", right, 3, &sides);

	assert_int_equal(pairing.basis, PAIRED_BY_START);
	assert_int_equal(pairing.count, 2);
	assert_int_equal(pairing.base_left, 0);
	assert_int_equal(pairing.new_left, 1);
	assert_string_equal(boot_started(sides.list[0].boots[pairing.list[0].base]),
			    "2026-01-01T00:00:00Z");
	assert_string_equal(boot_started(sides.list[1].boots[pairing.list[0].new]),
			    "2026-01-02T00:00:00Z");
	pairing_release(&pairing);
	sides_release(&sides);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boots_of_a_series_are_paired_as_they_were_drawn),
		cmocka_unit_test(boots_without_a_series_are_paired_by_their_start),
	};

	return RUN(tests);
}
