#include "boots.h"
#include "result/boot.h"

static struct boot *load(const char *path, unsigned int keep)
{
	struct boot *boot = NULL;
	struct reason reason = { "" };

	must(!boot_load(&path, 1, keep, &boot, &reason), "%s", reason.text);
	return boot;
}

static const char *make_two_blocks(void)
{
	const char *path = temp_path("two-blocks");
	FILE *file = boot_begin(path, &(struct boot_file){ .label = "six", .pair = 3 });

	boot_trial(file, "null/op=nothing", "op_ns", "5,1,3");
	boot_trial(file, "null/op=syscall", "op_ns", "100");
	boot_trial(file, "null/op=nothing", "op_ns", "2,4,6");
	boot_end(file);
	return path;
}

TEST(blocks_of_one_cell_are_pooled)
{
	struct boot *boot = load(make_two_blocks(), 0);
	const struct boot_cell *cell = boot_find(boot, "null/op=nothing");
	const struct boot_metric *metric = boot_cell_find(cell, "op_ns");

	assert_int_equal(boot->nr_cells, 2);
	assert_int_equal(cell->nr_ok, 2);
	assert_int_equal(cell->status, CELL_OK);
	assert_string_equal(cell->bench, "null");
	assert_int_equal(cell->iterations, 3);
	assert_int_equal(metric->summary.count, 6);
	assert_true(metric->summary.median == 3.5 && metric->summary.min == 1 &&
		    metric->summary.max == 6);
	assert_null(metric->samples);
	assert_null(boot->trials);
	assert_null(boot_find(boot, "null"));
	assert_null(boot_cell_find(cell, "op"));
	boot_free(boot);
	boot_free(NULL);
}

TEST(samples_are_kept_as_measured_where_asked_for)
{
	static const double expected[] = { 5, 1, 3, 2, 4, 6 };
	struct boot *boot = load(make_two_blocks(), BOOT_KEEP_SAMPLES);
	const struct boot_metric *metric =
		boot_cell_find(boot_find(boot, "null/op=nothing"), "op_ns");

	assert_int_equal(metric->nr_samples, COUNT(expected));
	for (size_t i = 0; i < COUNT(expected); i++)
		assert_true(metric->samples[i] == expected[i]);
	assert_true(metric->summary.median == 3.5);
	boot_free(boot);
}

TEST(trials_are_kept_without_their_samples_where_asked_for)
{
	struct boot *boot = load(make_two_blocks(), BOOT_KEEP_TRIALS);
	const json_t *metric;

	assert_int_equal(boot->nr_trials, 3);
	assert_int_equal(boot->trials[1].cell, 1);
	assert_int_equal(boot->trials[2].cell, 0);
	metric = json_object_get(json_object_get(boot->trials[2].record, "metrics"), "op_ns");
	assert_null(json_object_get(metric, "samples"));
	assert_int_equal(json_integer_value(json_object_get(metric, "count")), 3);
	assert_true(json_number_value(json_object_get(metric, "median")) == 4);
	boot_free(boot);
}

TEST(run_record_tells_label_and_pair)
{
	struct boot *boot = load(make_two_blocks(), 0);
	int64_t pair = 0;

	assert_string_equal(boot_label(boot), "six");
	assert_true(boot_pair(boot, &pair));
	assert_int_equal(pair, 3);
	assert_int_equal(boot_position(boot), 0);
	assert_false(boot_is_icount(boot));
	boot_free(boot);
}

TEST(without_a_series_the_kernel_is_the_label)
{
	const char *path = temp_path("plain");
	struct boot *boot;
	int64_t pair;

	boot_end(boot_begin(path, &(struct boot_file){ .kernel = "6.18.1", .timing = "icount" }));
	boot = load(path, 0);
	assert_string_equal(boot_label(boot), "6.18.1");
	assert_false(boot_pair(boot, &pair));
	assert_int_equal(boot_position(boot), -1);
	assert_true(boot_is_icount(boot));
	boot_free(boot);
}

TEST(cell_that_came_to_nothing_says_why)
{
	static const struct {
		const char *cell;
		enum cell_status status;
		const char *why;
	} cases[] = {
		{ "a", CELL_SKIPPED, "no room" },
		{ "b", CELL_FAILED, "broke" },
		{ "c", CELL_OK, "broke" },
		{ "d", CELL_INVALID, "small pages" },
	};
	const char *path = temp_path("mishaps");
	FILE *file = boot_begin(path, &(struct boot_file){ 0 });
	struct boot *boot;

	boot_skip(file, "a", "no room");
	boot_mishap(file, "b", "invalid", "small pages");
	boot_mishap(file, "b", "failed", "broke");
	boot_mishap(file, "c", "failed", "broke");
	boot_trial(file, "c", "op_ns", "7");
	boot_mishap(file, "d", "invalid", "small pages");
	boot_end(file);
	boot = load(path, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct boot_cell *cell = boot_find(boot, cases[i].cell);

		must(cell && cell->status == cases[i].status, "%s", cases[i].cell);
		assert_string_equal(cell->why, cases[i].why);
	}
	assert_int_equal(boot_find(boot, "c")->nr_ok, 1);
	assert_int_equal(boot_find(boot, "c")->nr_failed, 1);
	assert_true(boot_cell_find(boot_find(boot, "c"), "op_ns")->summary.median == 7);
	boot_free(boot);
}

