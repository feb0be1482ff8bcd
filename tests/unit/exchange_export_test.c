/* What each format makes of the same two runs, to the letter; and how far it comes without memory. */
#include <math.h>

#include "fail_nth.h"
#include "exchange/export.h"

#define A_RUN(id, label, timing)                                                                  \
	"{\"record\":\"run\",\"schema\":1,\"run_id\":\"" id "\",\"tool\":{\"version\":\"v\"},"    \
	"\"started\":\"2026-01-02T03:04:05Z\",\"series\":{\"id\":\"s\",\"label\":\"" label "\"}," \
	"\"host\":{\"kernel\":\"6.1\",\"virtual\":\"none\",\"timing\":\"" timing                  \
	"\",\"cpu\":{\"count\":4}}}\n"
#define OK_TRIAL                                                                                   \
	"{\"record\":\"trial\",\"cell\":\"b/n=1\",\"bench\":\"b\",\"params\":{\"n\":1,"            \
	"\"size_bytes\":4096,\"dirty\":true,\"chunk_bytes\":null},\"block\":0,\"order\":2,"        \
	"\"status\":\"ok\","                                                                       \
	"\"phases\":{\"start_ns\":7},\"metrics\":{\"cost_ns_per_page\":{\"unit\":\"ns\","          \
	"\"batch\":8,\"samples\":[2.5,1.5]},\"used_bytes\":{\"unit\":\"bytes\",\"samples\":[3]}}}" \
	"\n"
#define PROFILE                                                                                    \
	"{\"record\":\"profile\",\"cell\":\"b/"                                                    \
	"n=1\",\"metric\":\"used_ns\",\"block\":0,\"order\":2,"                                    \
	"\"source\":\"emulator\",\"event\":\"instructions\",\"unit\":\"instructions\","            \
	"\"operations\":2,\"total\":7,\"interrupts\":1,\"functions\":[{\"name\":\"f\","            \
	"\"self\":7,\"inclusive\":7,\"calls\":2}],\"stacks\":{\"f\":7},\"stack_calls\":{\"f\":2}}" \
	"\n"
#define BAD_TRIAL                                                                     \
	"{\"record\":\"trial\",\"cell\":\"b/n=2\",\"block\":0,\"status\":\"failed\"," \
	"\"error\":\"no #1\",\"metrics\":{\"x_ns\":{\"unit\":\"ns\",\"samples\":[99]}}}\n"
#define SKIP "{\"record\":\"skip\",\"cell\":\"b/n=3\",\"reason\":\"not here\"}\n"
#define END "{\"record\":\"end\",\"status\":\"interrupted\",\"why\":\"SIGINT\"}\n"
#define TWO_SAMPLES A_RUN("r1", "new", "wall") OK_TRIAL BAD_TRIAL SKIP END
#define WITH_PROFILE A_RUN("r1", "new", "wall") OK_TRIAL PROFILE BAD_TRIAL SKIP END

/* What @format makes of a file of these records; good until the next call. */
static const char *export_text(const struct export_format *format, const char *path)
{
	static char text[16384];
	FILE *file = fmemopen(memset(text, 0, sizeof(text)), sizeof(text), "w");
	const char *const paths[] = { path };
	struct reason reason = { "" };
	struct source *source;

	must(!source_open(paths, 1, &source, &reason), "%s", reason.text);
	must(!format->write(source, file, &reason), "%s", reason.text);
	fclose(file);
	source_close(source);
	return text;
}

TEST(csv_has_a_row_of_names_of_units_and_one_an_iteration)
{
	assert_string_equal(export_text(&export_csv, temp_file("x", TWO_SAMPLES)),
			    "run_id,label,kernel,timing,cell,bench,block,order,iteration,params.n,"
			    "params.size_bytes,params.dirty,params.chunk_bytes,"
			    "metrics.cost_ns_per_page,metrics.used_bytes\r\n"
			    ",,,,,,,,,,bytes,,bytes,ns,bytes\r\n"
			    "r1,new,6.1,wall,b/n=1,b,0,2,0,1,4096,true,,2.5,3\r\n"
			    "r1,new,6.1,wall,b/n=1,b,0,2,1,1,4096,true,,1.5,\r\n");
}

