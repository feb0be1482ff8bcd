#include "table/thinned.h"

#include <stdlib.h>

#include "unit.h"

/* What is printed for a boot of which every Nth sample is used; the caller frees it. */
static char *printed(uint64_t every)
{
	const struct boot boot = { .every = every };
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	assert_non_null(file);
	thinned_print(&boot, file);
	fclose(file);
	return text;
}

TEST(only_a_boot_that_was_thinned_is_told_of)
{
	static const uint64_t all[] = { 0, 1 }; /* of no metric, and of one */
	char *text;

	for (size_t i = 0; i < COUNT(all); i++) {
		text = printed(all[i]);
		assert_string_equal(text, "");
		free(text);
	}
	text = printed(4);
	must_contain(text, "every 4th is used");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_boot_that_was_thinned_is_told_of),
	};

	return RUN(tests);
}
