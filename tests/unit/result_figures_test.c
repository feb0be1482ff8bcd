#include "result/fields.h"
#include "result/figures.h"
#include "unit.h"

#define OP(rest) "\"metrics\":{\"op_ns\":{" rest "}}"
#define GOOD "\"unit\":\"ns\",\"samples\":[1,2.5,0]"
#define NAMED "{\"cell\":\"c\",\"bench\":\"b\","

TEST(trial_is_believed_only_when_its_figures_are_some)
{
	static const struct {
		const char *trial, *why; /* NULL: it is good */
	} cases[] = {
		{ NAMED OP(GOOD) "}", NULL },
		{ NAMED
		  "\"params\":{\"a\":\"x\",\"b_bytes\":4,\"c\":true,\"d\":null}," OP(GOOD) "}",
		  NULL },
		{ "{\"bench\":\"b\"," OP(GOOD) "}", "cell: none" },
		{ "{\"cell\":7,\"bench\":\"b\"," OP(GOOD) "}", "cell: none" },
		{ "{\"cell\":\"c\"," OP(GOOD) "}", "bench: none" },
		{ NAMED "\"metrics\":{}}", "metrics: none" },
		{ NAMED "\"metrics\":[1]}", "metrics: none" },
		{ NAMED "\"x\":1}", "metrics: none" },
		{ NAMED OP("\"samples\":[1]") "}", "metrics.op_ns.unit: none" },
		{ NAMED OP("\"unit\":\"us\",\"samples\":[1]") "}",
		  "metrics.op_ns.unit: us, expected ns, bytes" },
		{ NAMED OP("\"unit\":\"ns\"") "}", "metrics.op_ns.samples: none" },
		{ NAMED OP("\"unit\":\"ns\",\"samples\":7") "}", "metrics.op_ns.samples: none" },
		{ NAMED OP("\"unit\":\"ns\",\"samples\":[]") "}", "metrics.op_ns.samples: none" },
		{ NAMED OP("\"unit\":\"ns\",\"samples\":[1,null]") "}",
		  "metrics.op_ns.samples[1]: no number" },
		{ NAMED OP("\"unit\":\"ns\",\"samples\":[1,2,-0.5]") "}",
		  "metrics.op_ns.samples[2]: negative" },
		{ NAMED "\"metrics\":{\"a-b\":{" GOOD "}}}", "metrics.a-b: no name" },
		{ NAMED "\"params\":{\"A\":1}," OP(GOOD) "}", "params: A" },
		{ NAMED "\"params\":{\"a\":1.5}," OP(GOOD) "}", "params: a" },
		{ NAMED "\"params\":{\"a\":[1]}," OP(GOOD) "}", "params: a" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *trial = json_loads(cases[i].trial, 0, NULL);
		struct reason reason = { "" };
		int ret = figures_check(trial, "x.jsonl", 7, &reason);

		must(trial, "%s", cases[i].trial);
		must(ret == (cases[i].why ? -EINVAL : 0), "%s gave %d", cases[i].trial, ret);
		if (cases[i].why) {
			must_contain(reason.text, "x.jsonl:7: ");
			must_contain(reason.text, cases[i].why);
		}
		json_decref(trial);
	}
}

TEST(names_are_those_of_the_schema)
{
	static const char *const good[] = { "a", "op_ns", "x9_" };
	static const char *const bad[] = { "", "9a", "_a", "A", "a-b", "a b", "a\n", "\xc3\xa4" };

	for (size_t i = 0; i < COUNT(good); i++)
		must(figure_name_is_good(good[i]), "%s", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		must(!figure_name_is_good(bad[i]), "%s", bad[i]);
}

TEST(only_ok_is_ok)
{
	static const struct {
		const char *trial;
		bool ok;
	} cases[] = {
		{ "{\"status\":\"ok\"}", true },       { "{\"status\":\"failed\"}", false },
		{ "{\"status\":\"invalid\"}", false }, { "{\"status\":\"OK\"}", false },
		{ "{\"status\":true}", false },	       { "{}", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *trial = json_loads(cases[i].trial, 0, NULL);

		must(trial_is_ok(trial) == cases[i].ok, "%s", cases[i].trial);
		json_decref(trial);
	}
}

TEST(figures_are_written_short_and_exact)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ 15.2, "15.2" },
		{ 41230, "41230" },
		{ 1.52e-8, "1.52e-08" },
		{ 123456789012345, "123456789012345" },
		{ 0.1 + 0.2, "0.30000000000000004" },
		{ 1.7976931348623157e308, "1.7976931348623157e+308" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[FIGURE_TEXT];

		assert_string_equal(figure_format(cases[i].value, text), cases[i].text);
		assert_true(strtod(text, NULL) == cases[i].value);
	}
}

TEST(samples_of_a_metric_are_summed_up)
{
	static const struct {
		const char *metric;
		size_t count;
		double min, median;
	} cases[] = {
		{ "{\"samples\":[3,1.5,2]}", 3, 1.5, 2 },
		{ "{\"samples\":[]}", 0, 0, 0 },
		{ "{}", 0, 0, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *metric = json_loads(cases[i].metric, 0, NULL);
		struct summary summary;

		assert_int_equal(figures_summarize(metric, &summary), 0);
		must(summary.count == cases[i].count && summary.min == cases[i].min &&
			     summary.median == cases[i].median,
		     "%s: %zu, %g, %g", cases[i].metric, summary.count, summary.min,
		     summary.median);
		json_decref(metric);
	}
}

TEST(units_are_those_of_the_schema)
{
	static const char *const good[] = { "ns", "bytes", "bytes/s", "count", "ratio" };
	static const char *const bad[] = { "", "us", "NS", "n", "seconds" };

	for (size_t i = 0; i < COUNT(good); i++)
		assert_string_equal(figure_unit_find(good[i])->name, good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_null(figure_unit_find(bad[i]));
	assert_string_equal(figure_unit_find("ns")->base, "seconds");
	assert_true(figure_unit_find("ns")->per_base == 1e9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trial_is_believed_only_when_its_figures_are_some),
		cmocka_unit_test(names_are_those_of_the_schema),
		cmocka_unit_test(only_ok_is_ok),
		cmocka_unit_test(figures_are_written_short_and_exact),
		cmocka_unit_test(samples_of_a_metric_are_summed_up),
		cmocka_unit_test(units_are_those_of_the_schema),
	};

	return RUN(tests);
}