TEST(influx_has_a_point_a_metric)
{
	assert_string_equal(
		export_text(&export_influx, temp_file("x", TWO_SAMPLES)),
		"dmabench,bench=b,block=0,cell=b/n\\=1,kernel=6.1,label=new,"
		"metric=cost_ns_per_page,param_dirty=true,param_n=1,param_size_bytes=4096,run_id="
		"r1,"
		"timing=wall,unit=ns lower_quartile=1.75,mad=0.5,max=2.5,median=2,min=1.5,"
		"upper_quartile=2.25,samples=2i 1767323045000000007\n"
		"dmabench,bench=b,block=0,cell=b/n\\=1,kernel=6.1,label=new,metric=used_bytes,"
		"param_dirty=true,param_n=1,param_size_bytes=4096,run_id=r1,timing=wall,unit=bytes "
		"lower_quartile=3,mad=0,max=3,median=3,min=3,upper_quartile=3,samples=1i "
		"1767323045000000007\n");
}

TEST(influx_has_no_time_that_is_none)
{
	static const char *const runs[] = {
		A_RUN("r", "x", "icount"),
		"{\"record\":\"run\",\"schema\":1,\"run_id\":\"r\",\"started\":\"yesterday\"}\n",
		"{\"record\":\"run\",\"schema\":1,\"run_id\":\"r\",\"started\":"
		"\"9999-01-02T03:04:05Z\"}\n",
		"{\"record\":\"run\",\"schema\":1,\"run_id\":\"r\",\"started\":"
		"\"1969-01-02T03:04:05Z\"}\n",
		"{\"record\":\"run\",\"schema\":1,\"run_id\":\"r\"}\n",
	};

	for (size_t i = 0; i < COUNT(runs); i++) {
		char text[2048];

		snprintf(text, sizeof(text), "%s%s", runs[i], OK_TRIAL);
		must_contain(export_text(&export_influx, temp_file("x", text)), "samples=2i\n");
	}
}

TEST(ktap_has_a_test_a_trial)
{
	assert_string_equal(
		export_text(&export_ktap, temp_file("x", TWO_SAMPLES)),
		"KTAP version 1\n1..1\n"
		"    KTAP version 1\n    # Subtest: new\n    1..3\n"
		"    # run_id r1, timing wall\n"
		"    # cost_ns_per_page: median 2 ns, quartiles 1.75 .. 2.25, 2 samples\n"
		"    # used_bytes: median 3 bytes, quartiles 3 .. 3, 1 samples\n"
		"    ok 1 b/n=1 block 0\n"
		"    # failed: no <U+0023>1\n"
		"    not ok 2 b/n=2 block 0\n"
		"    ok 3 b/n=3 # SKIP not here\n"
		"    # interrupted: SIGINT\n"
		"not ok 1 new\n");
}

TEST(ktap_of_a_run_that_came_to_nothing_is_a_skip)
{
	must_contain(export_text(&export_ktap, temp_file("x", A_RUN("r", "x", "wall"))),
		     "    1..0\n    # run_id r, timing wall\nok 1 x # SKIP nothing was run\n");
}

TEST(junit_has_a_case_a_trial)
{
	assert_string_equal(
		export_text(&export_junit, temp_file("x", TWO_SAMPLES)),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites name=\"dmabench\" tests=\"3\" failures=\"1\" errors=\"0\">\n"
		"  <testsuite name=\"new\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\">\n"
		"    <properties>\n"
		"      <property name=\"run_id\" value=\"r1\"/>\n"
		"      <property name=\"started\" value=\"2026-01-02T03:04:05Z\"/>\n"
		"      <property name=\"kernel\" value=\"6.1\"/>\n"
		"      <property name=\"timing\" value=\"wall\"/>\n"
		"    </properties>\n"
		"    <testcase classname=\"dmabench.b\" name=\"b/n=1 block 0\"><system-out>"
		"cost_ns_per_page: median 2 ns, quartiles 1.75 .. 2.25, samples 2\n"
		"used_bytes: median 3 bytes, quartiles 3 .. 3, samples 1\n"
		"</system-out></testcase>\n"
		"    <testcase classname=\"dmabench.b\" name=\"b/n=2 block 0\">"
		"<failure type=\"failed\" message=\"no #1\"/></testcase>\n"
		"    <testcase classname=\"dmabench.b\" name=\"b/n=3\">"
		"<skipped message=\"not here\"/></testcase>\n"
		"    <system-err>interrupted: SIGINT</system-err>\n"
		"  </testsuite>\n"
		"</testsuites>\n");
}

