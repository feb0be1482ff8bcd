#include <math.h>

#include "boots.h"
#include "table/why_table.h"

#define CELL "vfio-map/backing=thp/size=2MiB"

static struct why *make(const struct boot_profile_text *texts[NR_WHEN][2], const size_t counts[],
			const double measured[], double pages)
{
	struct profile *profiles[NR_WHEN][2];
	struct why_side sides[NR_WHEN];
	struct why *why = NULL;

	for (int when = BEFORE; when < NR_WHEN; when++) {
		for (size_t i = 0; i < counts[when]; i++) {
			struct boot_profile_text text = *texts[when][i];

			text.cell = CELL;
			text.metric = "unmap_ns";
			profiles[when][i] = boot_profile_of(&text);
		}
		sides[when] =
			(struct why_side){ .profiles =
						   (const struct profile *const *)profiles[when],
					   .count = counts[when],
					   .measured = measured[when] };
	}
	assert_int_equal(why_make(&sides[BEFORE], &sides[AFTER], pages, 0, &why, NULL), 0);
	for (int when = BEFORE; when < NR_WHEN; when++)
		for (size_t i = 0; i < counts[when]; i++)
			profile_free(profiles[when][i]);
	return why;
}

static struct why *make_two(const struct boot_profile_text *before,
			    const struct boot_profile_text *after, double was, double is,
			    double pages)
{
	const struct boot_profile_text *texts[NR_WHEN][2] = { { before }, { after } };

	return make(texts, (const size_t[]){ 1, 1 }, (const double[]){ was, is }, pages);
}

/* All that a terminal shows of it; frees @why. */
static const char *print(struct why *why)
{
	static char text[4096];
	FILE *file = fmemopen(memset(text, 0, sizeof(text)), sizeof(text), "w");
	struct why_table table;

	assert_int_equal(why_table_make(why, CELL, "unmap_ns", &table), 0);
	fprintf(file, "%s\n%s\n", table.heading.text, table.figures.text);
	if (table.table.nr_rows)
		table_print(&table.table, file, false);
	fclose(file);
	why_table_release(&table);
	why_free(why);
	return text;
}

TEST(counted_difference_is_told_by_operation_and_page)
{
	struct why *why = make_two(
		&(struct boot_profile_text){
			.stacks = "ioctl=40000/1 ioctl;pin@vfio=10240/512 ioctl;old=1024/2" },
		&(struct boot_profile_text){
			.stacks = "ioctl=40003/1 ioctl;pin@vfio=20480/512 ioctl;young=3072/3" },
		51264, 63555, 512);

	assert_string_equal(
		print(why),
		"why vfio-map/backing=thp/size=2MiB unmap_ns\n"
		"+24.0 %, +12,291 ns = +24.0 a page; 100 % by name\n"
		"an operation  a page  base/page  new/page     calls  function\n"
		"     +10,240   +20.0       20.0      40.0  1 a page  pin [vfio]\n"
		"      +2,051   +4.01       80.1      84.1         1  ioctl and what it calls\n"
		"                                                       base: old\n"
		"                                                       new: young\n"
		"     +12,291   +24.0        100       124            sum\n");
}

TEST(without_pages_and_time_figures_are_instructions_an_operation)
{
	struct why *why = make_two(
		&(struct boot_profile_text){ .stacks = "f=1234567/1 f;g=9/2", .interrupts = 1000 },
		&(struct boot_profile_text){ .stacks = "f=2345678/2 f;g=8/2",
					     .interrupts = 900000 },
		NAN, NAN, 0);

	assert_string_equal(
		print(why),
		"why vfio-map/backing=thp/size=2MiB unmap_ns\n"
		"+162.7 %, +2,010,110 instructions; 100 % by name\n"
		"an operation       base        new   calls  function\n"
		"  +1,111,111  1,234,567  2,345,678  1 -> 2  f\n"
		"    +899,000      1,000    900,000          interrupts, of no function\n"
		"          -1                                1 other\n"
		"  +2,010,110  1,235,576  3,245,686          sum\n");
}

