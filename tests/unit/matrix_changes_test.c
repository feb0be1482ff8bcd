#include "base/units.h"
#include "configs.h"
#include "measure/registry.h"

#define MATRIX                                                                           \
	"{\"rounds\": 2, \"matrix\": [{\"bench\": \"null\"}, {\"bench\": \"populate\", " \
	"\"rounds\": 3}, "                                                               \
	"{\"bench\": \"uring-pin\", \"size\": \"4K\"}]}"

static const struct changes nothing;

/* The values of a parameter as a list, or "-" where the benchmark has none of that name. */
static const char *values_of(const struct product *product, const char *name)
{
	static char text[256];
	int index = bench_param_index(product->bench, name);
	size_t used = 0;

	strcpy(text, "-");
	for (size_t i = 0; index >= 0 && i < product->params[index].count; i++) {
		char value[PARAM_TEXT];

		used += (size_t)sprintf(text + used, "%s%s", i ? "," : "",
					product->bench->params[index].type->print(
						&product->params[index].values[i], value));
	}
	return text;
}

static struct config *load_set(const char *set)
{
	const struct changes changes = { .sets = &set, .nr_sets = 1 };

	return load_with(MATRIX, &changes);
}

TEST(set_reaches_every_product_that_has_the_parameter)
{
	struct config *config = load_set("size=1M,2MiB");

	assert_string_equal(values_of(&config->products[0], "size"), "-");
	assert_string_equal(values_of(&config->products[1], "size"), "1MiB,2MiB");
	assert_string_equal(values_of(&config->products[2], "size"), "1MiB,2MiB");
	config_free(config);
	config = load_set("op=syscall");
	assert_string_equal(values_of(&config->products[0], "op"), "syscall");
	config_free(config);
}

TEST(set_takes_what_all_products_have)
{
	struct config *config = load_set("iterations=17");

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(config->products[i].iterations, 17);
	config_free(config);
	config = load_set("warmup=0");
	assert_int_equal(config->products[2].warmup, 0);
	config_free(config);
	config = load_set("rounds=4");
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(config->products[i].rounds, 4);
	config_free(config);
	config = load_set("placement=local,cpus:0+1@0");
	assert_int_equal(config->products[0].nr_placements, 2);
	assert_string_equal(config->products[1].placements[1], "cpus:0+1@0");
	config_free(config);
}

TEST(all_is_a_value_too)
{
	struct config *config = load_set("op=all");

	assert_string_equal(values_of(&config->products[0], "op"), "nothing,syscall");
	config_free(config);
}

TEST(last_set_of_a_parameter_stands)
{
	const char *sets[] = { "size=1M", "threads=2", "size=4M" };
	const struct changes changes = { .sets = sets, .nr_sets = COUNT(sets) };
	struct config *config = load_with(MATRIX, &changes);

	assert_string_equal(values_of(&config->products[1], "size"), "4MiB");
	assert_string_equal(values_of(&config->products[1], "threads"), "2");
	config_free(config);
}