TEST(junit_has_no_character_that_xml_refuses)
{
	must_contain(
		export_text(&export_junit, temp_file("x", A_RUN("r", "a<&\\u001b\\ufffe", "wall"))),
		"name=\"a&lt;&amp;&lt;U+001B&gt;&lt;U+FFFE&gt;\" tests=\"0\"");
}

#define LABELS(metric)                                                                  \
	"bench=\"b\",cell=\"b/n=1\",label=\"new\",metric=\"" metric "\",run_id=\"r1\"," \
	"timing=\"wall\",param_n=\"1\",param_size_bytes=\"4096\",param_dirty=\"true\""

TEST(openmetrics_has_base_units_behind_the_names)
{
#define COST "dmabench_cost_per_page_seconds"
#define USED "dmabench_used_bytes"
	assert_string_equal(
		export_text(&export_openmetrics, temp_file("x", TWO_SAMPLES)),
		"# TYPE dmabench_run info\n"
		"# HELP dmabench_run The runs that the other metrics are of.\n"
		"dmabench_run_info{kernel=\"6.1\",label=\"new\",run_id=\"r1\",timing=\"wall\","
		"version=\"v\",virtual=\"none\"} 1\n"
		"# TYPE " COST " summary\n# UNIT " COST " seconds\n# HELP " COST
		" dmabench cost_ns_per_page, over all samples of a cell in a run\n" COST
		"{" LABELS("cost_ns_per_page") ",quantile=\"0\"} 1.5e-09\n" COST "{" LABELS(
			"cost_"
			"ns_"
			"per_"
			"page") ",quantile=\"0.25\"} 1.75e-09\n" COST
				"{" LABELS("cost_ns_per_page") ",quantile=\"0.5\"} 2e-09\n" COST "{" LABELS("cost_ns_per_page") ",quantile=\"0.75\"} 2.25e-09\n" COST "{" LABELS(
					"cost_ns_per_page") ",quantile=\"1\"} "
							    "2.5e-09\n" COST "_count{" LABELS(
								    "cost_"
								    "ns_"
								    "per_"
								    "page") "} 2\n" COST
									    "_sum{" LABELS(
										    "cost_ns_per_"
										    "page") "} "
											    "4e-"
											    "09\n"
											    "# "
											    "TYPE"
											    " " USED
											    " summa"
											    "r"
											    "y\n# "
											    "UNIT"
											    " " USED
											    " bytes"
											    "\n# "
											    "HELP"
											    " " USED
											    " dmabe"
											    "n"
											    "ch "
											    "used_"
											    "bytes,"
											    " "
											    "over "
											    "all "
											    "sample"
											    "s"
											    " of a "
											    "cell "
											    "in a "
											    "run"
											    "\n" USED
											    "{" LABELS("used_bytes") ",quantile=\"0\"} 3\n" USED "{" LABELS(
												    "used_bytes") ",quantile=\"0.25\"} 3\n" USED
														  "{" LABELS("used_bytes") ",quantile=\"0.5\"} 3\n" USED "{" LABELS(
															  "used_bytes") ",quantile=\"0.75\"} 3\n" USED
																	"{" LABELS("used_bytes") ",quantile=\"1\"} 3\n" USED "_count{" LABELS(
																		"used_bytes") "} 1\n" USED
																			      "_sum{" LABELS(
																				      "used_bytes") "} 3\n"
																						    "# EOF\n");
}

