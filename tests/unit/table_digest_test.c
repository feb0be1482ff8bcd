#include <errno.h>

#include "table/digest.h"
#include "unit.h"

#define RUN_RECORD "{\"record\":\"run\",\"schema\":1}\n"
#define SMALL_PAGES \
	"\"params\":{\"size_bytes\":1073741824},\"verified\":{\"pages\":{\"4096\":262144}},"
#define TRIAL(cell, rest) \
	"{\"record\":\"trial\",\"cell\":\"" cell "\",\"status\":\"ok\"," rest "}\n"
#define PIN(samples) \
	"\"metrics\":{\"pin_ns\":{\"unit\":\"ns\",\"per_size\":true,\"samples\":" samples "}}"
#define BAD(cell, status, error)                                                                   \
	"{\"record\":\"trial\",\"cell\":\"" cell "\",\"status\":\"" status "\",\"error\":\"" error \
	"\"}\n"
#define SKIP(cell, reason) "{\"record\":\"skip\",\"cell\":\"" cell "\",\"reason\":\"" reason "\"}\n"

/* What is printed of a file of these records; good until the next call. */
static const char *digest(const char *records, bool colour)
{
	static char text[8192];
	FILE *file = fmemopen(memset(text, 0, sizeof(text)), sizeof(text), "w");
	struct reason reason = { "" };
	int ret = digest_print(temp_file("results", records), file, colour, &reason);

	fclose(file);
	must(!ret, "%s", reason.text);
	return text;
}

/* The line that begins with @start, its runs of blanks made one. */
static const char *line_of(const char *text, const char *start)
{
	static char line[512];
	const char *from = text;
	size_t length = 0;

	while (from && strncmp(from, start, strlen(start))) {
		from = strchr(from, '\n');
		from = from ? from + 1 : NULL;
	}
	for (; from && *from && *from != '\n' && length < sizeof(line) - 1; from++)
		if (*from != ' ' || (length && line[length - 1] != ' '))
			line[length++] = *from;
	line[length] = '\0';
	return line;
}

#define TWO_CELLS                                                                            \
	RUN_RECORD TRIAL("b/n=1", "\"bench\":\"b\",\"params\":{\"n\":1}," PIN("[10,20,30]")) \
		TRIAL("b/n=2", "\"bench\":\"b\",\"params\":{\"n\":2}," PIN("[400,400]"))     \
			SKIP("b/n=3", "not here")

/* What is printed of the rows that these filters and this pattern select. */
static const char *digest_some(const char *filter, const char *row, enum digest_sort sort, int want,
			       struct reason *reason)
{
	static char text[8192];
	FILE *file = fmemopen(memset(text, 0, sizeof(text)), sizeof(text), "w");
	const struct digest_options options = { .selection = { .filters = &filter,
							       .nr_filters = filter != NULL,
							       .rows = &row,
							       .nr_rows = row != NULL },
						.sort = sort };

	assert_int_equal(
		digest_print_some(temp_file("results", TWO_CELLS), &options, file, false, reason),
		want);
	fclose(file);
	return text;
}

static void must_come_before(const char *text, const char *first, const char *second)
{
	must_contain(text, first);
	must_contain(text, second);
	must(strstr(text, first) < strstr(text, second), "%s is not before %s: %s", first, second,
	     text);
}

TEST(rows_are_selected_and_sorted)
{
	struct reason reason = { "" };
	const char *text = digest_some("n=1", NULL, DIGEST_BY_CELL, 0, &reason);

	assert_true(strstr(text, "b/n=1") && !strstr(text, "b/n=2") && !strstr(text, "not here"));
	text = digest_some(NULL, "n=2 pin", DIGEST_BY_CELL, 0, &reason);
	assert_true(strstr(text, "b/n=2") && !strstr(text, "b/n=1"));
	text = digest_some(NULL, NULL, DIGEST_BY_CELL, 0, &reason);
	must_come_before(text, "b/n=1", "b/n=2");
	must_contain(text, "not here");
	text = digest_some(NULL, NULL, DIGEST_BY_MEDIAN, 0, &reason);
	must_come_before(text, "b/n=2", "b/n=1");
	text = digest_some(NULL, NULL, DIGEST_BY_SPREAD, 0, &reason);
	must_come_before(text, "b/n=1", "b/n=2");
}

