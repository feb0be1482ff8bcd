#include "base/units.h"
#include "configs.h"
#include "measure/measure.h"
#include "measure/registry.h"

/* What every complaint is about is marked with ^, which is not part of the config. */
struct bad {
	const char *text, *why;
};

#define IN_MATRIX(text) "{\"matrix\": [" text "]}"
#define WITH_NULL(text) "{" text ", \"matrix\": [{\"bench\": \"null\"}]}"
#define EXCLUDING(text) \
	"{\"matrix\": [{\"bench\": \"null\"}, {\"bench\": \"populate\"}], \"exclude\": " text "}"

static void check_bad(const struct bad *bad)
{
	const char *mark = strchr(bad->text, '^');
	struct config *config = NULL;
	struct reason reason = { "" };
	size_t line = 1, column = 1;
	char text[1024], where[256];
	int ret;

	must(mark, "%s has no mark", bad->text);
	snprintf(text, sizeof(text), "%.*s%s", (int)(mark - bad->text), bad->text, mark + 1);
	for (const char *c = bad->text; c < mark; c++) {
		column++;
		if (*c == '\n') {
			line++;
			column = 1;
		}
	}
	ret = config_load(temp_file("bad.json", text), NULL, &config, &reason);
	must(ret < 0, "%s was taken", text);
	snprintf(where, sizeof(where), "%s:%zu:%zu: ", temp_path("bad.json"), line, column);
	must(!strncmp(reason.text, where, strlen(where)), "%s: \"%s\" does not begin with %s", text,
	     reason.text, where);
	must_contain(reason.text, bad->why);
	must(!strchr(reason.text, '\n'), "more than one line: %s", reason.text);
	assert_null(config);
}