/* Six times a sixth of seven is not seven, in doubles. */
TEST(google_benchmark_has_no_deviation_of_equal_samples)
{
	const char *text = export_text(
		&export_google_benchmark,
		temp_file("x", A_RUN("r1", "new", "wall") "{\"record\":\"trial\",\"cell\":\"b\","
							  "\"bench\":\"b\",\"status\":\"ok\","
							  "\"metrics\":{\"x_ns\":{\"unit\":\"ns\","
							  "\"samples\":[7,7,7,7,7,7]}}}\n"));
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *benchmark;
	json_t *list = json_object_get(root, "benchmarks");
	size_t i, found = 0;

	json_array_foreach(list, i, benchmark) {
		const char *name = json_string_value(json_object_get(benchmark, "aggregate_name"));

		if (!name || strcmp(name, "stddev") != 0)
			continue;
		assert_true(json_number_value(json_object_get(benchmark, "real_time")) == 0);
		found++;
	}
	assert_int_equal(found, 1);
	json_decref(root);
}

TEST(google_benchmark_has_a_repetition_a_sample)
{
	json_t *root =
		json_loads(export_text(&export_google_benchmark, temp_file("x", TWO_SAMPLES)),
			   JSON_REJECT_DUPLICATES, NULL);
	static const struct {
		const char *name, *run_type;
		double real_time;
		int iterations;
	} wanted[] = {
		{ "b/n=1/metric=cost_ns_per_page", "iteration", 2.5, 8 },
		{ "b/n=1/metric=cost_ns_per_page", "iteration", 1.5, 8 },
		{ "b/n=1/metric=cost_ns_per_page_mean", "aggregate", 2, 2 },
		{ "b/n=1/metric=cost_ns_per_page_median", "aggregate", 2, 2 },
		{ "b/n=1/metric=cost_ns_per_page_stddev", "aggregate", 0.70710678118654752, 2 },
		{ "b/n=1/metric=cost_ns_per_page_cv", "aggregate", 0.35355339059327376, 2 },
	};
	json_t *list = json_object_get(root, "benchmarks"), *benchmark;
	const char *name, *run_type, *unit;
	int iterations;
	double time;
	size_t i;

	assert_int_equal(json_array_size(list), COUNT(wanted)); /* bytes are no time */
	json_array_foreach(list, i, benchmark) {
		assert_int_equal(json_unpack(benchmark, "{s:s, s:s, s:F, s:i, s:s}", "name", &name,
					     "run_type", &run_type, "real_time", &time,
					     "iterations", &iterations, "time_unit", &unit),
				 0);
		assert_string_equal(name, wanted[i].name);
		assert_string_equal(run_type, wanted[i].run_type);
		assert_true(fabs(time - wanted[i].real_time) < 1e-14);
		assert_int_equal(iterations, wanted[i].iterations);
		assert_string_equal(unit, "ns");
	}
	json_decref(root);
}

#define UNIT_TRIAL(metrics)                                                                   \
	"{\"record\":\"trial\",\"cell\":\"c\",\"bench\":\"b\",\"status\":\"ok\",\"metrics\":" \
	"{" metrics "}}\n"
#define SAMPLED(name, unit) "\"" name "\":{\"unit\":\"" unit "\",\"samples\":[1]}"