TEST(selection_of_nothing_is_refused_with_the_reason)
{
	struct reason reason = { "" };

	digest_some("n=7", NULL, DIGEST_BY_CELL, -EINVAL, &reason);
	must_contain(reason.text, "no row is left");
	digest_some("m=1", NULL, DIGEST_BY_CELL, -EINVAL, &reason);
	must_contain(reason.text, "no cell has a parameter \"m\"");
}

TEST(cell_has_median_quartiles_and_costs)
{
	const char *text = digest(
		RUN_RECORD TRIAL("uring-pin/size=1GiB", SMALL_PAGES PIN("[1000000,3000000]"))
			TRIAL("uring-pin/size=1GiB", SMALL_PAGES PIN("[2000000,4000000,5000000]")),
		false);

	/* 1 GiB in 3 ms is 333.3 GiB/s, and 262144 pages share it: 11.4 ns each. */
	assert_string_equal(line_of(text, "uring-pin"),
			    "uring-pin/size=1GiB pin_ns 3.00 ms 2.00 ms .. 4.00 ms 33.3% "
			    "11.4 ns / 4KiB 333.3 5");
}

TEST(cost_of_pages_of_several_sizes_is_not_told)
{
	const char *text = digest(
		RUN_RECORD TRIAL("a", "\"params\":{\"size_bytes\":8192},\"verified\":{\"pages\":"
				      "{\"4096\":1,\"2048\":2}}," PIN("[100]")),
		false);

	assert_string_equal(line_of(text, "a "), "a pin_ns 100 ns 100 ns .. 100 ns 0.0% 1");
}

TEST(other_units_are_printed_as_they_are)
{
	const char *text = digest(
		RUN_RECORD TRIAL(
			"a", "\"metrics\":{\"faults\":{\"unit\":\"faults\",\"samples\":[7,9]}}"),
		false);

	assert_string_equal(line_of(text, "a "),
			    "a faults 8 faults 7.5 faults .. 8.5 faults 12.5% 2");
}

TEST(cells_are_in_the_order_of_their_numbers)
{
	const char *text =
		digest(RUN_RECORD TRIAL("x/threads=10", PIN("[1]")) TRIAL("x/threads=2", PIN("[1]"))
			       TRIAL("w/threads=9", PIN("[1]")),
		       false);
	const char *two = strstr(text, "threads=2"), *ten = strstr(text, "threads=10");

	assert_true(two && ten && two < ten);
	assert_true(strstr(text, "threads=9") < two);
}

/* By touch what a fault takes more than an access; by DMA all of it, shared out to the faults. */
TEST(faults_of_a_bar_have_their_price)
{
#define NS(name, samples) "\"" name "\":{\"unit\":\"ns\",\"samples\":" samples "}"
#define FAULTS(samples) "\"faults\":{\"unit\":\"count\",\"samples\":" samples "}"
	const char *text =
		digest(RUN_RECORD TRIAL("pfnmap-fault/align=2MiB",
					"\"verified\":{\"order_bytes\":2097152},\"metrics\":"
					"{" NS("fault_ns", "[2100,2500,2300]") "," NS(
						"control_ns",
						"[300]") "," FAULTS("[512,512]") "," NS("zap_"
											"ns",
											"[4000"
											"]") "}")
			       TRIAL("pfnmap-fault/via=dma",
				     "\"verified\":{\"order_bytes\":4096},"
				     "\"metrics\":{" NS("dma_map_ns", "[9000]") "," NS(
					     "dma_control_ns", "[1000]") "," FAULTS("[4]") "}"),
		       false);
	const char *table = strstr(text, "what the faults of a BAR cost");

	assert_non_null(table);
	assert_string_equal(line_of(table, "pfnmap-fault/align=2MiB"),
			    "pfnmap-fault/align=2MiB 2MiB 512 2.00 us 1.02 ms 4.00 us");
	assert_string_equal(line_of(table, "pfnmap-fault/via=dma"),
			    "pfnmap-fault/via=dma 4KiB 4 2.00 us 8.00 us ");
	assert_null(strstr(digest(RUN_RECORD TRIAL("a", PIN("[1]")), false), "BAR"));
}

