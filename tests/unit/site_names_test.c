#include "site/names.h"
#include "unit.h"

TEST(a_name_from_data_is_no_path)
{
	static const struct {
		const char *text, *name;
	} cases[] = {
		{ "6.17.13+deb13-amd64", "6.17.13-deb13-amd64" },
		{ "../../etc/passwd", "etc-passwd" },
		{ "..", "unnamed" },
		{ ".hidden", "hidden" },
		{ "", "unnamed-2" },
		{ "/", "unnamed-3" },
		{ "-rf", "rf" },
		{ "a b\tc%2F?#&x", "a-b-c-2F-x" },
		{ "\xc3\xa4\xc3\xb6", "unnamed-4" },
		{ "<b>6.18</b>", "b-6.18-b" },
		{ "index.html...", "index.html" },
		{ "RF", "RF-2" },
		{ "rf", "rf-3" },
	};
	struct site_names names = { 0 };
	char name[SITE_NAME];

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(site_names_make(&names, cases[i].text, name), 0);
		assert_string_equal(name, cases[i].name);
	}
	site_names_release(&names);
}

TEST(long_names_are_cut_and_stay_apart)
{
	struct site_names names = { 0 };
	char text[300] = "", first[SITE_NAME], second[SITE_NAME];

	memset(text, 'x', sizeof(text) - 1);
	assert_int_equal(site_names_make(&names, text, first), 0);
	assert_int_equal(site_names_make(&names, text, second), 0);
	assert_true(strlen(second) < SITE_NAME);
	assert_string_not_equal(first, second);
	site_names_release(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_from_data_is_no_path),
		cmocka_unit_test(long_names_are_cut_and_stay_apart),
	};

	return RUN(tests);
}
