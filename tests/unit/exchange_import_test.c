#include "fail_nth.h"
#include "exchange/import.h"

#define GOOGLE                                                                            \
	"{\"context\":{\"num_cpus\":2,\"executable\":\"./x\"},\"benchmarks\":["           \
	"{\"name\":\"BM/8\",\"run_type\":\"iteration\",\"real_time\":1.5,\"cpu_time\":1," \
	"\"time_unit\":\"us\"},"                                                          \
	"{\"name\":\"BM/8_mean\",\"run_name\":\"BM/8\",\"run_type\":\"aggregate\"},"      \
	"{\"name\":\"bad\",\"run_type\":\"iteration\",\"error_occurred\":true,"           \
	"\"error_message\":\"why\"}]}"
#define HYPERFINE                                                                           \
	"{\"results\":[{\"command\":\"a b\",\"times\":[0.5,0.25],\"exit_codes\":[0,null]}," \
	"{\"command\":\"a b\",\"times\":[1],\"memory_usage_byte\":[4096]}]}"
#define GO                                                                         \
	"goos: linux\r\npkg: x/y\r\nBenchmarkA%1-2\t10 5 ns/op 2 B/op\r\nPASS\r\n" \
	"pkg: x/z\nBenchmarkA%1-2 10 7 ns/op 3 hits/op\n"

/* What comes of a file with this text, less its first and last records; good until the next call. */
static const char *trials_of(const char *text, const struct import_format *format)
{
	static char records[16384];
	FILE *file = fmemopen(memset(records, 0, sizeof(records)), sizeof(records), "w");
	struct reason reason = { "" };
	int ret = import_file(temp_file("x", text), format, file, &reason);
	char *end;

	fclose(file);
	must(!ret, "%s", reason.text);
	end = strstr(records, "{\"record\":\"end\"");
	must(end && strchr(records, '\n'), "%s", records);
	*end = '\0';
	return strchr(records, '\n') + 1;
}

#define METRIC(name, unit, better, samples) \
	"\"" name "\":{\"unit\":\"" unit "\",\"better\":\"" better "\",\"samples\":[" samples "]}"

TEST(google_benchmark_gives_a_sample_a_repetition)
{
	assert_string_equal(
		trials_of(GOOGLE, NULL),
		"{\"record\":\"trial\",\"cell\":\"google-benchmark/name=BM%2F8\",\"bench\":"
		"\"google-benchmark\",\"params\":{\"name\":\"BM/8\"},\"block\":0,\"order\":0,"
		"\"status\":\"ok\",\"imported\":\"google-benchmark\",\"metrics\":{" METRIC(
			"real_time_ns", "ns", "lower",
			"1500") "," METRIC("cpu_time_ns", "ns", "lower",
					   "1000") "}}\n"
						   "{\"record\":\"trial\",\"cell\":\"bad\","
						   "\"bench\":\"bad\",\"params\":{\"name\":"
						   "\"bad\"},\"block\":0,\"order\":1,\"status\":"
						   "\"failed\",\"imported\":"
						   "\"google-benchmark\",\"error\":\"why\"}\n");
}

TEST(hyperfine_gives_a_trial_a_command)
{
	assert_string_equal(
		trials_of(HYPERFINE, NULL),
		"{\"record\":\"trial\",\"cell\":\"hyperfine/name=a b\",\"bench\":\"hyperfine\","
		"\"params\":{\"name\":\"a b\"},\"block\":0,\"order\":0,\"status\":\"failed\","
		"\"imported\":\"hyperfine\",\"error\":\"run 1 was ended by a signal\"}\n"
		"{\"record\":\"trial\",\"cell\":\"hyperfine/name=a b\",\"bench\":\"hyperfine\","
		"\"params\":{\"name\":\"a b\"},\"block\":1,\"order\":1,\"status\":\"ok\","
		"\"imported\":\"hyperfine\",\"metrics\":{" METRIC(
			"time_ns", "ns", "lower", "1000000000") "," METRIC("memory_bytes", "bytes",
									   "lower", "4096") "}}\n");
}

TEST(benchstat_gives_a_trial_a_name_in_a_package)
{
	assert_string_equal(
		trials_of(GO, NULL),
		"{\"record\":\"trial\",\"cell\":\"benchstat/group=x%2Fy/name=A%251-2\",\"bench\":"
		"\"benchstat\",\"params\":{\"name\":\"A%1-2\"},\"block\":0,\"order\":0,\"status\":"
		"\"ok\",\"imported\":\"benchstat\",\"metrics\":{" METRIC(
			"op_ns", "ns", "lower",
			"5") "," METRIC("op_bytes", "bytes", "lower",
					"2") "}}\n"
					     "{\"record\":\"trial\",\"cell\":\"benchstat/"
					     "group=x%2Fz/name=A%251-2\",\"bench\":"
					     "\"benchstat\",\"params\":{\"name\":\"A%1-2\"},"
					     "\"block\":0,\"order\":1,\"status\":"
					     "\"ok\",\"imported\":\"benchstat\",\"metrics\":"
					     "{" METRIC("op_ns", "ns", "lower", "7") "," METRIC(
						     "hits_per_op", "count", "lower", "3") "}}\n");
}