TEST(too_short_operation_is_marked)
{
	const char *text = digest(
		RUN_RECORD TRIAL("a", "\"metrics\":{\"op_ns\":{\"unit\":\"ns\",\"too_short\":true,"
				      "\"samples\":[3]}}"),
		false);

	must_contain(text, "op_ns (too short)");
}

TEST(what_came_to_no_figures_is_told_once_a_reason)
{
	const char *text =
		digest(RUN_RECORD SKIP("a", "no pages") SKIP("b", "no pages") SKIP("c", "no CPU")
			       BAD("d", "invalid", "small pages") BAD("e", "failed", "hung")
				       BAD("f", "failed", "hung") BAD("g", "failed", "killed"),
		       false);

	must_contain(text, "failed:\n  e and 1 more\n      hung\n  g\n      killed\n");
	must_contain(text, "invalid:\n  d\n      small pages\n");
	must_contain(text, "skipped:\n  a and 1 more\n      no pages\n  c\n      no CPU\n");
}

TEST(what_trials_noted_is_told_once)
{
#define NOTE(text) "\"notes\":{\"serial_phase\":\"" text "\"}," PIN("[1]")
	const char *text = digest(RUN_RECORD TRIAL("a", NOTE("open")) TRIAL("a", NOTE("open"))
					  TRIAL("b", NOTE("none")) TRIAL("c", NOTE("open")),
				  false);

	must_contain(text, "\nnotes:\n  a and 1 more\n      serial_phase: open\n"
			   "  b\n      serial_phase: none\n");
	must_contain(digest(RUN_RECORD TRIAL("a", "\"notes\":{\"n\":7}," PIN("[1]")), false),
		     "n: \n");
}

TEST(trials_that_are_not_ok_enter_no_figure)
{
	const char *text =
		digest(RUN_RECORD TRIAL(
			       "a", PIN("[100]")) "{\"record\":\"trial\",\"cell\":\"a\",\"status\":"
						  "\"invalid\",\"error\":\"x\"," PIN("[900]") "}\n",
		       false);

	assert_string_equal(line_of(text, "a "), "a pin_ns 100 ns 100 ns .. 100 ns 0.0% 1");
}

TEST(colours_are_there_only_when_asked_for)
{
	static const char records[] = RUN_RECORD TRIAL("a", PIN("[1]")) BAD("b", "failed", "x");

	assert_null(strchr(digest(records, false), '\033'));
	assert_non_null(strchr(digest(records, true), '\033'));
}

TEST(file_without_trials_has_no_table)
{
	assert_null(strstr(digest(RUN_RECORD, false), "median"));
}

/* Nobody writes these; somebody may hand them to us. The line that is wrong is named, as compare does. */
TEST(odd_records_are_refused_by_their_line)
{
	static const char *const odd[] = {
		"{\"record\":\"trial\"}\n",
		"{\"record\":\"trial\",\"cell\":7,\"status\":\"ok\"}\n",
		"{\"record\":\"trial\",\"cell\":\"a\"}\n",
		TRIAL("a", "\"metrics\":7"),
		TRIAL("a", "\"metrics\":{\"m\":7}"),
		TRIAL("a", "\"metrics\":{\"m\":{\"unit\":\"ns\",\"samples\":[]}}"),
		TRIAL("a", "\"metrics\":{\"m\":{\"unit\":\"ns\",\"samples\":[\"x\",null]}}"),
		TRIAL("a", "\"metrics\":{\"m\":{\"samples\":[1]}}"),
	};

	for (size_t i = 0; i < COUNT(odd); i++) {
		char records[512], text[64] = "";
		FILE *file = fmemopen(text, sizeof(text), "w");
		struct reason reason = { "" };

		snprintf(records, sizeof(records), RUN_RECORD "%s", odd[i]);
		assert_int_equal(digest_print(temp_file("results", records), file, false, &reason),
				 -EINVAL);
		fclose(file);
		must_contain(reason.text, "results:2:");
		assert_string_equal(text, "");
	}
}

