#include <math.h>

#include "base/units.h"
#include "fakes.h"
#include "host/facts.h"
#include "result/record.h"
#include "result/version.h"

static const struct param params[] = {
	{ .name = "backing", .type = &param_backing, .fallback = "anon" },
	{ .name = "size", .type = &param_size, .fallback = "4K" },
	{ .name = "threads", .type = &param_count, .fallback = "1" },
	{ .name = NULL },
};

static const struct bench bench = {
	.name = "fake", .params = params, .metrics = fake_metrics, .run = fake_run
};

static const struct value values[] = { { 4096, "anon" }, { GIB, NULL }, { 2, NULL } };

static const struct placement placement = {
	.request = "local",
	.cpus = { 3, 1 },
	.nr_cpus = 2,
	.mem_nodes = { 0 },
	.nr_mem_nodes = 1,
	.cpu_node = 0,
	.device_node = -1,
};

/* A trial that measured: three samples, one counter of two, one source of noise. */
struct example {
	struct trial t;
	struct measured measured;
	struct measure_plan plan;
	struct phases phases;
};

static struct example example;
static json_t *record; /* of that */

static int setup(void **state)
{
	static const uint64_t ticks[] = { 41230, 40988, 500 };

	(void)state;
	record = NULL;
	example = (struct example){
		.t = { .bench = &bench, .values = values, .placement = placement, .batch = 1 },
		.measured = { .ran = true,
			      .overhead_ns = 20.9876,
			      .warmup_done = 9,
			      .steady = true },
		.plan = { .iterations = 3, .warmup = WARMUP_AUTO },
		.phases = { .start_ns = 1, .first_sample_ns = 2, .run_ns = 5 },
	};
	for (size_t metric = 0; metric < 2; metric++)
		assert_int_equal(samples_reserve(&example.t.samples[metric], 3), 0);
	for (size_t i = 0; i < COUNT(ticks); i++) {
		sample_ticks(&example.t, 0, ticks[i]);
		sample_count(&example.t, 1, 7);
	}
	example.t.proved = true;
	example.t.proof = (struct proof){
		.method = "pagemap",
		.pages.sizes = { { 4096, 262144 } },
		.pages.nr_sizes = 1,
		.nodes = { { 0, GIB } },
		.nr_nodes = 1,
	};
	example.measured.counters.count = 2;
	strcpy(example.measured.counters.list[0].name, "instructions:k");
	example.measured.counters.list[0].value = 12345;
	example.measured.counters.list[0].enabled_ns = 100;
	example.measured.counters.list[0].running_ns = 50;
	strcpy(example.measured.counters.list[1].name, "cycles:k");
	strcpy(example.measured.counters.list[1].reason.text, "no PMU");
	example.measured.noise.count = 2;
	example.measured.noise.tags[0].name = "minor_faults";
	example.measured.noise.tags[0].value = 4;
	example.measured.noise.tags[1].name = "migrations";
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	json_decref(record);
	trial_release(&example.t);
	return 0;
}

static void begin_again(void)
{
	teardown(NULL);
	setup(NULL);
}

static json_t *make_outcome(int outcome)
{
	return record_outcome(&example.t, outcome, &example.measured, &example.plan,
			      &example.phases);
}

static void make_record(int outcome)
{
	json_t *result = make_outcome(outcome);

	record = record_trial("fake/size=1GiB", &bench, values, &placement, 2, 17, result);
	json_decref(result);
}

/* "metrics.op_ns.unit": the way to a member. */
static json_t *at(json_t *json, const char *path)
{
	char copy[128];
	char *next = copy, *key;

	snprintf(copy, sizeof(copy), "%s", path);
	while (json && (key = strsep(&next, ".")))
		json = json_object_get(json, key);
	return json;
}

static void check_json(json_t *json, const char *path, const char *expected)
{
	json_t *member = at(json, path);
	char *text =
		member ? json_dumps(member, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6))
		       : NULL;

	must(text && !strcmp(text, expected), "%s is %s, not %s", path, text ? text : "missing",
	     expected);
	free(text);
}

