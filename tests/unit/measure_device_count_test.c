#include "measure/device_count.h"
#include "unit.h"

static const struct param how_many = { .name = "devices", .type = &param_device_count };

TEST(a_number_of_devices_or_most_is_read_and_printed_the_same)
{
	static const char *const texts[] = { "most", "1", "8", "300" };

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct value value = { .number = 77 };
		char text[PARAM_TEXT];

		must(!how_many.type->parse(&how_many, texts[i], &value, NULL), "%s", texts[i]);
		assert_string_equal(how_many.type->print(&value, text), texts[i]);
	}
}

TEST(what_is_no_number_of_devices_is_refused)
{
	static const char *const texts[] = { "0", "-1", "two", "", "1.5", "all" };

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct reason reason = { "" };
		struct value value;

		must(how_many.type->parse(&how_many, texts[i], &value, &reason) == -EINVAL, "%s",
		     texts[i]);
		must_contain(reason.text, "most");
	}
}

TEST(a_number_is_json_and_most_is_a_word)
{
	json_t *most = how_many.type->to_json(&(struct value){ .number = 0 });
	json_t *eight = how_many.type->to_json(&(struct value){ .number = 8 });

	assert_string_equal(json_string_value(most), "most");
	assert_int_equal(json_integer_value(eight), 8);
	json_decref(most);
	json_decref(eight);
}

/* A config that says "all" is no error on a host without devices. */
TEST(all_numbers_begin_with_one)
{
	struct value values[PARAM_MAX_ALL];
	size_t count = how_many.type->list(&how_many, values);

	assert_in_range(count, 1, PARAM_MAX_ALL);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(values[i].number, i + 1);
}

TEST(more_devices_than_there_are_is_skipped_with_both_numbers)
{
	const struct devices devices = { NULL, 5 };
	struct reason reason = { "" };
	size_t count = 77;

	assert_int_equal(device_count_check(&devices, 6, 64, &count, &reason), SKIPPED);
	must_contain(reason.text, "6 devices");
	must_contain(reason.text, "has 5");
	must_contain(reason.text, "dmabench bind");
	assert_int_equal(device_count_check(&devices, 0, 4, &count, &reason), SKIPPED);
	must_contain(reason.text, "at most 4");
	assert_int_equal(count, 77);
	assert_int_equal(device_count_check(&devices, 0, 64, &count, &reason), 0);
	assert_int_equal(count, 5);
	assert_int_equal(device_count_check(&devices, 3, 64, &count, &reason), 0);
	assert_int_equal(count, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_of_devices_or_most_is_read_and_printed_the_same),
		cmocka_unit_test(what_is_no_number_of_devices_is_refused),
		cmocka_unit_test(a_number_is_json_and_most_is_a_word),
		cmocka_unit_test(all_numbers_begin_with_one),
		cmocka_unit_test(more_devices_than_there_are_is_skipped_with_both_numbers),
	};

	return RUN(tests);
}
