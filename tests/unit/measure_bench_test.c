#include <ctype.h>

#include "base/units.h"
#include "measure/registry.h"
#include "measure/needs.h"
#include "fake_page.h"
#include "unit.h"

/* Calls @check for every benchmark there is. */
static void for_all(void (*check)(const struct bench *))
{
	assert_non_null(benches[0]);
	for (const struct bench *const *bench = benches; *bench; bench++)
		check(*bench);
}

/* Words of results: lower case, digits, and what parts them. */
static bool is_name(const char *name, char part)
{
	if (!islower((unsigned char)name[0]))
		return false;
	for (const char *c = name; *c; c++)
		if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c) && *c != part)
			return false;
	return true;
}

TEST(names_are_sorted_and_each_stands_once)
{
	for (size_t i = 0; benches[i] && benches[i + 1]; i++)
		must(strcmp(benches[i]->name, benches[i + 1]->name) < 0, "%s comes before %s",
		     benches[i]->name, benches[i + 1]->name);
}

TEST(benchmarks_of_this_release_are_there)
{
	static const char *const names[] = { "null", "populate", "uring-pin" };

	for (size_t i = 0; i < COUNT(names); i++) {
		const struct bench *bench = bench_find(names[i]);

		must(bench && !strcmp(bench->name, names[i]), "%s is missing", names[i]);
	}
	assert_null(bench_find("nul"));
	assert_null(bench_find(""));
}

static void check_words(const struct bench *bench)
{
	must(is_name(bench->name, '-'), "%s is no name", bench->name);
	must(bench->summary && bench->summary[0], "%s has no summary", bench->name);
	must(strlen(bench->summary) <= 72, "the summary of %s is too long", bench->name);
	/* What the numbers hold and what they leave out. */
	must(bench->details && (strstr(bench->details, "leave") || strstr(bench->details, "Leave")),
	     "the details of %s do not say what is left out", bench->name);
	must(bench->run, "%s does nothing", bench->name);
	must(bench->iterations >= 1, "%s has no iterations", bench->name);
	must(!bench->setup == !bench->teardown, "%s has one of setup and teardown", bench->name);
}

TEST(each_benchmark_says_what_it_is)
{
	for_all(check_words);
}

static void check_params(const struct bench *bench)
{
	size_t count = bench_nr_params(bench);

	must(count <= PARAM_MAX, "%s has %zu parameters", bench->name, count);
	for (size_t i = 0; i < count; i++) {
		const struct param *param = &bench->params[i];
		struct reason reason = { "" };
		struct value value;

		must(is_name(param->name, '_'), "%s of %s is no name", param->name, bench->name);
		must(param->help && param->help[0], "%s of %s has no help", param->name,
		     bench->name);
		must(param->type && param->fallback, "%s of %s has no type or default", param->name,
		     bench->name);
		must(!param->type->parse(param, param->fallback, &value, &reason),
		     "default of %s: %s", bench->name, reason.text);
		must(!param->choices == (param->type != &param_word), "%s of %s has choices",
		     param->name, bench->name);
		must(bench_param_index(bench, param->name) == (int)i, "%s of %s stands twice",
		     param->name, bench->name);
	}
	assert_int_equal(bench_param_index(bench, "no-such-parameter"), -1);
}

TEST(each_parameter_has_a_default_that_it_takes)
{
	for_all(check_params);
}

/* Keys of a product that are no parameters: a parameter of that name could not be set. */
static void check_reserved(const struct bench *bench)
{
	static const char *const reserved[] = { "bench",      "placement", "rounds", "warmup",
						"iterations", "about",	   "matrix", "exclude" };

	for (size_t i = 0; i < COUNT(reserved); i++)
		must(bench_param_index(bench, reserved[i]) < 0, "%s has a parameter \"%s\"",
		     bench->name, reserved[i]);
}

TEST(no_parameter_is_called_as_a_key_of_configs_is)
{
	for_all(check_reserved);
}

static void check_metrics(const struct bench *bench)
{
	size_t count = bench_nr_metrics(bench);

	must(count >= 1 && count <= METRIC_MAX, "%s has %zu metrics", bench->name, count);
	for (size_t i = 0; i < count; i++) {
		const struct metric *metric = &bench->metrics[i];

		must(is_name(metric->name, '_'), "%s of %s is no name", metric->name, bench->name);
		must(metric->unit && metric->unit[0], "%s of %s has no unit", metric->name,
		     bench->name);
		must(metric->better && (!strcmp(metric->better, "lower") ||
					!strcmp(metric->better, "higher")),
		     "%s of %s is better neither lower nor higher", metric->name, bench->name);
		must(metric->help && metric->help[0], "%s of %s has no help", metric->name,
		     bench->name);
		/* The unit comes last in the name. */
		if (!strcmp(metric->unit, "ns"))
			must(strstr(metric->name, "_ns"), "%s of %s is in ns", metric->name,
			     bench->name);
		must(bench_metric_index(bench, metric->name) == (int)i, "%s of %s stands twice",
		     metric->name, bench->name);
		if (metric->per_size)
			must(bench_param_index(bench, "size") >= 0, "%s has no size", bench->name);
	}
	assert_int_equal(bench_metric_index(bench, "no_such_metric"), -1);
}

TEST(each_metric_has_unit_direction_and_help)
{
	for_all(check_metrics);
}

static void check_shared(const struct bench *bench)
{
	int threads = bench_param_index(bench, "threads"), size = bench_param_index(bench, "size");

	if (size >= 0)
		must(bench->params[size].type == &param_size, "size of %s is none", bench->name);
	if (threads >= 0)
		must(bench->params[threads].type == &param_count && bench->params[threads].min == 1,
		     "threads of %s may be 0", bench->name);
	if (bench_param_index(bench, "backing") >= 0)
		must(size >= 0, "%s has a backing but no size", bench->name);
}