TEST(trial_has_the_members_of_the_contract)
{
	static const char *const members[][2] = {
		{ "record", "\"trial\"" },
		{ "cell", "\"fake/size=1GiB\"" },
		{ "bench", "\"fake\"" },
		{ "params", "{\"backing\":\"anon\",\"size_bytes\":1073741824,\"threads\":2}" },
		{ "placement.cpus", "[3,1]" },
		{ "placement.cpu_node", "0" },
		{ "placement.mem_node", "0" },
		{ "placement.local", "true" },
		{ "placement.request", "\"local\"" },
		{ "block", "2" },
		{ "order", "17" },
		{ "status", "\"ok\"" },
		{ "verified.pages", "{\"4096\":262144}" },
		{ "verified.node_bytes", "{\"0\":1073741824}" },
		{ "verified.proof", "\"pagemap\"" },
		{ "metrics.op_ns.unit", "\"ns\"" },
		{ "metrics.op_ns.better", "\"lower\"" },
		{ "metrics.op_ns.samples", "[41230,40988,500]" },
		{ "metrics.faults.unit", "\"faults\"" },
		{ "metrics.faults.samples", "[7,7,7]" },
		{ "counters.instructions:k.value", "12345" },
		{ "counters.instructions:k.enabled_ns", "100" },
		{ "counters.instructions:k.running_ns", "50" },
		{ "counters.instructions:k.multiplexed", "true" },
		{ "counters.cycles:k", "{\"reason\":\"no PMU\"}" },
		{ "noise", "{\"minor_faults\":4}" },
		{ "overhead_ns", "20.99" },
		{ "iterations", "3" },
		{ "warmup", "{\"iterations\":9,\"steady\":true}" },
		{ "phases.run_ns", "5" },
	};

	make_record(0);
	for (size_t i = 0; i < COUNT(members); i++)
		check_json(record, members[i][0], members[i][1]);
	assert_null(json_object_get(record, "error"));
}