TEST(reason_is_that_of_the_worst_that_happened)
{
	const char *path = temp_path("worst");
	FILE *file = boot_begin(path, &(struct boot_file){ 0 });
	const struct boot_cell *cell;
	struct boot *boot;

	fputs("{\"record\":\"skip\",\"cell\":\"a\",\"reason\":\"no device\"}\n"
	      "{\"record\":\"trial\",\"cell\":\"a\",\"status\":\"invalid\",\"error\":\"small\"}\n"
	      "{\"record\":\"trial\",\"cell\":\"a\",\"status\":\"failed\",\"error\":\"hung\"}\n"
	      "{\"record\":\"trial\",\"cell\":\"a\",\"status\":\"failed\",\"error\":\"died\"}\n",
	      file);
	boot_end(file);
	boot = load(path, 0);
	cell = boot_find(boot, "a");
	assert_int_equal(cell->status, CELL_FAILED);
	assert_string_equal(cell->why, "hung");
	assert_string_equal(cell->why_skipped, "no device");
	boot_free(boot);
}

TEST(torn_last_line_is_used_up_to_there)
{
	const char *path = temp_path("torn");
	FILE *file = boot_begin(path, &(struct boot_file){ 0 });
	struct boot *boot;

	boot_trial(file, "a", "op_ns", "7");
	fprintf(file, "{\"record\":\"tri");
	fclose(file);
	boot = load(path, 0);
	assert_true(boot->torn);
	assert_int_equal(boot->nr_cells, 1);
	boot_free(boot);
}

#define TRIAL(metrics) \
	"{\"record\":\"trial\",\"cell\":\"a\",\"status\":\"ok\",\"metrics\":" metrics "}\n"
#define METRIC(unit, samples) \
	TRIAL("{\"m\":{\"unit\":\"" unit "\",\"better\":\"lower\",\"samples\":" samples "}}")

TEST(line_that_cannot_be_used_is_refused_with_its_number)
{
	static const struct {
		const char *line, *why;
	} cases[] = {
		{ METRIC("ns", "[1,\"NaN\"]"), ":2: a: a sample is not a number" },
		{ METRIC("ns", "[NaN]"), ":2:" },
		{ METRIC("ns", "[1e999]"), ":2:" },
		{ METRIC("ns", "[null]"), ":2: a: a sample is not a number" },
		{ METRIC("ns", "[-1]"), ":2: a: a sample is not a number from 0 on" },
		{ METRIC("ns", "[]"), ":2: a: a metric without samples" },
		{ METRIC("ns", "7"), ":2: a: a metric without samples" },
		{ TRIAL("{\"m\":{\"samples\":[1]}}"), ":2: a: a metric without unit" },
		{ METRIC("ns", "[1]") METRIC("bytes", "[1]"), ":3: a: one metric in two units" },
		{ TRIAL("{}"), ":2: a: a trial that is ok has no metrics" },
		{ "{\"record\":\"trial\",\"status\":\"ok\"}\n",
		  ":2: trial: a record without its cell" },
		{ "{\"record\":\"skip\"}\n", ":2: skip: a record without its cell" },
		{ "{\"record\":\"trial\",\"cell\":\"a\"}\n", "neither ok, invalid nor failed" },
		{ "{\"record\":\"run\",\"schema\":1}\n", ":2: a second run begins here" },
		{ "{\"record\":\"run\",\"schema\":2}\n", ":2: schema 2" },
		{ "text\n", ":2:" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *path = temp_path("bad");
		FILE *file = boot_begin(path, &(struct boot_file){ 0 });
		struct boot *boot = NULL;
		struct reason reason = { "" };

		fputs(cases[i].line, file);
		boot_end(file);
		must(boot_load(&path, 1, 0, &boot, &reason) < 0, "taken: %s", cases[i].line);
		must_contain(reason.text, path);
		must_contain(reason.text, cases[i].why);
		assert_null(boot);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_of_one_cell_are_pooled),
		cmocka_unit_test(samples_are_kept_as_measured_where_asked_for),
		cmocka_unit_test(trials_are_kept_without_their_samples_where_asked_for),
		cmocka_unit_test(run_record_tells_label_and_pair),
		cmocka_unit_test(without_a_series_the_kernel_is_the_label),
		cmocka_unit_test(cell_that_came_to_nothing_says_why),
		cmocka_unit_test(reason_is_that_of_the_worst_that_happened),
		cmocka_unit_test(torn_last_line_is_used_up_to_there),
		cmocka_unit_test(line_that_cannot_be_used_is_refused_with_its_number),
	};

	return RUN(tests);
}
