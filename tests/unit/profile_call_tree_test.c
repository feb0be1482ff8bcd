#include <time.h>

#include "boots.h"
#include "profile/profile.h"

/* "name=self/inclusive/calls …" of all functions, largest self first. */
static const char *functions_of(struct call_tree *tree)
{
	static char text[4096];
	struct profile_function *functions;
	size_t count, used = 0;

	assert_int_equal(call_tree_functions(tree, &functions, &count), 0);
	text[0] = '\0';
	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s%s=%d/%d/%d ",
					 functions[i].name, functions[i].module[0] ? "@" : "",
					 functions[i].module, (int)functions[i].self,
					 (int)functions[i].inclusive, (int)functions[i].calls);
	free(functions);
	return text;
}

static struct profile *profile_of(const char *stacks)
{
	return boot_profile_of(&(struct boot_profile_text){
		.cell = "b/a=b", .metric = "op_ns", .stacks = stacks });
}

TEST(functions_are_summed_over_all_stacks)
{
	struct profile *profile = profile_of("a=1/1 a;b=10/2 a;c;b=5/3 a;c=2/1");

	assert_string_equal(functions_of(&profile->tree), "b=15/15/5 c=2/7/1 a=1/18/1 ");
	assert_int_equal(profile->total, 18);
	assert_int_equal(profile->tree.nodes[0].inclusive, 18);
	profile_free(profile);
	profile_free(NULL);
}

TEST(function_that_calls_itself_is_inclusive_once)
{
	struct profile *profile = profile_of("a=1/1 a;b=10/1 a;b;b=20/1 a;b;b;c=3/1 a;b;b;c;b=4/1");

	assert_string_equal(functions_of(&profile->tree), "b=34/37/3 c=3/7/1 a=1/38/1 ");
	profile_free(profile);
}

TEST(functions_of_two_modules_are_two)
{
	struct profile *profile = profile_of("a;init@x=5 a;init=7 a;init@y=1");

	assert_string_equal(functions_of(&profile->tree),
			    "init=7/7/0 init@x=5/5/0 init@y=1/1/0 a=0/13/0 ");
	profile_free(profile);
}

TEST(merged_trees_are_the_sum_of_both)
{
	struct profile *a = profile_of("a=1/1 a;b=2/2"), *b = profile_of("a;b=3/1 a;c=4/1 d=5/1");

	assert_int_equal(profile_merge(a, b, NULL), 0);
	assert_string_equal(functions_of(&a->tree), "b=5/5/3 d=5/5/1 c=4/4/1 a=1/10/1 ");
	assert_int_equal(a->total, 15);
	assert_int_equal(a->operations, 2);
	profile_free(a);
	profile_free(b);
}

TEST(empty_tree_has_no_functions)
{
	struct call_tree tree = { .nodes = NULL };

	assert_string_equal(functions_of(&tree), "");
	assert_int_equal(call_tree_sum(&tree), 0);
	call_tree_release(&tree);
}

/* ---- records ---- */

static const char tree_text[] = "[user]=3 [user];do_call=10/2 [user];do_call;pin@vfio=20/64 "
				"[user];do_call;init@vfio=4/1 [user];do_call;init@mlx5=5/1 "
				"[user];do_call;init=6/1";

TEST(record_is_read_back_as_it_was_written)
{
	struct profile *profile = profile_of(tree_text), *back = NULL;
	json_t *run = boot_parse("{\"boot_id\":\"b\",\"host\":{\"kernel\":\"6.18\"}}");
	json_t *record = profile_to_record(profile, run), *again;

	assert_true(profile_record_is(record));
	assert_int_equal(profile_from_record(record, &back, NULL), 0);
	again = profile_to_record(back, run);
	assert_true(json_equal(record, again));
	assert_string_equal(functions_of(&back->tree),
			    "pin@vfio=20/20/64 do_call=10/45/2 init=6/6/1 init@mlx5=5/5/1 "
			    "init@vfio=4/4/1 [user]@[user]=3/48/0 ");
	assert_int_equal(back->total, 48);
	assert_false(profile_is_samples(back));
	json_decref(record);
	json_decref(again);
	json_decref(run);
	profile_free(profile);
	profile_free(back);
}