TEST(runs_that_were_put_into_one_file_are_shown_together)
{
	const char *text =
		digest(RUN_RECORD TRIAL("a", PIN("[5]")) RUN_RECORD TRIAL("b", PIN("[7]")), false);

	must_contain(text, "5.00 ns");
	must_contain(text, "7.00 ns");
}

TEST(odd_proofs_give_no_nonsense)
{
	static const char *const odd[] = {
		"{\"record\":\"note\",\"cell\":\"a\",\"status\":\"ok\"}\n",
		TRIAL("a", "\"verified\":{\"pages\":{\"x\":\"y\"}}," PIN("[0]")),
		TRIAL("a", "\"verified\":{\"pages\":{\"4096\":0}}," PIN("[5]")),
		"{\"record\":\"skip\",\"cell\":\"a\"}\n",
	};

	for (size_t i = 0; i < COUNT(odd); i++) {
		char records[512];

		snprintf(records, sizeof(records), RUN_RECORD "%s", odd[i]);
		assert_null(strstr(digest(records, false), "nan"));
		assert_null(strstr(digest(records, false), "inf"));
	}
}

TEST(a_cell_that_was_measured_and_then_skipped_is_told_as_both)
{
	const char *text =
		digest(RUN_RECORD TRIAL("a", PIN("[5]")) SKIP("a", "the device is gone"), false);

	must_contain(text, "pin_ns");
	must_contain(text, "skipped:\n  a\n      the device is gone");
}

TEST(file_that_cannot_be_read_prints_nothing)
{
	char text[64] = "";
	FILE *file = fmemopen(text, sizeof(text), "w");
	struct reason reason = { "" };

	assert_int_equal(
		digest_print(temp_file("results", RUN_RECORD "nonsense\n"), file, false, &reason),
		-EINVAL);
	fclose(file);
	assert_string_equal(text, "");
	must_contain(reason.text, "results:2:");
}

/* Every record beyond a power of two makes the lists grow. */
TEST(many_cells_and_reasons_are_kept)
{
	char *records = malloc(200000);
	size_t used = (size_t)sprintf(records, "%s", RUN_RECORD);
	const char *text;

	assert_non_null(records);
	for (int i = 0; i < 70; i++)
		used += (size_t)sprintf(records + used,
					TRIAL("cell%d", PIN("[1]")) SKIP("other%d", "reason%d"), i,
					i, i);
	text = digest(records, false);
	must_contain(text, "cell69 ");
	must_contain(text, "reason69");
	must_contain(text, "cell0 ");
	free(records);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_selected_and_sorted),
		cmocka_unit_test(selection_of_nothing_is_refused_with_the_reason),
		cmocka_unit_test(cell_has_median_quartiles_and_costs),
		cmocka_unit_test(cost_of_pages_of_several_sizes_is_not_told),
		cmocka_unit_test(other_units_are_printed_as_they_are),
		cmocka_unit_test(cells_are_in_the_order_of_their_numbers),
		cmocka_unit_test(faults_of_a_bar_have_their_price),
		cmocka_unit_test(too_short_operation_is_marked),
		cmocka_unit_test(what_came_to_no_figures_is_told_once_a_reason),
		cmocka_unit_test(what_trials_noted_is_told_once),
		cmocka_unit_test(trials_that_are_not_ok_enter_no_figure),
		cmocka_unit_test(colours_are_there_only_when_asked_for),
		cmocka_unit_test(file_without_trials_has_no_table),
		cmocka_unit_test(odd_records_are_refused_by_their_line),
		cmocka_unit_test(runs_that_were_put_into_one_file_are_shown_together),
		cmocka_unit_test(odd_proofs_give_no_nonsense),
		cmocka_unit_test(a_cell_that_was_measured_and_then_skipped_is_told_as_both),
		cmocka_unit_test(file_that_cannot_be_read_prints_nothing),
		cmocka_unit_test(many_cells_and_reasons_are_kept),
	};

	return RUN(tests);
}
