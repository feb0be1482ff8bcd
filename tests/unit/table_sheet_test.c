#include "table/sheet.h"
#include "worlds.h"

/* ---- sides made of trials ---- */

struct trial_of {
	const char *cell, *metric, *samples; /* samples NULL: skipped */
};

static const char *make_boot(const char *label, const char *timing, const struct trial_of *trials,
			     size_t count)
{
	const char *path;
	char name[64];
	FILE *file;

	snprintf(name, sizeof(name), "%.40s.jsonl", label);
	path = kept(temp_path(name));
	file = boot_begin(path, &(struct boot_file){ .label = label, .pair = 1, .timing = timing });
	for (size_t i = 0; i < count; i++) {
		if (trials[i].samples)
			boot_trial(file, trials[i].cell, trials[i].metric, trials[i].samples);
		else
			boot_skip(file, trials[i].cell, "no room");
	}
	boot_end(file);
	return path;
}

static struct sheet sheet;

static struct comparison *sheet_of(const char *const *arguments, size_t count)
{
	struct comparison *comparison =
		compare(arguments, count, &(struct comparison_options){ .gated = false });

	assert_int_equal(sheet_make(comparison, &sheet), 0);
	return comparison;
}

static void release_sheet(struct comparison *comparison)
{
	sheet_release(&sheet);
	release(comparison);
}

static const char *cell_of(size_t block, size_t row, size_t column)
{
	const struct table *table = &sheet.blocks[block].table;
	const char *text = table->cells[row * table->nr_columns + column];

	return text ? text : "";
}

enum { NAME, BASE, NEW, RATIO, P, PAIRS_OF, VERDICT };

/* ---- tests ---- */

TEST(rows_of_one_kind_share_a_block_and_what_they_have_in_common_is_said_once)
{
	static const struct trial_of trials[] = {
		{ "vfio-map/iommu=type1/backing=anon", "map_ns", "5" },
		{ "vfio-map/iommu=type1/backing=thp", "map_ns", "5" },
		{ "vfio-map/iommu=type1/backing=thp", "unmap_ns", "5" },
		{ "vfio-map/iommu=type1/backing=thp/unmap=chunk", "map_ns", "5" },
		{ "null", "op_ns", "5" },
	};
	static const struct {
		const char *heading, *header, *first;
		size_t rows;
	} blocks[] = {
		{ "null op_ns", "cell", "null", 1 },
		{ "vfio-map map_ns: iommu=type1", "backing", "anon", 2 },
		{ "vfio-map unmap_ns: iommu=type1, backing=thp", "cell", "vfio-map", 1 },
		{ "vfio-map map_ns: iommu=type1, backing=thp, unmap=chunk", "cell", "vfio-map", 1 },
	};
	const char *const arguments[] = { make_boot("a", NULL, trials, COUNT(trials)),
					  make_boot("b", NULL, trials, COUNT(trials)) };
	struct comparison *comparison = sheet_of(arguments, 2);

	assert_int_equal(sheet.nr_blocks, COUNT(blocks));
	for (size_t i = 0; i < COUNT(blocks); i++) {
		assert_string_equal(sheet.blocks[i].heading.text, blocks[i].heading);
		assert_string_equal(sheet.blocks[i].header.text, blocks[i].header);
		assert_string_equal(cell_of(i, 0, NAME), blocks[i].first);
		assert_int_equal(sheet.blocks[i].table.nr_rows, blocks[i].rows);
	}
	release_sheet(comparison);
}