TEST(record_looks_as_the_manual_says)
{
	struct profile *profile = profile_of("[user]=3 [user];f@vfio=10/2");
	json_t *record = profile_to_record(profile, NULL);
	json_t *expected = boot_parse(
		"{\"record\":\"profile\",\"cell\":\"b/a=b\",\"metric\":\"op_ns\",\"block\":0,"
		"\"order\":0,\"source\":\"emulator\",\"event\":\"instructions\","
		"\"unit\":\"instructions\",\"operations\":1,\"total\":13,\"interrupts\":0,"
		"\"functions\":[{\"name\":\"f\",\"module\":\"vfio\",\"self\":10,\"inclusive\":10,"
		"\"calls\":2},{\"name\":\"[user]\",\"module\":\"[user]\",\"self\":3,"
		"\"inclusive\":13}],\"stacks\":{\"[user]\":3,\"[user];f\":10},"
		"\"stack_calls\":{\"[user];f\":2}}");

	assert_true(json_equal(record, expected));
	json_decref(record);
	json_decref(expected);
	profile_free(profile);
}

TEST(record_that_is_damaged_is_refused)
{
	static const struct {
		const char *member, *value, *why;
	} cases[] = {
		{ "cell", "\"\"", "without its cell" },
		{ "unit", "3", "without its unit" },
		{ "total", "49", "stacks sum to 48, but its total is 49" },
		{ "total", "-1", "whose total is no number from 0 on" },
		{ "order", "\"x\"", "whose order is no number" },
		{ "operations", "0", "of no operation" },
		{ "functions", "{}", "without functions or stacks" },
		{ "stacks", "{\"a;b\":-1}", "a stack's number is none from 0 on: a;b" },
		{ "stack_calls", "{\"a;b\":\"x\"}", "a stack's number is none from 0 on: a;b" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct profile *profile = profile_of(tree_text), *back = NULL;
		json_t *record = profile_to_record(profile, NULL);
		struct reason reason = { "" };

		json_object_set_new(record, "order", json_integer(0));
		json_object_set_new(record, cases[i].member,
				    json_loads(cases[i].value, JSON_DECODE_ANY, NULL));
		must(profile_from_record(record, &back, &reason) == -EINVAL, "taken: %s",
		     cases[i].member);
		must_contain(reason.text, cases[i].why);
		assert_null(back);
		json_decref(record);
		profile_free(profile);
	}
}

/* A list of siblings would be gone through 5,000,000,000 times. */
TEST(many_functions_of_one_caller_are_no_matter)
{
	struct call_tree tree = { .nodes = NULL };
	const size_t count = 100000;
	clock_t started = clock();
	size_t node;
	char name[16];

	for (size_t i = 0; i < 2 * count; i++) {
		snprintf(name, sizeof(name), "f%zu", i % count);
		assert_int_equal(call_tree_child(&tree, 0, name, NULL, &node), 0);
		assert_int_equal(node, 1 + i % count);
	}
	must((clock() - started) / CLOCKS_PER_SEC < 5, "took %ld s",
	     (long)((clock() - started) / CLOCKS_PER_SEC));
	assert_int_equal(tree.count, 1 + count);
	call_tree_release(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_summed_over_all_stacks),
		cmocka_unit_test(function_that_calls_itself_is_inclusive_once),
		cmocka_unit_test(functions_of_two_modules_are_two),
		cmocka_unit_test(merged_trees_are_the_sum_of_both),
		cmocka_unit_test(empty_tree_has_no_functions),
		cmocka_unit_test(many_functions_of_one_caller_are_no_matter),
		cmocka_unit_test(record_is_read_back_as_it_was_written),
		cmocka_unit_test(record_looks_as_the_manual_says),
		cmocka_unit_test(record_that_is_damaged_is_refused),
	};

	return RUN(tests);
}
