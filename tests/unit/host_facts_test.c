#include "host/facts.h"
#include "unit.h"

TEST(a_device_tree_tells_a_virtual_machine)
{
	static const struct {
		const char *compatible, *name;
	} cases[] = {
		{ "linux,dummy-virt", "qemu" },
		{ "xen,xenvm-4.17", "xen" },
		{ "ampere,mtjade", "none" },
		{ "raspberrypi,5-model-b", "none" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(facts_virtual_by_tree(cases[i].compatible), cases[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_tree_tells_a_virtual_machine),
	};

	return RUN(tests);
}