TEST(figures_have_the_scale_of_the_base_and_three_digits)
{
	static const struct {
		const char *metric, *left, *right, *base, *new;
	} cases[] = {
		{ "a_ns", "5", "5.25", "5.00 ns ±0.0%", "5.25 ns ±0.0%" },
		{ "b_ns", "999", "1001", "999 ns ±0.0%", "1001 ns ±0.0%" },
		{ "c_ns", "1000", "999", "1.00 us ±0.0%", "0.999 us ±0.0%" },
		{ "d_ns", "12345678", "1", "12.3 ms ±0.0%", "1.00 ns ±0.0%" },
		{ "e_ns", "2000000000", "3e10", "2.00 s ±0.0%", "30.0 s ±0.0%" },
		{ "f_ns", "90,100,120", "100", "100 ns ±10%", "100 ns ±0.0%" },
		{ "faults", "512", "0", "512 count ±0.0%", "0 count ±0.0%" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct trial_of left = { "x", cases[i].metric, cases[i].left };
		const struct trial_of right = { "x", cases[i].metric, cases[i].right };
		const char *const arguments[] = { make_boot("a", NULL, &left, 1),
						  make_boot("b", NULL, &right, 1) };
		struct comparison *comparison = sheet_of(arguments, 2);

		assert_string_equal(cell_of(0, 0, BASE), cases[i].base);
		assert_string_equal(cell_of(0, 0, NEW), cases[i].new);
		release_sheet(comparison);
	}
}

TEST(every_word_says_what_it_rests_on)
{
	static const struct {
		struct world world;
		const char *ratio, *p, *pairs, *verdict;
	} cases[] = {
		{ { PAIRS, 2, 0, NULL, NULL, NULL },
		  "2.000 [2.000 2.000]",
		  "0.008",
		  "8",
		  "slower" },
		{ { 6, 0.5, 0, NULL, NULL, NULL }, "0.500 [0.500 0.500]", "0.031", "6", "faster" },
		{ { PAIRS, 1.01, 0, NULL, NULL, NULL },
		  "1.010 [1.010 1.010]",
		  "0.008",
		  "8",
		  "slower <2%" },
		{ { 1, 20, 0, NULL, NULL, NULL }, "20.0", "-", "1", "unresolved" },
		{ { 3, 2, 0, NULL, "icount", NULL },
		  "2.000 [1.999 2.001]",
		  "<.001",
		  "3",
		  "slower" },
		{ { 1, 2, 0, NULL, "icount", NULL }, "2.000 [1.667 2.400]", "-", "1", "slower" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct comparison *comparison = compare_world(&cases[i].world, -1);

		assert_int_equal(sheet_make(comparison, &sheet), 0);
		assert_string_equal(cell_of(0, 0, RATIO), cases[i].ratio);
		assert_string_equal(cell_of(0, 0, P), cases[i].p);
		assert_string_equal(cell_of(0, 0, PAIRS_OF), cases[i].pairs);
		assert_string_equal(cell_of(0, 0, VERDICT), cases[i].verdict);
		assert_string_equal(sheet.blocks[0].table.headers[PAIRS_OF],
				    cases[i].world.timing ? "boots" : "pairs");
		release_sheet(comparison);
	}
}

TEST(row_that_a_side_lacks_is_shown_where_another_has_it)
{
	static const struct trial_of both[] = { { "x/a=1", "op_ns", "5" },
						{ "x/a=2", "op_ns", "5" } };
	static const struct trial_of one[] = { { "x/a=1", "op_ns", "5" }, { "x/a=2", NULL, NULL } };
	const char *const arguments[] = { make_boot("a", NULL, both, 2),
					  make_boot("b", NULL, both, 2),
					  make_boot("c", NULL, one, 2) };
	struct comparison *comparison = sheet_of(arguments, 3);

	assert_int_equal(sheet.nr_blocks, 2);
	assert_string_equal(sheet.blocks[1].heading.text, "x op_ns (c)");
	assert_string_equal(cell_of(1, 1, NAME), "2");
	assert_string_equal(cell_of(1, 1, NEW), "");
	assert_string_equal(cell_of(1, 1, VERDICT), "not compared");
	must_contain(sheet.remarks.text, "not compared: x/a=2\n  c: skipped: no room\n");
	release_sheet(comparison);
}

TEST(sides_tell_who_is_compared_and_where)
{
	static const struct boot_file boots[] = {
		{ .label = "a", .pair = 1, .host = ",\"cpu\":{\"model\":\"A \\u001b[31m CPU\"}" },
		{ .label = "b", .pair = 1, .host = ",\"cpu\":{\"model\":\"A \\u001b[31m CPU\"}" },
	};
	const char *arguments[2];
	struct comparison *comparison;

	for (size_t i = 0; i < 2; i++) {
		FILE *file;

		arguments[i] = kept(temp_path(i ? "b.jsonl" : "a.jsonl"));
		file = boot_begin(arguments[i], &boots[i]);
		boot_trial(file, "x", "op_ns", "5");
		boot_end(file);
	}
	comparison = sheet_of(arguments, 2);
	assert_string_equal(sheet.sides.text, "base  a, 1 boot\n"
					      "new   b, 1 boot, 1 pair as drawn by the lab\n"
					      "on    A ?[31m CPU, wall clock, dmabench 1\n");
	release_sheet(comparison);
}

/* What all rows came to, what it would take, and how to read it. */
TEST(remarks_tell_what_the_figures_are)
{
	static const struct {
		struct world world;
		const char *remark;
	} cases[] = {
		{ { PAIRS, 2, 0, NULL, NULL, NULL }, "1 row: 1 slower\n" },
		{ { 3, 2, 0, NULL, NULL, NULL },
		  "1 row: 1 unresolved\nunresolved, 1 row: 3 pairs of boots; " },
		{ { PAIRS, 2, 0, NULL, NULL, NULL }, "exact sign-flip test over boot pairs" },
		{ { PAIRS, 2, 0, NULL, NULL, NULL }, "95 % interval of the median over boots" },
		{ { 5, 2, 0, NULL, NULL, NULL }, "1 row: 1 unresolved\n" },
		{ { 3, 2, 0, NULL, NULL, NULL }, "range of the boots (fewer than 6)" },
		{ { 1, 2, 0, NULL, NULL, NULL }, "quartiles within the one boot" },
		{ { PAIRS, 2, 0, NULL, NULL, NULL }, "null control: none" },
		{ { PAIRS, 1, 0.001, NULL, NULL, "null" }, "null control: passed" },
		{ { PAIRS, 2, 0, NULL, NULL, "null" }, "null control: FAILED" },
		{ { 3, 1, 0.1, NULL, NULL, "null" }, "null control: unresolved" },
		{ { 3, 2, 0, NULL, "icount", NULL }, "executed instructions, not hardware time" },
		{ { 3, 2, 0, NULL, "icount", NULL }, "of 3 a side chance may give" },
		{ { 1, 2, 0, NULL, "icount", NULL }, "caution: one boot a side" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct comparison *comparison = compare_world(&cases[i].world, -1);

		assert_int_equal(sheet_make(comparison, &sheet), 0);
		must_contain(sheet.remarks.text, cases[i].remark);
		release_sheet(comparison);
	}
}

TEST(boots_enough_are_not_warned_of)
{
	static const struct world worlds[] = { { 5, 2, 0, NULL, "icount", NULL },
					       { 3, 1, 0, NULL, "icount", NULL },
					       { 3, 2, 0, NULL, NULL, NULL } };

	for (size_t i = 0; i < COUNT(worlds); i++) {
		struct comparison *comparison = compare_world(&worlds[i], -1);

		assert_int_equal(sheet_make(comparison, &sheet), 0);
		must(!strstr(sheet.remarks.text, "caution"), "world %zu: %s", i,
		     sheet.remarks.text);
		release_sheet(comparison);
	}
}

TEST(gate_tells_what_failed_and_what_could_not)
{
	static const struct {
		struct world world;
		const char *remark;
	} cases[] = {
		{ { PAIRS, 1.2, 0, NULL, NULL, NULL },
		  "gate 5%: FAILED, beyond doubt worse by more than that (*):\n"
		  "  bench/backing=thp op_ns: x1.200 in young\n" },
		{ { PAIRS, 1.04, 0, NULL, NULL, NULL },
		  "gate 5%: passed, no row is beyond doubt worse by more than that\nnull" },
		{ { 5, 2, 0, NULL, NULL, NULL },
		  "  1 of 1 verdicts cannot fail it: too few pairs" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct comparison *comparison = compare_world(&cases[i].world, 5);

		assert_int_equal(sheet_make(comparison, &sheet), 0);
		must_contain(sheet.remarks.text, cases[i].remark);
		assert_true(!strcmp(cell_of(0, 0, VERDICT), "slower *") ==
			    (comparison->nr_gate_failed > 0));
		release_sheet(comparison);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rows_of_one_kind_share_a_block_and_what_they_have_in_common_is_said_once),
		cmocka_unit_test(figures_have_the_scale_of_the_base_and_three_digits),
		cmocka_unit_test(every_word_says_what_it_rests_on),
		cmocka_unit_test(row_that_a_side_lacks_is_shown_where_another_has_it),
		cmocka_unit_test(sides_tell_who_is_compared_and_where),
		cmocka_unit_test(remarks_tell_what_the_figures_are),
		cmocka_unit_test(boots_enough_are_not_warned_of),
		cmocka_unit_test(gate_tells_what_failed_and_what_could_not),
	};

	return RUN(tests);
}
