#include "table/compare_formats.h"
#include "worlds.h"

/* ---- what a format prints ---- */

static char *printed;

static int print_as(const char *format, const struct comparison *comparison, struct reason *reason)
{
	size_t length = 0;
	FILE *file = open_memstream(&printed, &length);
	int ret = compare_format_find(format)->print(comparison, file, false, reason);

	if (fclose(file))
		abort();
	return ret;
}

static void must_print(const char *format, const struct comparison *comparison)
{
	struct reason reason = { "" };

	must(!print_as(format, comparison, &reason), "%s: %s", format, reason.text);
}

/* One file a side. */
static struct comparison *compare_files(const char *left, const char *right)
{
	const char *const arguments[] = { kept(left), kept(right) };

	return compare(arguments, 2, &(struct comparison_options){ .gated = true, .gate_pct = 5 });
}

static struct comparison *compare_trials(const char *cell, const char *metric, const char *left,
					 const char *right)
{
	const char *paths[] = { kept(temp_path("l.jsonl")), kept(temp_path("r.jsonl")) };

	for (size_t i = 0; i < 2; i++) {
		FILE *file = boot_begin(paths[i],
					&(struct boot_file){ .label = i ? "r" : "l", .pair = 1 });

		boot_trial(file, cell, metric, i ? right : left);
		boot_skip(file, "other/a=b", "no \"room\", sorry");
		boot_end(file);
	}
	return compare_files(paths[0], paths[1]);
}

static void done(struct comparison *comparison)
{
	free(printed);
	release(comparison);
}

/* ---- all of them ---- */

TEST(every_format_is_found_by_its_name)
{
	static const char *const names[] = { "text",	  "markdown", "json", "csv",
					     "benchstat", "classic",  NULL };

	for (size_t i = 0; names[i]; i++) {
		assert_string_equal(compare_format_names()[i], names[i]);
		assert_string_equal(compare_format_find(names[i])->name, names[i]);
	}
	assert_null(compare_format_names()[COUNT(names) - 1]);
	assert_null(compare_format_find("tex"));
	assert_null(compare_format_find(""));
}

/* ---- json ---- */

TEST(json_is_whole_and_what_is_not_known_is_null)
{
	struct comparison *comparison = compare_trials("x/a=b", "op_ns", "0,0", "4,4");
	json_t *document, *row;

	must_print("json", comparison);
	document = json_loads(printed, 0, NULL);
	row = json_array_get(json_object_get(document, "rows"), 0);
	assert_non_null(row);
	assert_string_equal(json_string_value(json_object_get(row, "verdict")), "unresolved");
	assert_true(json_is_null(json_object_get(row, "ratio_lo")));
	assert_int_equal(json_array_size(json_object_get(row, "sides")), 2);
	assert_int_equal(json_array_size(json_object_get(document, "not_compared")), 1);
	assert_true(json_number_value(
			    json_object_get(json_object_get(document, "gate"), "limit")) == 5);
	assert_int_equal(
		json_array_size(json_object_get(json_object_get(document, "gate"), "failed")), 0);
	json_decref(document);
	done(comparison);
}

TEST(json_names_what_failed_the_gate)
{
	struct comparison *comparison =
		compare_world(&(struct world){ PAIRS, 1.3, 0, NULL, NULL, NULL }, 5);
	json_t *document, *failed;

	must_print("json", comparison);
	document = json_loads(printed, 0, NULL);
	failed = json_object_get(json_object_get(document, "gate"), "failed");
	assert_int_equal(json_array_size(failed), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(failed, 0), "cell")),
			    "bench/backing=thp");
	json_decref(document);
	done(comparison);
}

/* ---- csv ---- */

static size_t count_fields(const char *line)
{
	size_t count = 1;
	bool quoted = false;

	for (; *line && (quoted || *line != '\r'); line++) {
		quoted ^= *line == '"';
		count += !quoted && *line == ',';
	}
	return count;
}

TEST(csv_has_as_many_fields_in_every_line_as_names)
{
	struct comparison *comparison = compare_trials("x/a=b,\"c", "op_ns", "1,2,3", "4,4,4");
	size_t lines = 0, fields;

	must_print("csv", comparison);
	fields = count_fields(printed);
	for (const char *at = printed; *at; at = strstr(at, "\r\n") + 2, lines++)
		assert_int_equal(count_fields(at), fields);
	assert_int_equal(lines, 3);
	must_contain(printed, "\r\n\"x/a=b,\"\"c\",op_ns,ns,l,1,3,2,");
	must_contain(printed, ",not compared,\"l: skipped: no \"\"room\"\", sorry; ");
	done(comparison);
}

/* ---- markdown ---- */

TEST(markdown_escapes_what_would_be_markup)
{
	struct comparison *comparison =
		compare_trials("x/a=<b>&*_`|[c]", "op_ns", "1,2,3", "4,4,4");

	must_print("markdown", comparison);
	must_contain(printed, "a=&lt;b&gt;&amp;\\*\\_\\`\\|\\[c\\]");
	assert_null(strchr(printed, '<'));
	must_contain(printed, "| cell | base | new | new/base \\[95 %\\] | p | pairs | verdict |\n"
			      "| :--- | ---: | ---: | :--- | ---: | ---: | :--- |\n| x | ");
	must_contain(printed, "\n  - l: skipped: no");
	done(comparison);
}

