#include "table/side_name.h"
#include "unit.h"

#define MOST 3

TEST(labels_are_as_short_as_tells_them_apart)
{
	static const struct {
		const char *labels[MOST], *names[MOST];
	} cases[] = {
		{ { "6.1.0-56-amd64", "6.18.15+deb13-amd64", "7.3.4" }, { "6.1", "6.18", "7.3" } },
		{ { "6.18.15+deb13", "6.18.16+deb13" }, { "6.18.15", "6.18.16" } },
		{ { "6.18.15+deb13", "6.18.15+deb14" }, { "6.18.15+deb13", "6.18.15+deb14" } },
		{ { "6.18.15", "patched" }, { "6.18.15", "patched" } },
		{ { "7.3-rc1", "7.3.0-rc12-next" }, { "7.3-rc1", "7.3-rc12" } },
		{ { "6.12-rcu", "6.11.0-rcu" }, { "6.12", "6.11" } },
		{ { "6.18", "6.18.1" }, { "6.18", "6.18.1" } },
		{ { "6.1x", "6.2" }, { "6.1x", "6.2" } },
		{ { "20261127.1", "6.2" }, { "20261127.1", "6.2" } },
		{ { "6\x1b[1m", "b" }, { "6?[1m", "b" } },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct side list[MOST] = { { 0 } };
		struct sides sides = { .list = list };
		char name[SIDE_NAME];

		for (size_t j = 0; j < MOST && cases[i].labels[j]; j++, sides.count++)
			list[j].label = (char *)(uintptr_t)cases[i].labels[j];
		for (size_t j = 0; j < sides.count; j++)
			assert_string_equal(side_name(&sides, j, name), cases[i].names[j]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_are_as_short_as_tells_them_apart),
	};

	return RUN(tests);
}