TEST(name_that_is_a_cell_stays_one)
{
	static const struct {
		const char *name, *cell;
	} cases[] = {
		{ "null/op=x", "null/op=x" },
		{ "null", "null" },
		{ "vfio-map/size=1GiB/a_b=c d", "vfio-map/size=1GiB/a_b=c d" },
		{ "null/op=", "hyperfine/name=null%2Fop=" },
		{ "null/=x", "hyperfine/name=null%2F=x" },
		{ "null//a=x", "hyperfine/name=null%2F%2Fa=x" },
		{ "null/op", "hyperfine/name=null%2Fop" },
		{ "Null", "hyperfine/name=Null" },
		{ "ls -l", "hyperfine/name=ls -l" },
		{ "a\nb", "a%0Ab" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *root = json_pack("{s:[{s:s,s:[i]}]}", "results", "command", cases[i].name,
					 "times", 1);
		char *text = json_dumps(root, 0);
		json_t *trial = json_loads(trials_of(text, NULL), 0, NULL);
		const char *cell = json_string_value(json_object_get(trial, "cell"));

		must(cell && strstr(cell, cases[i].cell), "%s: %s", cases[i].name, cell);
		json_decref(trial);
		json_decref(root);
		free(text);
	}
}

TEST(same_text_is_the_same_run)
{
	static char first[4096], second[4096];
	const char *texts[] = { GO, GO, HYPERFINE };
	char *outputs[] = { first, second, second };

	for (size_t i = 0; i < COUNT(texts); i++) {
		FILE *file = fmemopen(memset(outputs[i], 0, 4096), 4096, "w");

		assert_int_equal(import_file(temp_file("x", texts[i]), NULL, file, NULL), 0);
		fclose(file);
		must(!strcmp(first, second) == (i == 1), "import %zu", i);
	}
}

TEST(what_is_refused_says_where_and_writes_nothing)
{
	static const struct {
		const char *text;
		const struct import_format *format;
		int ret;
		const char *why;
	} cases[] = {
		{ "", NULL, -ENODATA, "/x: is empty" },
		{ "hello\n", NULL, -EINVAL, "looks like none of" },
		{ "{\"record\":\"run\"}\n", NULL, -EINVAL, "is a result file already" },
		{ "{\"results\":[]}", &import_hyperfine, -ENODATA, "has no figures" },
		{ "{\"results\":{}}", &import_hyperfine, -EINVAL, "results: found an object" },
		{ "[1]", &import_google_benchmark, -EINVAL, "benchmarks: found nothing" },
		{ "{\"results\":[true]}", &import_hyperfine, -EINVAL,
		  "results[0]: found a boolean" },
		{ GO, &import_google_benchmark, -EINVAL, "/x:1:1: expected the JSON of google" },
		{ "{\"results\":[\n", NULL, -EINVAL, "/x:2:" },
		{ "PASS\n", &import_benchstat, -ENODATA, "has no line like" },
		{ "BenchmarkA 1 2 ns/op 3\n", NULL, -EINVAL,
		  "/x:1:22: no unit behind the value \"3\"" },
		{ "BenchmarkA 0 2 ns/op\n", NULL, -EINVAL, "/x:1:12: iterations \"0\"" },
		{ "Benchmark 1 2 ns/op\n", NULL, -EINVAL, "/x:1:1: name \"Benchmark\"" },
		{ "BenchmarkA 1 . ns/op\n", NULL, -EINVAL, "/x:1:14: value \".\"" },
		{ "BenchmarkA 1 1e5x ns/op\n", NULL, -EINVAL, "/x:1:14: value \"1e5x\"" },
		{ "BenchmarkA 1 1 -us/op\n", NULL, -EINVAL, "/x:1:16: unit \"-us/op\"" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char written[64] = "";
		FILE *file = fmemopen(written, sizeof(written), "w");
		struct reason reason = { "" };
		int ret =
			import_file(temp_file("x", cases[i].text), cases[i].format, file, &reason);

		fclose(file);
		must(ret == cases[i].ret, "\"%s\" gave %d: %s", cases[i].text, ret, reason.text);
		must_contain(reason.text, cases[i].why);
		assert_string_equal(written, "");
	}
}

TEST(formats_are_found_by_their_names)
{
	for (size_t i = 0; import_formats[i]; i++)
		assert_ptr_equal(import_find(import_formats[i]->name), import_formats[i]);
	assert_null(import_find("csv"));
}

/* ---- memory that runs out ---- */

static char walked_path[128], expected[16384];

static int import_walked(char *text, bool walk)
{
	static char buffer[16384];
	FILE *file = fmemopen(memset(text, 0, sizeof(expected)), sizeof(expected), "w");
	int ret;

	setvbuf(file, buffer, _IOFBF, sizeof(buffer));
	if (walk)
		memory_runs_out();
	ret = import_file(walked_path, NULL, file, NULL);
	memory_is_back();
	fclose(file);
	return ret;
}

static enum outcome walk_import(void)
{
	static char text[sizeof(expected)];
	int ret = import_walked(text, true);

	if (ret)
		return ret > 0 ? WRONG : REFUSED;
	return strcmp(text, expected) ? WRONG : COMPLETE;
}

TEST(import_is_whole_or_there_is_an_error)
{
	static const char *const texts[] = { GOOGLE, HYPERFINE, GO };

	for (size_t i = 0; i < COUNT(texts); i++) {
		snprintf(walked_path, sizeof(walked_path), "%s", temp_file("walked", texts[i]));
		assert_int_equal(import_walked(expected, false), 0);
		fail_walk(&(struct fail_walk){ .work = walk_import });
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(google_benchmark_gives_a_sample_a_repetition),
		cmocka_unit_test(hyperfine_gives_a_trial_a_command),
		cmocka_unit_test(benchstat_gives_a_trial_a_name_in_a_package),
		cmocka_unit_test(name_that_is_a_cell_stays_one),
		cmocka_unit_test(same_text_is_the_same_run),
		cmocka_unit_test(what_is_refused_says_where_and_writes_nothing),
		cmocka_unit_test(formats_are_found_by_their_names),
		cmocka_unit_test(import_is_whole_or_there_is_an_error),
	};

	return RUN(tests);
}
