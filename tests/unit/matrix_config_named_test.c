#include "matrix/config_named.h"
#include "unit.h"

static const struct changes no_changes;

/* The folder of configs that come with the program. */
static int make_shipped(void **state)
{
	char path[256];

	(void)state;
	mkdir(temp_path("shipped"), 0700);
	setenv("DMABENCH_CONFIGS", temp_path("shipped"), 1);
	snprintf(path, sizeof(path), "%s/default.json", temp_path("shipped"));
	make_file(path, "{\"name\": \"usual\", \"matrix\": [{\"bench\": \"null\"}]}");
	snprintf(path, sizeof(path), "%s/pinning.json", temp_path("shipped"));
	make_file(path, "{\"name\": \"pins\", \"matrix\": [{\"bench\": \"uring-pin\"}]}");
	return 0;
}

TEST(a_word_is_a_benchmark_a_config_or_a_file)
{
	const char *own = temp_file("own.json", "{\"name\": \"own\", \"matrix\": [{\"bench\": "
						"\"null\"}]}");
	const struct {
		const char *word, *name;
	} cases[] = {
		{ NULL, "usual" },	    { "default", "usual" },	{ "pinning", "pins" },
		{ "pinning.json", "pins" }, { "populate", "populate" }, { own, "own" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reason reason = { "" };
		struct config *config = NULL;

		must(!config_named(cases[i].word, &no_changes, &config, &reason), "case %zu: %s", i,
		     reason.text);
		must(!strcmp(config->name, cases[i].name), "case %zu is %s", i, config->name);
		config_free(config);
	}
}

TEST(a_word_that_is_none_of_them_is_an_error_with_what_was_meant)
{
	static const struct {
		const char *word, *part;
	} cases[] = {
		{ "pining", "did you mean \"pinning\"?" },
		{ "populat", "did you mean \"populate\"?" },
		{ "quite-another", "\"quite-another\" is neither a benchmark nor a config in " },
		{ "./another", "./another: no such file" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reason reason = { "" };
		struct config *config = NULL;

		assert_int_equal(config_named(cases[i].word, &no_changes, &config, &reason),
				 -ENOENT);
		assert_null(config);
		must_contain(reason.text, cases[i].part);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_a_benchmark_a_config_or_a_file),
		cmocka_unit_test(a_word_that_is_none_of_them_is_an_error_with_what_was_meant),
	};

	return cmocka_run_group_tests(tests, make_shipped, NULL);
}