TEST(outcome_that_is_not_ok_says_why)
{
	static const struct {
		int outcome;
		const char *reason, *status, *error;
	} cases[] = {
		{ INVALID, "thp should be 4 pages", "\"invalid\"", "\"thp should be 4 pages\"" },
		{ -ENOMEM, "", "\"failed\"", "\"Cannot allocate memory\"" },
		{ -EIO, "the disk is on fire", "\"failed\"", "\"the disk is on fire\"" },
		{ INVALID, "", "\"invalid\"", "\"no reason given\"" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		begin_again();
		strcpy(example.t.reason.text, cases[i].reason);
		make_record(cases[i].outcome);
		check_json(record, "status", cases[i].status);
		check_json(record, "error", cases[i].error);
	}
}

TEST(skip_found_out_by_the_trial_is_no_trial)
{
	json_t *outcome;

	strcpy(example.t.reason.text, "no io_uring");
	outcome = make_outcome(SKIPPED);
	check_json(outcome, "status", "\"skipped\"");
	check_json(outcome, "reason", "\"no io_uring\"");
	assert_null(json_object_get(outcome, "metrics"));
	json_decref(outcome);
}

TEST(what_the_trial_read_back_stands_over_what_was_asked)
{
	example.t.placement.cpus[0] = 9;
	make_record(0);
	check_json(record, "placement.cpus", "[9,1]");
}

TEST(batch_is_told_and_divides_the_time)
{
	example.t.batch = 8;
	example.measured.too_short[0] = true;
	make_record(0);
	check_json(record, "metrics.op_ns.batch", "8");
	check_json(record, "metrics.op_ns.too_short", "true");
	/* Whole from a microsecond on, to two decimals below. */
	check_json(record, "metrics.op_ns.samples", "[5154,5124,62.5]");
	check_json(record, "metrics.faults.samples", "[7,7,7]");
	assert_null(at(record, "metrics.faults.batch"));
}

TEST(samples_that_were_lost_are_told)
{
	sample_ticks(&example.t, 0, 1);
	make_record(0);
	check_json(record, "metrics.op_ns.lost", "1");
	assert_null(at(record, "metrics.faults.lost"));
}

TEST(a_long_series_has_a_histogram_of_all_of_it)
{
	struct samples *samples = &example.t.samples[0];

	assert_int_equal(samples_reserve_many(samples, 4, 1, 2), 0);
	samples_forget(samples);
	for (uint64_t value = 1; value <= 4; value++)
		samples_add_to_many(samples, value * 100);
	make_record(0);
	check_json(record, "metrics.op_ns.samples", "[100,400]");
	check_json(record, "metrics.op_ns.every", "3");
	check_json(record, "metrics.op_ns.histogram",
		   "{\"count\":4,\"sum\":1000,\"min\":100,\"max\":400,"
		   "\"buckets\":[[96,1],[192,1],[288,1],[384,1]]}");
}

TEST(device_memory_is_verified_by_its_faults)
{
	example.t.proof = (struct proof){ .method = "faults",
					  .pages.sizes = { { GIB, 1 } },
					  .pages.nr_sizes = 1 };
	example.t.fault_proof = (struct fault_proof){ GIB, 1, 4096, GIB };
	make_record(0);
	check_json(record, "verified",
		   "{\"pages\":{\"1073741824\":1},\"node_bytes\":{},\"proof\":\"faults\","
		   "\"span_bytes\":1073741824,\"faults\":1,\"page_table_bytes\":4096,"
		   "\"order_bytes\":1073741824}");
}

TEST(notes_and_devices_are_told)
{
	trial_note(&example.t, "serial_phase", "%s", "none");
	trial_note(&example.t, "sparse", "%d areas", 3);
	trial_note(&example.t, "serial_phase", "%s", "open");
	example.t.outcomes = calloc(2, sizeof(*example.t.outcomes));
	example.t.nr_outcomes = 2;
	strcpy(example.t.outcomes[0].bdf, "0000:01:00.0");
	strcpy(example.t.outcomes[1].bdf, "0000:02:00.0");
	strcpy(example.t.outcomes[1].error, "gone");
	make_record(0);
	check_json(record, "notes", "{\"serial_phase\":\"open\",\"sparse\":\"3 areas\"}");
	check_json(record, "devices",
		   "[{\"device\":\"0000:01:00.0\",\"status\":\"ok\"},"
		   "{\"device\":\"0000:02:00.0\",\"status\":\"failed\",\"error\":\"gone\"}]");
}

TEST(memory_that_was_not_proved_is_not_called_verified)
{
	example.t.proved = false;
	make_record(0);
	assert_null(json_object_get(record, "verified"));
}

/* Numbers only: JSON has no word for what is none. */
static void check_numbers(const json_t *json)
{
	const char *key;
	json_t *member;
	size_t i;

	if (json_is_real(json))
		assert_true(isfinite(json_real_value(json)));
	json_object_foreach((json_t *)(uintptr_t)json, key, member)
		check_numbers(member);
	json_array_foreach(json, i, member)
		check_numbers(member);
}

TEST(no_number_is_infinite_or_none)
{
	static const double odd[] = { NAN, INFINITY, -INFINITY };

	for (size_t i = 0; i < COUNT(odd); i++) {
		char *text;

		begin_again();
		example.measured.overhead_ns = odd[i];
		make_record(0);
		check_numbers(record);
		text = json_dumps(record, 0);
		assert_non_null(text);
		free(text);
	}
}

TEST(placement_over_several_nodes_lists_them)
{
	struct placement wide = placement;
	json_t *json;

	wide.mem_nodes[1] = 5;
	wide.nr_mem_nodes = 2;
	wide.device_node = 1;
	json = record_placement(&wide);
	check_json(json, "mem_nodes", "[0,5]");
	check_json(json, "device_node", "1");
	check_json(json, "local", "false");
	assert_null(json_object_get(json, "mem_node"));
	json_decref(json);
}

TEST(run_has_the_members_of_the_contract)
{
	json_t *config = json_pack("{s:s}", "name", "x");
	json_t *host = json_pack("{s:s}", "kernel", "6.18.15"), *run, *started;

	unsetenv("DMABENCH_SERIES_ID");
	run = record_run(7, config, host);
	check_json(run, "record", "\"run\"");
	check_json(run, "schema", "1");
	check_json(run, "tool.name", "\"dmabench\"");
	assert_true(json_is_string(at(run, "tool.version")));
	assert_true(json_string_length(at(run, "run_id")) > 0);
	assert_int_equal(json_string_length(at(run, "boot_id")), 36);
	check_json(run, "seed", "7");
	check_json(run, "config.name", "\"x\"");
	check_json(run, "host.kernel", "\"6.18.15\"");
	started = at(run, "started");
	assert_int_equal(json_string_length(started), strlen("2026-01-01T00:00:00Z"));
	must_contain(json_string_value(started), "Z");
	assert_null(json_object_get(run, "series"));
	json_decref(run);
	json_decref(config);
	json_decref(host);
}

TEST(series_is_what_the_lab_says)
{
	json_t *series;

	unsetenv("DMABENCH_SERIES_ID");
	assert_null(record_series("6.18"));
	setenv("DMABENCH_SERIES_ID", "", 1);
	assert_null(record_series("6.18"));
	setenv("DMABENCH_SERIES_ID", "s1", 1);
	series = record_series("6.18");
	check_json(series, "id", "\"s1\"");
	check_json(series, "label", "\"6.18\"");
	json_decref(series);
	setenv("DMABENCH_SERIES_LABEL", "patched", 1);
	setenv("DMABENCH_SERIES_PAIR", "3", 1);
	setenv("DMABENCH_SERIES_POSITION", "nonsense", 1);
	series = record_series("6.18");
	check_json(series, "label", "\"patched\"");
	check_json(series, "pair", "3");
	assert_null(json_object_get(series, "position"));
	json_decref(series);
	unsetenv("DMABENCH_SERIES_ID");
}

TEST(skip_failure_and_end_are_short)
{
	json_t *json = record_skip("null/op=nothing", "no reason");

	check_json(json, "record", "\"skip\"");
	check_json(json, "cell", "\"null/op=nothing\"");
	check_json(json, "reason", "\"no reason\"");
	json_decref(json);
	json = record_failure("hung");
	check_json(json, "status", "\"failed\"");
	check_json(json, "error", "\"hung\"");
	json_decref(json);
	json = record_end("complete", NULL, 12, 3, 1, 2, 99);
	check_json(json, "record", "\"end\"");
	check_json(json, "status", "\"complete\"");
	check_json(json, "trials", "12");
	check_json(json, "skipped", "3");
	check_json(json, "failed", "1");
	check_json(json, "invalid", "2");
	check_json(json, "elapsed_ns", "99");
	assert_null(json_object_get(json, "why"));
	json_decref(json);
	json = record_end("interrupted", "Terminated", 0, 0, 0, 0, 0);
	check_json(json, "why", "\"Terminated\"");
	json_decref(json);
}

TEST(version_names_each_library)
{
	static const char *const libraries[] = { "hwloc", "jansson", "libpfm4", "liburing" };
	json_t *json = version_json();

	check_json(json, "name", "\"dmabench\"");
	assert_string_equal(json_string_value(at(json, "version")), dmabench_version);
	for (size_t i = 0; i < COUNT(libraries); i++) {
		char path[64];

		snprintf(path, sizeof(path), "libraries.%s", libraries[i]);
		must(json_string_length(at(json, path)) >= 3, "%s has no version", libraries[i]);
	}
	json_decref(json);
}

TEST(host_holds_what_could_explain_a_difference)
{
	static const char *const strings[] = { "kernel", "kernel_version", "virtual", "timing" };
	static const char *const objects[] = { "cpu", "thp", "limits", "iommu", "cpu.mitigations" };
	struct topology *topology;
	json_t *host;

	assert_int_equal(topology_open(NULL, &topology), 0);
	setenv("DMABENCH_TIMING", "icount", 1);
	host = facts_collect(topology);
	check_json(host, "timing", "\"icount\"");
	json_decref(host);
	setenv("DMABENCH_TIMING", "nonsense", 1);
	host = facts_collect(topology);
	check_json(host, "timing", "\"wall\"");
	unsetenv("DMABENCH_TIMING");
	for (size_t i = 0; i < COUNT(strings); i++)
		must(json_string_length(at(host, strings[i])) > 0, "%s is missing", strings[i]);
	for (size_t i = 0; i < COUNT(objects); i++)
		must(json_is_object(at(host, objects[i])), "%s is missing", objects[i]);
	assert_int_equal(json_array_size(at(host, "numa")), topology_nr_nodes(topology));
	assert_int_equal(json_integer_value(at(host, "cpu.count")), topology_nr_cpus(topology));
	assert_int_equal(json_integer_value(at(host, "page_bytes")), sysconf(_SC_PAGESIZE));
	check_numbers(host);
	json_decref(host);
	topology_close(topology);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(trial_has_the_members_of_the_contract),
		CASE(outcome_that_is_not_ok_says_why),
		CASE(skip_found_out_by_the_trial_is_no_trial),
		CASE(what_the_trial_read_back_stands_over_what_was_asked),
		CASE(batch_is_told_and_divides_the_time),
		CASE(samples_that_were_lost_are_told),
		CASE(a_long_series_has_a_histogram_of_all_of_it),
		CASE(device_memory_is_verified_by_its_faults),
		CASE(notes_and_devices_are_told),
		CASE(memory_that_was_not_proved_is_not_called_verified),
		CASE(no_number_is_infinite_or_none),
		cmocka_unit_test(placement_over_several_nodes_lists_them),
		cmocka_unit_test(run_has_the_members_of_the_contract),
		cmocka_unit_test(series_is_what_the_lab_says),
		cmocka_unit_test(skip_failure_and_end_are_short),
		cmocka_unit_test(version_names_each_library),
		cmocka_unit_test(host_holds_what_could_explain_a_difference),
	};

	fake_clock();
	return RUN(tests);
}