TEST(several_boots_have_a_column_for_how_far_they_differ)
{
	const struct boot_profile_text a = { .stacks = "f=1000/1" }, b = { .stacks = "f=1010/1" };
	const struct boot_profile_text c = { .stacks = "f=2000/1" };
	const struct boot_profile_text *texts[NR_WHEN][2] = { { &a, &b }, { &c } };
	struct why *why = make(texts, (const size_t[]){ 2, 1 }, (const double[]){ 1005, 2000 }, 0);

	assert_string_equal(print(why), "why vfio-map/backing=thp/size=2MiB unmap_ns\n"
					"+99.0 %, +995 ns; 100 % by name\n"
					"an operation  boots ±   base    new  calls  function\n"
					"        +995     5.00  1,005  2,000      1  f\n"
					"        +995           1,005  2,000         sum\n");
}

TEST(function_of_one_side_is_marked)
{
	struct why *why =
		make_two(&(struct boot_profile_text){ .stacks = "f=1000/1 f;was=50/2" },
			 &(struct boot_profile_text){ .stacks = "f=1000/1" }, 1050, 1000, 0);

	must_contain(print(why), "2 -> 0  was, gone\n");
	why = make_two(&(struct boot_profile_text){ .stacks = "f=1000/1" },
		       &(struct boot_profile_text){ .stacks = "f=1000/1 f;is@m=50/2" }, 1000, 1050,
		       0);
	must_contain(print(why), "0 -> 2  is, new [m]\n");
}

TEST(nothing_that_changed_is_said_in_one_line)
{
	struct why *why = make_two(&(struct boot_profile_text){ .stacks = "f=1000000/1" },
				   &(struct boot_profile_text){ .stacks = "f=1000001/1" }, 1000000,
				   1000001, 0);

	assert_string_equal(print(why), "why vfio-map/backing=thp/size=2MiB unmap_ns\n"
					"+0.0 %, +1 ns; nothing changed: no function by more than "
					"0.01 %\n");
}

TEST(samples_are_shares_with_their_interval)
{
	struct why *why = make_two(
		&(struct boot_profile_text){ .stacks = "f=500 f;g=500", .unit = "samples" },
		&(struct boot_profile_text){ .stacks = "f=500 f;g=1000", .unit = "samples" }, 1000,
		1500, 0);

	assert_string_equal(print(why),
			    "why vfio-map/backing=thp/size=2MiB unmap_ns\n"
			    "+50.0 %, +500 ns; 100 % by name\n"
			    "ns an operation                base                 new  function\n"
			    "           +500  50.0 % [46.9 53.1]  66.7 % [64.2 69.0]  g\n"
			    "              0                                          what so few "
			    "samples cannot name\n"
			    "           +500                                          sum\n");
}

TEST(names_cannot_move_the_cursor)
{
	struct why *why =
		make_two(&(struct boot_profile_text){ .stacks = "f\x1b[2J=1000/1" },
			 &(struct boot_profile_text){ .stacks = "f\x1b[2J=2000/1" }, NAN, NAN, 0);

	must_contain(print(why), "  f?[2J\n");
}

TEST(suffixes_that_were_left_out_are_known)
{
	struct why *why =
		make_two(&(struct boot_profile_text){ .stacks = "f.isra.0=1000/1" },
			 &(struct boot_profile_text){ .stacks = "f=2000/1" }, NAN, NAN, 0);

	assert_true(why_table_is_suffixed(why));
	must_contain(print(why), "1  f\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counted_difference_is_told_by_operation_and_page),
		cmocka_unit_test(without_pages_and_time_figures_are_instructions_an_operation),
		cmocka_unit_test(several_boots_have_a_column_for_how_far_they_differ),
		cmocka_unit_test(function_of_one_side_is_marked),
		cmocka_unit_test(nothing_that_changed_is_said_in_one_line),
		cmocka_unit_test(samples_are_shares_with_their_interval),
		cmocka_unit_test(names_cannot_move_the_cursor),
		cmocka_unit_test(suffixes_that_were_left_out_are_known),
	};

	return RUN(tests);
}