TEST(unknown_words_are_refused_where_they_stand_with_a_suggestion)
{
	static const struct bad cases[] = {
		{ "{^\"matrx\": []}", "unknown key \"matrx\" (did you mean \"matrix\"?)" },
		{ WITH_NULL("\n^\"round\": 3"),
		  "unknown key \"round\" (did you mean \"rounds\"?)" },
		{ WITH_NULL("^\"time-budget\": 3"), "did you mean \"time_budget\"?" },
		{ WITH_NULL("^\"qqqqqqqqqqq\": 3"), "unknown key \"qqqqqqqqqqq\"" },
		{ IN_MATRIX("{\"bench\": ^\"nul\"}"),
		  "unknown benchmark \"nul\" (did you mean \"null\"?)" },
		{ IN_MATRIX("{\"bench\": ^\"uring_pin\"}"), "did you mean \"uring-pin\"?" },
		{ IN_MATRIX("{\"bench\": \"populate\",\n  ^\"sise\": \"4K\"}"),
		  "unknown key \"sise\" (did you mean \"size\"?)" },
		{ IN_MATRIX("{\"bench\": \"null\", ^\"size\": \"4K\"}"), "unknown key \"size\"" },
		{ IN_MATRIX("{\"bench\": \"populate\", \"backing\": ^\"thpp\"}"),
		  "unknown backing \"thpp\" (did you mean \"thp\"?)" },
		{ IN_MATRIX(
			  "{\"bench\": \"populate\", \"backing\": [\"anon\",\n\t^\"hugetlb-2M\"]}"),
		  "did you mean \"hugetlb-2m\"?" },
		{ IN_MATRIX("{\"bench\": \"null\"}, {\"bench\": \"null\", \"op\": ^\"nothin\"}"),
		  "unknown op \"nothin\" (did you mean \"nothing\"?)" },
		{ IN_MATRIX("{\"bench\": \"null\", \"placement\": [\"local\", ^\"remotely\"]}"),
		  "did you mean \"remote\"?" },
		{ WITH_NULL("\"placement\": ^\"node1\""), "unknown placement \"node1\"" },
		{ EXCLUDING("[{\"backing\": ^\"anno\"}]"), "did you mean \"anon\"?" },
		{ EXCLUDING("[{\"bench\": [\"null\", ^\"populat\"]}]"),
		  "did you mean \"populate\"?" },
		{ EXCLUDING("[{^\"zzzzzzz\": 1}]"), "unknown key \"zzzzzzz\"" },
		{ EXCLUDING("[{\"placement\": ^\"lokal\"}]"), "did you mean \"local\"?" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		check_bad(&cases[i]);
}

/* "threads" is populate's, and populate is the second product. */
TEST(unknown_condition_is_held_against_all_benchmarks_of_the_matrix)
{
	check_bad(&(struct bad){ EXCLUDING("[{^\"thread\": 1}]"), "did you mean \"threads\"?" });
}

TEST(condition_is_not_said_to_be_of_the_first_benchmark_only)
{
	struct config *config = NULL;
	struct reason reason = { "" };

	assert_true(config_load(temp_file("bad.json", EXCLUDING("[{\"zzzzzzz\": 1}]")), NULL,
				&config, &reason) < 0);
	must(!strstr(reason.text, "for benchmark null"), "%s", reason.text);
}

TEST(numbers_that_make_no_sense_are_refused_where_they_stand)
{
	static const struct bad cases[] = {
		{ IN_MATRIX("{\"bench\": \"populate\", \"size\": ^0}"), "size is 0" },
		{ IN_MATRIX("{\"bench\": \"populate\", \"size\": ^\"0\"}"), "size is 0" },
		{ IN_MATRIX("{\"bench\": \"populate\", \"size\": ^-4096}"), "size \"-4096\"" },
		{ IN_MATRIX("{\"bench\": \"populate\", \"size\": ^4.5}"),
		  "expected a word, a size" },
		{ IN_MATRIX("{\"bench\": \"populate\", \"size\": ^true}"),
		  "expected a word, a size" },
		{ IN_MATRIX("{\"bench\": \"populate\", \"size\": ^null}"),
		  "expected a word, a size" },
		{ IN_MATRIX("{\"bench\": \"populate\", \"size\": ^{}}"),
		  "expected a word, a size" },
		{ IN_MATRIX("{\"bench\": \"populate\", \"size\": [\"4K\", ^[\"8K\"]]}"),
		  "expected a word" },
		{ IN_MATRIX("{\"bench\": \"populate\", \"size\": ^\"20000000TiB\"}"),
		  "does not fit" },
		{ IN_MATRIX("{\"bench\": \"populate\", \"size\": ^\"5000\"}"),
		  "multiple of the page" },
		{ IN_MATRIX("{\"bench\": \"populate\", \"size\": ^\"huge\"}"),
		  "expected one like 4K" },
		{ IN_MATRIX("{\"bench\": \"populate\", \"size\": ^\"\"}"), "is no size" },
		{ IN_MATRIX("{\"bench\": \"populate\", \"threads\": ^0}"), "below the least, 1" },
		{ IN_MATRIX("{\"bench\": \"populate\", \"threads\": ^\"many\"}"),
		  "no whole number" },
		{ IN_MATRIX("{\"bench\": \"populate\", \"size\": ^[]}"), "empty list" },
		{ IN_MATRIX("{\"bench\": \"null\", \"iterations\": ^0}"),
		  "out of range, expected 1 to" },
		{ IN_MATRIX("{\"bench\": \"null\", \"iterations\": ^100000000}"), "out of range" },
		{ IN_MATRIX("{\"bench\": \"null\", \"warmup\": ^-1}"), "no whole number" },
		{ IN_MATRIX("{\"bench\": \"null\", \"warmup\": ^\"none\"}"), "no whole number" },
		{ IN_MATRIX("{\"bench\": \"null\", \"rounds\": ^[1, 2]}"), "expected a word" },
		{ WITH_NULL("\"rounds\": ^0"), "rounds 0 is out of range, expected 1 to" },
		{ WITH_NULL("\"rounds\": ^-1"), "rounds \"-1\" is no whole number" },
		{ WITH_NULL("\"rounds\": ^\"three\""), "no whole number" },
		{ WITH_NULL("\"rounds\": ^1000000"), "out of range" },
		{ WITH_NULL("\"seed\": ^\"abc\""), "seed \"abc\" is no whole number" },
		{ WITH_NULL("\"seed\": ^true"), "expected a word, a size or a whole number" },
		{ WITH_NULL("\"seed\": ^-1"), "no whole number" },
		{ WITH_NULL("\"seed\": ^\"9223372036854775808\""), "out of range" },
		{ WITH_NULL("\"seed\": ^1.5"), "whole number" },
		{ WITH_NULL("\"time_budget\": ^0"), "is no time" },
		{ WITH_NULL("\"time_budget\": ^\"soon\""), "expected one like 500ms, 90s or 10m" },
		{ WITH_NULL("\"trial_limit\": ^\"-1s\""), "is no time" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		check_bad(&cases[i]);
}

TEST(shapes_that_make_no_sense_are_refused_where_they_stand)
{
	static const struct bad cases[] = {
		{ "^[]", "expected an object" },
		{ "^{}", "\"matrix\" is missing" },
		{ "^{\"name\": \"x\"}", "\"matrix\" is missing" },
		{ "{\"matrix\": ^[]}", "expected a list of at least one" },
		{ "{\"matrix\": ^{}}", "expected a list" },
		{ "{\"matrix\": ^\"null\"}", "expected a list" },
		{ "{\"matrix\":\n [^7]}", "expected an object" },
		{ "{\"matrix\": [{\"bench\": \"null\"},\n ^{\"op\": \"all\"}]}",
		  "\"bench\" is missing" },
		{ IN_MATRIX("{\"bench\": ^[\"null\"]}"), "expected {\"bench\": NAME" },
		{ WITH_NULL("\"name\": ^7"), "name is a string" },
		{ WITH_NULL("\"about\": ^[]"), "about is a string" },
		{ WITH_NULL("\"counters\": [\"cycles:k\", ^7]"), "a counter is a name" },
		{ WITH_NULL("\"counters\": ^\"\""), "a counter is a name" },
		{ WITH_NULL("\"placement\": ^7"), "a placement is a string" },
		{ WITH_NULL("\"placement\": ^[]"), "empty list" },
		{ EXCLUDING("^{\"bench\": \"null\"}"), "expected a list of rules" },
		{ EXCLUDING("[^[]]"), "expected a rule" },
		{ EXCLUDING("[^{}]"), "expected a rule" },
		{ EXCLUDING("[{\"size\": ^\"0\"}]"), "size is 0" },
		{ EXCLUDING("[{\"size\": ^[]}]"), "empty list" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		check_bad(&cases[i]);
}

/* Of these jansson tells where reading failed: the line is what counts. */
TEST(broken_json_is_refused_with_its_line)
{
	static const struct {
		const char *text;
		int line;
		const char *why;
	} cases[] = {
		{ "", 1, "" },
		{ "{\"matrix\":\n [\n", 3, "" },
		{ "{\"matrix\": [}\n", 1, "" },
		{ "{\n\"seed\": 1,\n\"seed\": 2, \"matrix\": []}", 3, "duplicate" },
		{ "{\"matrix\": [{\"bench\": \"null\",\n\"bench\": \"null\"}]}", 2, "duplicate" },
		{ "{\"seed\": 99999999999999999999}", 1, "integer" },
		{ "{\"name\": \"unfinished\n\"}", 1, "" },
		{ "{\"name\": \"\\u0000\"}", 1, "" },
		{ "{'matrix': []}", 1, "" },
		{ "# comment\n{}", 1, "" },
		{ WITH_NULL("\"rounds\": 1") "\n}", 2, "" },
		{ "{\"rounds\": 01}", 1, "" },
		{ "\377\376{}", 1, "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *path = temp_file("bad.json", cases[i].text);
		struct config *config = NULL;
		struct reason reason = { "" };
		char where[256];

		must(config_load(path, NULL, &config, &reason) == -EINVAL, "%s was taken",
		     cases[i].text);
		snprintf(where, sizeof(where), "%s:%d:", path, cases[i].line);
		must(!strncmp(reason.text, where, strlen(where)), "\"%s\" does not begin with %s",
		     reason.text, where);
		must_contain(reason.text, cases[i].why);
		assert_null(config);
	}
}

TEST(file_that_cannot_be_read_is_named)
{
	struct config *config = NULL;
	struct reason reason = { "" };

	assert_int_equal(config_load("/nowhere/x.json", NULL, &config, &reason), -ENOENT);
	must_contain(reason.text, "/nowhere/x.json");
	assert_int_equal(config_load("/proc/self", NULL, &config, &reason), -EISDIR);
	must_contain(reason.text, "/proc/self");
	assert_null(config);
}

TEST(long_and_odd_words_are_cut_in_messages_not_in_memory)
{
	char text[3000], word[2000];
	struct config *config = NULL;
	struct reason reason = { "" };
	static const char *const around[] = {
		"{\"%s\": 1}",
		"{\"matrix\": [{\"bench\": \"%s\"}]}",
		"{\"matrix\": [{\"bench\": \"null\", \"%s\": 1}]}",
		"{\"matrix\": [{\"bench\": \"null\", \"op\": \"%s\"}]}",
		"{\"matrix\": [{\"bench\": \"populate\", \"backing\": \"%s\"}]}",
		"{\"matrix\": [{\"bench\": \"populate\", \"size\": \"%s\"}]}",
		"{\"placement\": \"%s\"}",
		"{\"counters\": \"%s\"}",
		"{\"seed\": \"%s\"}",
		"{\"matrix\": [{\"bench\": \"null\"}], \"exclude\": [{\"%s\": 1}]}",
	};

	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	for (size_t i = 0; i < COUNT(around); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(text, sizeof(text), around[i], word);
#pragma GCC diagnostic pop
		must(config_load(temp_file("bad.json", text), NULL, &config, &reason) < 0, "%s",
		     text);
		assert_null(config);
	}
}

TEST(what_is_left_out_has_its_default)
{
	struct config *config = load("{\"matrix\": [{\"bench\": \"populate\"}]}");
	const struct product *product = &config->products[0];
	int size = bench_param_index(product->bench, "size");

	assert_int_equal(config->nr_products, 1);
	assert_string_equal(product->bench->name, "populate");
	assert_int_equal(product->rounds, 1);
	assert_int_equal(product->warmup, WARMUP_AUTO);
	assert_int_equal(product->iterations, product->bench->iterations);
	assert_int_equal(product->nr_placements, 1);
	assert_string_equal(product->placements[0], "local");
	assert_int_equal(product->params[size].count, 1);
	assert_int_equal(product->params[size].values[0].number, 256 * MIB);
	assert_int_equal(config->time_budget_ns, 0);
	assert_int_equal(config->nr_counters, 0);
	config_free(config);
	config_free(NULL);
}

TEST(values_of_the_whole_hold_until_a_product_says_otherwise)
{
	struct config *config = load(
		"{\"name\": \"x\", \"rounds\": 3, \"iterations\": 7, \"warmup\": 2, \"seed\": 11,"
		" \"time_budget\": \"10m\", \"trial_limit\": \"5s\", \"placement\": [\"local\", "
		"\"remote\"],"
		" \"counters\": [\"cycles:k\", \"instructions:k\"],"
		" \"matrix\": [{\"bench\": \"null\"},"
		" {\"bench\": \"null\", \"rounds\": 5, \"iterations\": \"9\", \"warmup\": \"auto\","
		"  \"placement\": \"node:0\", \"about\": \"why\"}]}");
	const struct product *first = &config->products[0], *second = &config->products[1];

	assert_string_equal(config->name, "x");
	assert_int_equal(config->seed, 11);
	assert_true(config->time_budget_ns == 600 * SEC);
	assert_true(config->trial_limit_ns == 5 * SEC);
	assert_int_equal(config->nr_counters, 2);
	assert_string_equal(config->counters[1], "instructions:k");
	assert_int_equal(config->rounds, 5);
	assert_int_equal(first->rounds, 3);
	assert_int_equal(first->iterations, 7);
	assert_int_equal(first->warmup, 2);
	assert_int_equal(first->nr_placements, 2);
	assert_int_equal(second->rounds, 5);
	assert_int_equal(second->iterations, 9);
	assert_int_equal(second->warmup, WARMUP_AUTO);
	assert_int_equal(second->nr_placements, 1);
	assert_string_equal(second->placements[0], "node:0");
	config_free(config);
}

/* Whatever the order of the keys: "matrix" may come first. */
TEST(order_of_keys_plays_no_part)
{
	struct config *config = load("{\"exclude\": [{\"op\": \"syscall\"}],"
				     " \"matrix\": [{\"op\": \"all\", \"bench\": \"null\"}],"
				     " \"rounds\": 4, \"iterations\": 6}");

	assert_int_equal(config->products[0].rounds, 4);
	assert_int_equal(config->products[0].iterations, 6);
	assert_int_equal(config->products[0].params[0].count, 2);
	assert_int_equal(config->excludes.nr_rules, 1);
	config_free(config);
}

TEST(one_value_stands_for_a_list_of_one)
{
	struct config *config = load(
		"{\"counters\": \"cycles:k\", \"matrix\": [{\"bench\": \"populate\","
		" \"size\": [\"4K\", 8192, \"1MiB\"], \"threads\": 2, \"backing\": \"anon\"}]}");
	const struct product *product = &config->products[0];
	int size = bench_param_index(product->bench, "size");

	assert_int_equal(config->nr_counters, 1);
	assert_int_equal(product->params[size].count, 3);
	assert_int_equal(product->params[size].values[1].number, 8192);
	assert_int_equal(product->params[bench_param_index(product->bench, "threads")].count, 1);
	config_free(config);
}

TEST(seed_is_made_up_where_none_is_given_and_recorded)
{
	struct config *config = load("{\"matrix\": [{\"bench\": \"null\"}]}");

	assert_true(json_is_integer(json_object_get(config->json, "seed")));
	assert_true((uint64_t)json_integer_value(json_object_get(config->json, "seed")) ==
		    config->seed);
	config_free(config);
	config = load("{\"seed\": \"12\", \"matrix\": [{\"bench\": \"null\"}]}");
	assert_int_equal(config->seed, 12);
	assert_int_equal(json_integer_value(json_object_get(config->json, "seed")), 12);
	config_free(config);
}

TEST(recorded_config_is_read_back_the_same)
{
	struct config *config = load("{\"rounds\": 2, \"matrix\": [{\"bench\": \"populate\", "
				     "\"size\": [\"4K\", \"8K\"]}],"
				     " \"exclude\": [{\"size\": \"8K\"}]}");
	char *text = json_dumps(config->json, 0);
	json_t *json = json_loads(text, 0, NULL);
	struct config *again = NULL;

	assert_int_equal(config_from_json(json, &again, NULL), 0);
	assert_int_equal(again->seed, config->seed);
	assert_int_equal(again->nr_products, 1);
	assert_int_equal(again->products[0].rounds, 2);
	assert_int_equal(again->excludes.nr_rules, 1);
	assert_true(json_equal(again->json, config->json));
	json_decref(json);
	config_free(again);
	config_free(config);
	free(text);
}

TEST(recorded_config_that_is_damaged_is_refused)
{
	static const char *const damaged[] = { "[]", "{}", "7",
					       "{\"matrix\":[{\"bench\":\"gone\"}]}" };

	for (size_t i = 0; i < COUNT(damaged); i++) {
		json_t *json = json_loads(damaged[i], JSON_DECODE_ANY, NULL);
		struct config *config = NULL;
		struct reason reason = { "" };

		must(config_from_json(json, &config, &reason) == -EINVAL, "%s was taken",
		     damaged[i]);
		must_contain(reason.text, "recorded config");
		assert_null(config);
		json_decref(json);
	}
}

TEST(benchmark_alone_has_its_defaults)
{
	for (const struct bench *const *bench = benches; *bench; bench++) {
		struct config *config = NULL;
		struct reason reason = { "" };

		must(!config_for_bench(*bench, NULL, &config, &reason), "%s", reason.text);
		assert_int_equal(config->nr_products, 1);
		assert_ptr_equal(config->products[0].bench, *bench);
		assert_string_equal(config->name, (*bench)->name);
		config_free(config);
	}
}

/* The folder of the tree that the tests were built in; tests/run passes it as $top. */
TEST(an_element_may_be_the_name_of_a_cell)
{
	struct config *config = load("{\"matrix\": [\"null/op=syscall/placement=node:0\","
				     " {\"bench\": \"null\"}]}");
	const struct product *product = &config->products[0];
	char text[PARAM_TEXT];

	assert_int_equal(config->nr_products, 2);
	assert_string_equal(product->bench->name, "null");
	assert_int_equal(product->params[0].count, 1);
	assert_string_equal(
		product->bench->params[0].type->print(&product->params[0].values[0], text),
		"syscall");
	assert_string_equal(product->placements[0], "node:0");
	/* What is recorded is the object, which every version can read. */
	assert_true(json_is_object(json_array_get(json_object_get(config->json, "matrix"), 0)));
	config_free(config);
}

TEST(a_name_that_is_no_cells_is_refused_where_it_stands)
{
	static const struct {
		const char *cell, *part;
	} cases[] = {
		{ "null op=syscall", "no name of a cell" },
		{ "null/op", "no name of a cell" },
		{ "nul/op=syscall", "did you mean" },
		{ "null/opp=syscall", "unknown key" },
		{ "null/op=systemcall", "unknown op" },
		{ "null/op=syscall/op=nothing", "twice" },
		{ "null/op=all", "no cell" },
		{ "null/bench=populate", "unknown key" },
		{ "null/rounds=3", "unknown key" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reason reason = { "" };
		struct config *config;
		char text[200];

		snprintf(text, sizeof(text), "{\"matrix\": [\"%s\"]}", cases[i].cell);
		assert_int_equal(config_load(temp_file("bad.json", text), NULL, &config, &reason),
				 -EINVAL);
		must_contain(reason.text, "bad.json:1:");
		must_contain(reason.text, cases[i].part);
	}
}

TEST(configs_that_are_shipped_load_and_say_what_they_are_for)
{
	static const char *const names[] = { "default", "quick", "pinning" };
	const char *top = getenv("top") ? getenv("top") : ".";

	for (size_t i = 0; i < COUNT(names); i++) {
		struct config *config = NULL;
		struct reason reason = { "" };
		char path[512];

		snprintf(path, sizeof(path), "%s/configs/%s.json", top, names[i]);
		if (access(path, F_OK))
			skip_because("%s is not here: run it from the top of the tree", path);
		must(!config_load(path, NULL, &config, &reason), "%s", reason.text);
		assert_string_equal(config->name, names[i]);
		assert_true(json_string_length(json_object_get(config->json, "about")) > 10);
		config_free(config);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_words_are_refused_where_they_stand_with_a_suggestion),
		cmocka_unit_test(unknown_condition_is_held_against_all_benchmarks_of_the_matrix),
		cmocka_unit_test(condition_is_not_said_to_be_of_the_first_benchmark_only),
		cmocka_unit_test(numbers_that_make_no_sense_are_refused_where_they_stand),
		cmocka_unit_test(shapes_that_make_no_sense_are_refused_where_they_stand),
		cmocka_unit_test(broken_json_is_refused_with_its_line),
		cmocka_unit_test(file_that_cannot_be_read_is_named),
		cmocka_unit_test(long_and_odd_words_are_cut_in_messages_not_in_memory),
		cmocka_unit_test(what_is_left_out_has_its_default),
		cmocka_unit_test(values_of_the_whole_hold_until_a_product_says_otherwise),
		cmocka_unit_test(order_of_keys_plays_no_part),
		cmocka_unit_test(one_value_stands_for_a_list_of_one),
		cmocka_unit_test(seed_is_made_up_where_none_is_given_and_recorded),
		cmocka_unit_test(recorded_config_is_read_back_the_same),
		cmocka_unit_test(recorded_config_that_is_damaged_is_refused),
		cmocka_unit_test(benchmark_alone_has_its_defaults),
		cmocka_unit_test(an_element_may_be_the_name_of_a_cell),
		cmocka_unit_test(a_name_that_is_no_cells_is_refused_where_it_stands),
		cmocka_unit_test(configs_that_are_shipped_load_and_say_what_they_are_for),
	};

	return RUN(tests);
}