/* ---- benchstat ---- */

TEST(benchstat_has_a_line_a_boot_in_words_that_go_reads)
{
	struct comparison *comparison =
		compare_trials("vfio-map/backing=hugetlb-2m/a=b c", "op_ns", "1,2,3", "4,4,4");

	must_print("benchstat", comparison);
	assert_string_equal(
		printed,
		"timing: wall\n"
		"kernel: l\nBenchmarkVfioMap/backing=hugetlb-2m/a=b_c/metric=op_ns 3 2 ns/op\n"
		"kernel: r\nBenchmarkVfioMap/backing=hugetlb-2m/a=b_c/metric=op_ns 3 4 ns/op\n");
	done(comparison);
}

TEST(benchstat_tells_what_is_better_of_units_that_go_has_not)
{
	struct comparison *comparison = compare_trials("x", "rate_up", "1,2,3", "4,4,4");

	must_print("benchstat", comparison);
	must_contain(printed, "Unit count/op better=higher\n");
	must_contain(printed, "BenchmarkX/metric=rate_up 3 4 count/op\n");
	done(comparison);
}

/* ---- classic ---- */

static const char *make_mapped(const char *name, const char *backing, const char *map,
			       const char *unmap)
{
	const char *path = kept(temp_path(name));
	FILE *file = boot_begin(path, &(struct boot_file){ .kernel = name });
	char text[512];

	snprintf(text, sizeof(text),
		 "{\"record\":\"trial\",\"cell\":\"vfio-map/backing=%s/size=1GiB\",\"bench\":"
		 "\"vfio-map\",\"params\":{\"size_bytes\":1073741824},\"placement\":{},\"status\":"
		 "\"ok\",\"metrics\":{\"map_ns\":{\"unit\":\"ns\",\"samples\":[%s]},\"unmap_ns\":{"
		 "\"unit\":\"ns\",\"samples\":[%s]}}}\n",
		 backing, map, unmap);
	fputs(text, file);
	boot_end(file);
	return path;
}

TEST(classic_is_the_block_of_the_mails)
{
	static const struct {
		const char *backing, *block;
	} cases[] = {
		{ "thp", "MADV_HUGEPAGE" },
		{ "shmem", "MAP_POPULATE" },
		{ "hugetlb-2m", "HUGETLBFS" },
		{ "hugetlb-1g", "HUGETLBFS" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct comparison *comparison =
			compare_files(make_mapped("6.17", cases[i].backing, "500000000", "1e9"),
				      make_mapped("6.18", cases[i].backing, "250000000", "4e6"));
		char expected[800];

		must_print("classic", comparison);
		snprintf(expected, sizeof(expected),
			 "# 6.17: vfio-map/backing=%s/size=1GiB, median of 1 boot\n"
			 "------- AVERAGE (%s) --------\n"
			 "VFIO MAP DMA in 0.500 s (2.0 GB/s)\n"
			 "VFIO UNMAP DMA in 1.000 s (1.0 GB/s)\n\n"
			 "# 6.18: vfio-map/backing=%s/size=1GiB, median of 1 boot\n"
			 "------- AVERAGE (%s) --------\n"
			 "VFIO MAP DMA in 0.250 s (4.0 GB/s)\n"
			 "VFIO UNMAP DMA in 0.004 s (250.0 GB/s)\n\n",
			 cases[i].backing, cases[i].block, cases[i].backing, cases[i].block);
		assert_string_equal(printed, expected);
		done(comparison);
	}
}

TEST(classic_has_no_word_for_other_backings)
{
	static const char *const backings[] = { "anon", "shmem-thp", "thpx", "memfd-hugetlb-2m" };

	for (size_t i = 0; i < COUNT(backings); i++) {
		struct comparison *comparison =
			compare_files(make_mapped("6.17", backings[i], "1", "1"),
				      make_mapped("6.18", backings[i], "1", "1"));
		struct reason reason = { "" };

		assert_int_equal(print_as("classic", comparison, &reason), -ENODATA);
		must_contain(reason.text, "needs map_ns and unmap_ns of vfio-map");
		assert_string_equal(printed, "");
		done(comparison);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_is_found_by_its_name),
		cmocka_unit_test(json_is_whole_and_what_is_not_known_is_null),
		cmocka_unit_test(json_names_what_failed_the_gate),
		cmocka_unit_test(csv_has_as_many_fields_in_every_line_as_names),
		cmocka_unit_test(markdown_escapes_what_would_be_markup),
		cmocka_unit_test(benchstat_has_a_line_a_boot_in_words_that_go_reads),
		cmocka_unit_test(benchstat_tells_what_is_better_of_units_that_go_has_not),
		cmocka_unit_test(classic_is_the_block_of_the_mails),
		cmocka_unit_test(classic_has_no_word_for_other_backings),
	};

	return RUN(tests);
}
