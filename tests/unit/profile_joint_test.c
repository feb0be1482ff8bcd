#include "boots.h"
#include "profile/joint.h"

static struct profile *profile_of(const char *stacks, int operations)
{
	return boot_profile_of(&(struct boot_profile_text){
		.cell = "b/a=b", .metric = "op_ns", .stacks = stacks, .operations = operations });
}

/* "name@module:BA …": functions, and which side has them; '*': a suffix was left out. */
static const char *functions_of(const struct joint *joint)
{
	static char text[1024];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < joint->nr_functions; i++) {
		const struct joint_function *function = &joint->functions[i];

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s%s:%s%s%s ",
					 function->name, function->module[0] ? "@" : "",
					 function->module, function->on[BEFORE] ? "B" : "",
					 function->on[AFTER] ? "A" : "",
					 function->suffixed ? "*" : "");
	}
	return text;
}

static void join(struct joint *joint, const char *before, const char *after)
{
	struct profile *a = profile_of(before, 1), *b = profile_of(after, 1);

	assert_int_equal(joint_make(joint, (const struct profile *const[]){ a }, 1,
				    (const struct profile *const[]){ b }, 1),
			 0);
	profile_free(a);
	profile_free(b);
}

TEST(suffixes_of_compilers_are_no_part_of_a_name)
{
	static const struct {
		const char *name, *bare;
	} cases[] = {
		{ "unpin", "unpin" },
		{ "unpin.isra.0", "unpin" },
		{ "unpin.constprop.0.isra.12", "unpin" },
		{ "unpin.part.0", "unpin" },
		{ "unpin.cold", "unpin" },
		{ "unpin.llvm.1234567890", "unpin" },
		{ "unpin.coldest", "unpin.coldest" },
		{ "unpin.v2.cold", "unpin.v2" },
		{ ".cold", ".cold" },
		{ "", "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		must(joint_name_length(cases[i].name) == strlen(cases[i].bare), "%s",
		     cases[i].name);
}

TEST(functions_are_joined_by_name_without_suffix)
{
	struct joint joint;

	join(&joint, "a=1 a;b.isra.0=2 a;c=3", "a=1 a;b.constprop.1=2 a;d=3");
	assert_string_equal(functions_of(&joint), "a:BA b:BA* c:B d:A ");
	assert_true(joint_is_common(&joint, 0));
	assert_false(joint_is_common(&joint, 2));
	joint_release(&joint);
}

TEST(module_counts_only_where_a_side_has_the_name_twice)
{
	struct joint joint;

	join(&joint, "a;pin=1", "a;pin@vfio=1");
	assert_string_equal(functions_of(&joint), "a:BA pin@vfio:BA ");
	joint_release(&joint);
	join(&joint, "a;init@x=1", "a;init@x=1 a;init@y=2");
	assert_string_equal(functions_of(&joint), "a:BA init@x:BA init@y:A ");
	joint_release(&joint);
}

TEST(values_are_of_one_operation_and_their_place)
{
	struct profile *a = profile_of("a=10/2 a;b=20/4", 2), *b = profile_of("a=3/1", 1);
	struct profile *c = profile_of("a=8/4 a;b=4/4 a;b;b.cold=12/4 a;b.part.0=8/2", 4);
	const struct profile *const before[] = { a, b }, *const after[] = { c };
	struct joint joint;
	/* Nodes in the order of appearance: a, a;b, a;b;b. */
	static const struct joint_value expected[3][3] = {
		{ { 5, 1 }, { 3, 1 }, { 2, 1 } },
		{ { 10, 2 }, { 0, 0 }, { 3, 1.5 } },
		{ { 0, 0 }, { 0, 0 }, { 3, 0 } }, /* a cold part is not called */
	};

	assert_int_equal(joint_make(&joint, before, 2, after, 1), 0);
	assert_int_equal(joint.nr_profiles, 3);
	assert_int_equal(joint.nr_before, 2);
	assert_int_equal(joint.tree.count, 4);
	for (size_t i = 1; i < joint.tree.count; i++)
		for (size_t j = 0; j < 3; j++) {
			const struct joint_value *value = &joint.values[i * 3 + j];

			must(value->self == expected[i - 1][j].self &&
				     value->calls == expected[i - 1][j].calls,
			     "node %zu of profile %zu: %g, called %g", i, j, value->self,
			     value->calls);
		}
	joint_release(&joint);
	profile_free(a);
	profile_free(b);
	profile_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suffixes_of_compilers_are_no_part_of_a_name),
		cmocka_unit_test(functions_are_joined_by_name_without_suffix),
		cmocka_unit_test(module_counts_only_where_a_side_has_the_name_twice),
		cmocka_unit_test(values_are_of_one_operation_and_their_place),
	};

	return RUN(tests);
}
