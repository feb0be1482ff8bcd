#include "base/interned.h"
#include "unit.h"

TEST(equal_texts_have_one_copy)
{
	struct interned store = { 0 };
	char text[] = "local";
	const char *first = interned_add(&store, text);

	assert_string_equal(first, "local");
	assert_ptr_not_equal(first, text);
	text[0] = 'v';
	assert_string_equal(first, "local");
	assert_ptr_equal(interned_add(&store, "local"), first);
	assert_ptr_not_equal(interned_add(&store, "vocal"), first);
	assert_string_equal(interned_add(&store, ""), "");
	assert_int_equal(store.count, 3);
	interned_release(&store);
}

/* The table behind it grows several times on the way. */
TEST(copies_stay_where_they_are)
{
	struct interned store = { 0 };
	static const char *copies[5000];
	char text[16];

	for (size_t i = 0; i < COUNT(copies); i++) {
		snprintf(text, sizeof(text), "text %zu", i);
		copies[i] = interned_add(&store, text);
	}
	assert_int_equal(store.count, COUNT(copies));
	for (size_t i = 0; i < COUNT(copies); i++) {
		snprintf(text, sizeof(text), "text %zu", i);
		assert_string_equal(copies[i], text);
		assert_ptr_equal(interned_add(&store, text), copies[i]);
	}
	assert_int_equal(store.count, COUNT(copies));
	interned_release(&store);
}

TEST(released_store_is_empty_and_can_be_used)
{
	struct interned store = { 0 };

	interned_release(&store);
	assert_non_null(interned_add(&store, "a"));
	interned_release(&store);
	interned_release(&store);
	assert_int_equal(store.count, 0);
	assert_string_equal(interned_add(&store, "b"), "b");
	interned_release(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_texts_have_one_copy),
		cmocka_unit_test(copies_stay_where_they_are),
		cmocka_unit_test(released_store_is_empty_and_can_be_used),
	};

	return RUN(tests);
}