TEST(parameters_that_the_harness_looks_at_are_what_it_takes_them_for)
{
	for_all(check_shared);
}

TEST(values_are_looked_up_by_name)
{
	const struct bench *bench = bench_find("uring-pin");
	struct value values[PARAM_MAX] = { { 0, NULL } };

	values[bench_param_index(bench, "size")].number = 7;
	values[bench_param_index(bench, "backing")].word = "thp";
	assert_int_equal(bench_number(bench, values, "size", 3), 7);
	assert_int_equal(bench_number(bench, values, "nothing", 3), 3);
	assert_string_equal(bench_word(bench, values, "backing"), "thp");
	assert_null(bench_word(bench, values, "nothing"));
}

TEST(size_must_be_whole_pages_of_the_backing)
{
	const struct bench *bench = bench_find("populate");
	static const struct {
		uint64_t size, page;
		int ret;
	} cases[] = {
		{ 64 * MIB, 2 * MIB, 0 },
		{ 3 * MIB, 2 * MIB, SKIPPED },
		{ MIB, GIB, SKIPPED },
		{ 4096, 4096, 0 },
		{ MIB, 0, 0 }, /* the backing itself says that the kernel has none */
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct value values[PARAM_MAX] = { { 0, NULL } };
		struct reason reason = { "" };

		values[bench_param_index(bench, "size")].number = cases[i].size;
		values[bench_param_index(bench, "backing")].number = cases[i].page;
		assert_int_equal(bench_check_pages(bench, values, &reason), cases[i].ret);
		if (cases[i].ret)
			must_contain(reason.text, "is not a whole number of");
	}
	assert_int_equal(bench_check_pages(bench_find("null"), NULL, NULL), 0);
}

TEST(sizes_below_the_base_page_are_skipped)
{
	const struct bench *bench = bench_find("vfio-map");
	struct value values[PARAM_MAX] = { { 0, NULL } };
	struct reason reason = { "" };

	values[bench_param_index(bench, "size")].number = 16 * MIB;
	assert_int_equal(bench_check_pages(bench, values, &reason), 0); /* chunk=whole */
	values[bench_param_index(bench, "chunk")].number = 4 * KIB;
	fake_page_bytes = 4 * KIB;
	assert_int_equal(bench_check_pages(bench, values, &reason), 0);
	fake_page_bytes = 16 * KIB;
	assert_int_equal(bench_check_pages(bench, values, &reason), SKIPPED);
	assert_string_equal(reason.text,
			    "chunk 4KiB is not a multiple of this kernel's page, 16KiB");
	values[bench_param_index(bench, "chunk")].number = 64 * KIB;
	assert_int_equal(bench_check_pages(bench, values, &reason), 0);
	fake_page_bytes = 0;
}

TEST(need_that_is_not_met_has_a_reason)
{
	struct reason reason = { "" };
	int ret = needs_check(NEEDS_IO_URING, &reason);

	assert_true(ret == 0 || ret == SKIPPED);
	if (ret)
		must_contain(reason.text, "io_uring");
	assert_int_equal(needs_check(0, NULL), 0);
	reason.text[0] = '\0';
	assert_int_equal(needs_check(NEEDS_VFIO_DEVICE, &reason), SKIPPED);
	must_contain(reason.text, "vfio");
}

TEST(advice_for_vfio_is_for_the_machine_and_names_the_lab)
{
	static const struct {
		const char *virtual;
		bool has_groups;
		const char *wanted, *unwanted;
	} cases[] = {
		{ "none", true, "modprobe vfio-pci", "firmware" },
		{ "none", false, "in the firmware", "this VM" },
		{ "kvm", false, "this VM (kvm) has no IOMMU", "firmware" },
		{ "kvm", true, "modprobe vfio-pci", "this VM" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *advice = needs_vfio_advice(cases[i].virtual, cases[i].has_groups);

		must_contain(advice, cases[i].wanted);
		must_contain(advice, "modprobe vfio-pci");
		must_contain(advice, NEEDS_LAB_COMMAND);
		must(!strstr(advice, cases[i].unwanted), "%s", advice);
	}
}

TEST(names_to_suggest_are_those_of_all_benchmarks)
{
	const char *const *names = bench_names();
	size_t count = 0;

	for (; names[count]; count++)
		assert_string_equal(names[count], benches[count]->name);
	assert_null(benches[count]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_sorted_and_each_stands_once),
		cmocka_unit_test(benchmarks_of_this_release_are_there),
		cmocka_unit_test(each_benchmark_says_what_it_is),
		cmocka_unit_test(each_parameter_has_a_default_that_it_takes),
		cmocka_unit_test(no_parameter_is_called_as_a_key_of_configs_is),
		cmocka_unit_test(each_metric_has_unit_direction_and_help),
		cmocka_unit_test(parameters_that_the_harness_looks_at_are_what_it_takes_them_for),
		cmocka_unit_test(values_are_looked_up_by_name),
		cmocka_unit_test(size_must_be_whole_pages_of_the_backing),
		cmocka_unit_test(sizes_below_the_base_page_are_skipped),
		cmocka_unit_test(need_that_is_not_met_has_a_reason),
		cmocka_unit_test(advice_for_vfio_is_for_the_machine_and_names_the_lab),
		cmocka_unit_test(names_to_suggest_are_those_of_all_benchmarks),
	};

	return RUN(tests);
}