TEST(what_a_format_cannot_tell_is_refused)
{
	static const struct {
		const struct export_format *format;
		const char *records, *why;
	} cases[] = {
		{ &export_google_benchmark, A_RUN("1", "a", "wall") A_RUN("2", "b", "wall"),
		  "runs of a and of b" },
		{ &export_csv,
		  A_RUN("1", "a", "wall") UNIT_TRIAL(SAMPLED("x", "ns"))
			  UNIT_TRIAL(SAMPLED("x", "count")),
		  "metric x is in ns here and in count there" },
		{ &export_openmetrics,
		  A_RUN("1", "a", "wall")
			  UNIT_TRIAL(SAMPLED("x_ns", "ns") "," SAMPLED("x_seconds", "count")),
		  "both would be called dmabench_x_seconds" },
		{ &export_openmetrics,
		  A_RUN("1", "a", "wall")
			  UNIT_TRIAL(SAMPLED("x", "count") "," SAMPLED("x_count", "count")),
		  "cannot stand in one exposition" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *const paths[] = { temp_file("x", cases[i].records) };
		struct reason reason = { "" };
		struct source *source;
		FILE *file = fopen("/dev/null", "we");

		assert_int_equal(source_open(paths, 1, &source, NULL), 0);
		assert_int_equal(cases[i].format->write(source, file, &reason), -EINVAL);
		must_contain(reason.text, cases[i].why);
		source_close(source);
		fclose(file);
	}
}

/* Of the formats of figures: see profile_pprof_test.c for what the other one of profiles has. */
TEST(profile_changes_nothing_in_formats_of_figures)
{
	char without[16384];

	for (size_t i = 0; export_formats[i]; i++) {
		if (export_formats[i]->is_of_profiles)
			continue;
		snprintf(without, sizeof(without), "%s",
			 export_text(export_formats[i], temp_file("x", TWO_SAMPLES)));
		assert_string_equal(export_text(export_formats[i], temp_file("x", WITH_PROFILE)),
				    without);
	}
	assert_string_equal(export_text(&export_folded, temp_file("x", WITH_PROFILE)),
			    "b/n=1;used_ns;f 7\nb/n=1;used_ns;[interrupts] 1\n");
}

TEST(formats_of_profiles_want_some)
{
	static const struct export_format *const formats[] = { &export_folded, &export_pprof };

	for (size_t i = 0; i < COUNT(formats); i++) {
		const char *const paths[] = { temp_file("x", TWO_SAMPLES) };
		FILE *file = fopen("/dev/null", "we");
		struct reason reason = { "" };
		struct source *source;

		assert_int_equal(source_open(paths, 1, &source, &reason), 0);
		assert_int_equal(formats[i]->write(source, file, &reason), -ENODATA);
		must_contain(reason.text, "the files hold no profiles");
		source_close(source);
		fclose(file);
	}
}

TEST(formats_are_found_by_their_names)
{
	for (size_t i = 0; export_formats[i]; i++)
		assert_ptr_equal(export_find(export_formats[i]->name), export_formats[i]);
	assert_null(export_find("cvs"));
}

/* ---- memory that runs out ---- */

static const struct export_format *walked;
static char walked_path[128], expected[16384];

static enum outcome walk_export(void)
{
	static char text[16384], buffer[4096];
	const char *const paths[] = { walked_path };
	FILE *file = fmemopen(memset(text, 0, sizeof(text)), sizeof(text), "w");
	struct source *source = NULL;
	int ret;

	setvbuf(file, buffer, _IOFBF, sizeof(buffer));
	memory_runs_out();
	ret = source_open(paths, 1, &source, NULL);
	if (!ret)
		ret = walked->write(source, file, NULL);
	memory_is_back();
	source_close(source);
	fclose(file);
	if (ret)
		return ret > 0 ? WRONG : REFUSED;
	return strcmp(text, expected) ? WRONG : COMPLETE;
}

TEST(export_is_whole_or_there_is_an_error)
{
	snprintf(walked_path, sizeof(walked_path), "%s", temp_file("walked", WITH_PROFILE));
	for (size_t i = 0; export_formats[i]; i++) {
		walked = export_formats[i];
		snprintf(expected, sizeof(expected), "%s", export_text(walked, walked_path));
		fail_walk(&(struct fail_walk){ .work = walk_export });
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_has_a_row_of_names_of_units_and_one_an_iteration),
		cmocka_unit_test(influx_has_a_point_a_metric),
		cmocka_unit_test(influx_has_no_time_that_is_none),
		cmocka_unit_test(ktap_has_a_test_a_trial),
		cmocka_unit_test(ktap_of_a_run_that_came_to_nothing_is_a_skip),
		cmocka_unit_test(junit_has_a_case_a_trial),
		cmocka_unit_test(junit_has_no_character_that_xml_refuses),
		cmocka_unit_test(openmetrics_has_base_units_behind_the_names),
		cmocka_unit_test(google_benchmark_has_no_deviation_of_equal_samples),
		cmocka_unit_test(google_benchmark_has_a_repetition_a_sample),
		cmocka_unit_test(what_a_format_cannot_tell_is_refused),
		cmocka_unit_test(profile_changes_nothing_in_formats_of_figures),
		cmocka_unit_test(formats_of_profiles_want_some),
		cmocka_unit_test(formats_are_found_by_their_names),
		cmocka_unit_test(export_is_whole_or_there_is_an_error),
	};

	return RUN(tests);
}
