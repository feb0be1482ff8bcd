#include "table/naming.h"
#include "unit.h"

TEST(what_all_have_is_said_once)
{
	static const struct {
		const char *cells[3], *common, *header, *shorts[3];
	} cases[] = {
		{ { "b/x=1/y=2", "b/x=1/y=3" }, "x=1", "y", { "2", "3" } },
		{ { "b/x=1/y=2/z=a", "b/x=1/y=3/z=b" }, "x=1", "y/z", { "2/a", "3/b" } },
		{ { "b/x=1/y=2", "b/x=1", "b/x=1/z=3" }, "x=1", "", { "y=2", "", "z=3" } },
		{ { "b/x=1/y=2", "b/x=2" }, "", "x", { "1/y=2", "2" } },
		{ { "b/x=1" }, "x=1", "", { "" } },
		{ { "b" }, "", "", { "" } },
		{ { "b/x", "b/y" }, "", "", { "x", "y" } },
		{ { "b/x=/y=1", "b/x=/y=2" }, "x=", "y", { "1", "2" } },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t count = cases[i].cells[2] ? 3 : cases[i].cells[1] ? 2 : 1;
		struct naming naming;

		assert_int_equal(naming_make(cases[i].cells, count, &naming), 0);
		assert_string_equal(naming.common.text, cases[i].common);
		assert_string_equal(naming.header.text, cases[i].header);
		for (size_t j = 0; j < count; j++) {
			struct text text = { 0 };

			naming_shorten(&naming, cases[i].cells[j], &text);
			assert_string_equal(text.text, cases[i].shorts[j]);
			text_release(&text);
		}
		naming_release(&naming);
	}
}

TEST(cells_are_alike_that_name_the_same_parameters)
{
	assert_true(naming_is_alike("b/x=1/y=2", "b/x=3/y=4"));
	assert_true(naming_is_alike("b", "b"));
	assert_false(naming_is_alike("b/x=1", "b/x=1/y=2"));
	assert_false(naming_is_alike("b/x=1/y=2", "b/x=1"));
	assert_false(naming_is_alike("b/x=1", "b/y=1"));
	assert_false(naming_is_alike("b/x=1", "b/xx=1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_all_have_is_said_once),
		cmocka_unit_test(cells_are_alike_that_name_the_same_parameters),
	};

	return RUN(tests);
}