TEST(set_that_makes_no_sense_is_refused_by_name)
{
	static const struct {
		const char *set, *why;
	} cases[] = {
		{ "sise=4K", "did you mean \"size\"?" },
		{ "size", "expected param=value" },
		{ "=4K", "expected param=value" },
		{ "size=", "expected param=value" },
		{ "", "expected param=value" },
		{ "bench=null", "no benchmark of this matrix has \"bench\"" },
		{ "qqqqqqqqqq=1", "no benchmark of this matrix has \"qqqqqqqqqq\"" },
		{ "size=0", "size is 0" },
		{ "size=4K,,8K", "is no size" },
		{ "size=big", "is no size" },
		{ "backing=thpp", "did you mean \"thp\"?" },
		{ "iterations=5,6", "iterations \"5,6\" is no whole number" },
		{ "iterations=0", "out of range" },
		{ "placement=lokal", "did you mean \"local\"?" },
		{ "a-name-that-is-much-longer-than-any-parameter-of-any-benchmark-could-ever-be=1",
		  "expected param=value" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct changes changes = { .sets = &cases[i].set, .nr_sets = 1 };
		struct config *config = NULL;
		struct reason reason = { "" };

		must(config_load(temp_file("config.json", MATRIX), &changes, &config, &reason) ==
			     -EINVAL,
		     "\"%s\" was taken", cases[i].set);
		must_contain(reason.text, cases[i].why);
		must(strstr(reason.text, "--set") || strstr(reason.text, "command line"),
		     "\"%s\" does not name the command line", reason.text);
	}
}

TEST(refused_change_gives_no_config)
{
	const char *set = "size=0";
	const struct changes bad_value = { .sets = &set, .nr_sets = 1 };
	const struct changes bad_rounds = { .rounds = "0" };
	struct config *config = NULL;

	assert_true(config_load(temp_file("config.json", MATRIX), &bad_value, &config, NULL) < 0);
	assert_null(config);
	assert_true(config_load(temp_file("config.json", MATRIX), &bad_rounds, &config, NULL) < 0);
	assert_null(config);
	set = "sise=1";
	assert_true(config_load(temp_file("config.json", MATRIX), &bad_value, &config, NULL) < 0);
	assert_null(config);
}

TEST(rounds_on_the_command_line_hold_for_all_products)
{
	const struct changes changes = { .rounds = "7" };
	struct config *config = load_with(MATRIX, &changes);

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(config->products[i].rounds, 7);
	assert_int_equal(config->rounds, 7);
	config_free(config);
}

TEST(seed_and_budget_come_from_the_command_line)
{
	const struct changes changes = { .seed = "99", .time_budget = "90s" };
	struct config *config = load_with(MATRIX, &changes);

	assert_int_equal(config->seed, 99);
	assert_true(config->time_budget_ns == 90 * SEC);
	assert_int_equal(json_integer_value(json_object_get(config->json, "seed")), 99);
	config_free(config);
}

TEST(bad_numbers_on_the_command_line_are_refused)
{
	static const struct {
		struct changes changes;
		const char *why;
	} cases[] = {
		{ { .rounds = "0" }, "rounds 0 is out of range" },
		{ { .rounds = "-1" }, "no whole number" },
		{ { .rounds = "" }, "no whole number" },
		{ { .seed = "abc" }, "seed \"abc\" is no whole number" },
		{ { .seed = "99999999999999999999" }, "seed" },
		{ { .time_budget = "10x" }, "is no time" },
		{ { .time_budget = "0" }, "is no time" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct config *config = NULL;
		struct reason reason = { "" };

		assert_int_equal(config_load(temp_file("config.json", MATRIX), &cases[i].changes,
					     &config, &reason),
				 -EINVAL);
		must_contain(reason.text, "command line");
		must_contain(reason.text, cases[i].why);
	}
}

/* A file that is wrong is told by line, even where the command line would mend it. */
TEST(error_of_the_file_comes_before_the_command_line)
{
	const struct changes changes = { .rounds = "3" };
	const char *path =
		temp_file("config.json", "{\"rounds\": 0,\n\"matrix\": [{\"bench\": \"null\"}]}");
	struct config *config = NULL;
	struct reason reason = { "" };

	assert_int_equal(config_load(path, &changes, &config, &reason), -EINVAL);
	must_contain(reason.text, ":1:12: ");
}

TEST(changes_reach_a_benchmark_alone)
{
	const char *set = "size=64M";
	const struct changes changes = { .sets = &set, .nr_sets = 1, .rounds = "2" };
	struct config *config = NULL;

	assert_int_equal(config_for_bench(bench_find("populate"), &changes, &config, NULL), 0);
	assert_string_equal(values_of(&config->products[0], "size"), "64MiB");
	assert_int_equal(config->products[0].rounds, 2);
	config_free(config);
}

TEST(no_change_is_told_from_some)
{
	const char *set = "a=b";

	assert_false(changes_any(NULL));
	assert_false(changes_any(&nothing));
	assert_true(changes_any(&(struct changes){ .sets = &set, .nr_sets = 1 }));
	assert_true(changes_any(&(struct changes){ .rounds = "1" }));
	assert_true(changes_any(&(struct changes){ .seed = "1" }));
	assert_true(changes_any(&(struct changes){ .time_budget = "1" }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_reaches_every_product_that_has_the_parameter),
		cmocka_unit_test(set_takes_what_all_products_have),
		cmocka_unit_test(all_is_a_value_too),
		cmocka_unit_test(last_set_of_a_parameter_stands),
		cmocka_unit_test(set_that_makes_no_sense_is_refused_by_name),
		cmocka_unit_test(refused_change_gives_no_config),
		cmocka_unit_test(rounds_on_the_command_line_hold_for_all_products),
		cmocka_unit_test(seed_and_budget_come_from_the_command_line),
		cmocka_unit_test(bad_numbers_on_the_command_line_are_refused),
		cmocka_unit_test(error_of_the_file_comes_before_the_command_line),
		cmocka_unit_test(changes_reach_a_benchmark_alone),
		cmocka_unit_test(no_change_is_told_from_some),
	};

	return RUN(tests);
}
