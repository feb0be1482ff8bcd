#include "result/reader.h"
#include "unit.h"

#define RUN_RECORD "{\"record\":\"run\",\"schema\":1}\n"

static struct reader *open_reader(const char *text)
{
	struct reader *reader = NULL;
	struct reason reason = { "" };

	must(!reader_open(temp_file("results", text), &reader, &reason), "%s", reason.text);
	return reader;
}

TEST(records_are_read_one_by_one)
{
	struct reader *reader = open_reader(RUN_RECORD "{\"record\":\"trial\",\"cell\":\"a\"}\n"
						       "{\"record\":\"end\"}\n");
	static const char *const kinds[] = { "run", "trial", "end" };
	json_t *record = NULL;

	for (size_t i = 0; i < COUNT(kinds); i++) {
		assert_int_equal(reader_next(reader, &record, NULL), 1);
		assert_string_equal(reader_kind(record), kinds[i]);
		json_decref(record);
	}
	assert_int_equal(reader_next(reader, &record, NULL), 0);
	assert_int_equal(reader_next(reader, &record, NULL), 0);
	assert_false(reader_was_torn(reader));
	reader_close(reader);
	reader_close(NULL);
}

TEST(torn_last_line_is_passed_over_and_told)
{
	static const char *const torn[] = { "{\"record\":\"tri", "{\"record\":\"trial\"}", "x" };

	for (size_t i = 0; i < COUNT(torn); i++) {
		char text[128];
		struct reader *reader;
		json_t *record = NULL;

		snprintf(text, sizeof(text), RUN_RECORD "%s", torn[i]);
		reader = open_reader(text);
		assert_int_equal(reader_next(reader, &record, NULL), 1);
		json_decref(record);
		assert_int_equal(reader_next(reader, &record, NULL), 0);
		assert_true(reader_was_torn(reader));
		reader_close(reader);
	}
}

TEST(line_that_is_no_record_is_an_error_with_its_number)
{
	static const struct {
		const char *text;
		int line, ret;
		const char *why;
	} cases[] = {
		{ RUN_RECORD "{\"record\":\n", 2, -EINVAL, "" },
		{ RUN_RECORD "nonsense\n", 2, -EINVAL, "" },
		{ RUN_RECORD "\n", 2, -EINVAL, "" },
		{ RUN_RECORD "{\"record\":\"trial\",\"a\":1,\"a\":2}\n", 2, -EINVAL, "duplicate" },
		{ RUN_RECORD "{\"record\":\"trial\"} {}\n", 2, -EINVAL, "" },
		{ RUN_RECORD "[1]\n", 2, -EINVAL, "is no record" },
		{ RUN_RECORD "{}\n", 2, -EINVAL, "is no record" },
		{ RUN_RECORD "{\"record\":7}\n", 2, -EINVAL, "is no record" },
		{ RUN_RECORD "{\"record\":\"trial\",\"x\":NaN}\n", 2, -EINVAL, "" },
		{ RUN_RECORD "{\"record\":\"trial\"}\n\377\376\n", 3, -EINVAL, "" },
		{ "{\"record\":\"trial\"}\n", 1, -EINVAL,
		  "expected a record \"run\", found \"trial\"" },
		{ "{\"record\":\"run\",\"schema\":2}\n", 1, -EPROTO, "use a newer one" },
		{ "{\"record\":\"run\",\"schema\":99}\n", 1, -EPROTO, "schema 99" },
		{ "{\"record\":\"run\",\"schema\":0}\n", 1, -EPROTO, "damaged" },
		{ "{\"record\":\"run\"}\n", 1, -EPROTO, "damaged" },
		{ "{\"record\":\"run\",\"schema\":\"1\"}\n", 1, -EPROTO, "damaged" },
		{ "name,value\n1,2\n", 1, -EINVAL, "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reader *reader = open_reader(cases[i].text);
		struct reason reason = { "" };
		json_t *record = NULL;
		char where[160];
		int ret;

		for (int line = 1; line < cases[i].line; line++) {
			assert_int_equal(reader_next(reader, &record, NULL), 1);
			json_decref(record);
		}
		ret = reader_next(reader, &record, &reason);
		must(ret == cases[i].ret, "\"%s\" gave %d: %s", cases[i].text, ret, reason.text);
		snprintf(where, sizeof(where), "%s:%d:", temp_path("results"), cases[i].line);
		must_contain(reason.text, where);
		must_contain(reason.text, cases[i].why);
		reader_close(reader);
	}
}

TEST(file_with_a_zero_byte_is_an_error)
{
	static const char text[] = RUN_RECORD "{\"record\":\"tri\0al\"}\n";
	const char *path = temp_path("zero");
	FILE *file = fopen(path, "we");
	struct reader *reader;
	json_t *record;

	assert_int_equal(fwrite(text, 1, sizeof(text) - 1, file), sizeof(text) - 1);
	fclose(file);
	assert_int_equal(reader_open(path, &reader, NULL), 0);
	assert_int_equal(reader_next(reader, &record, NULL), 1);
	json_decref(record);
	assert_int_equal(reader_next(reader, &record, NULL), -EINVAL);
	reader_close(reader);
}

TEST(what_is_no_file_is_refused_by_name)
{
	struct reader *reader = NULL;
	struct reason reason = { "" };

	unlink(temp_path("none"));
	assert_int_equal(reader_open(temp_path("none"), &reader, &reason), -ENOENT);
	must_contain(reason.text, temp_path("none"));
	assert_int_equal(reader_open("/proc/self", &reader, &reason), -EISDIR);
	must_contain(reason.text, "/proc/self");
	assert_null(reader);
}

TEST(first_record_of_a_file_is_its_run)
{
	static const struct {
		const char *text;
		int ret;
		const char *why;
	} cases[] = {
		{ RUN_RECORD "garbage\n", 0, "" },
		{ "", -ENODATA, "is empty" },
		{ "{\"record\":\"run\",\"sch", -ENODATA, "" },
		{ "garbage\n", -EINVAL, ":1:" },
		{ "{\"record\":\"end\"}\n", -EINVAL, "expected a record \"run\"" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reason reason = { "" };
		json_t *record = NULL;
		int ret = reader_run_record(temp_file("results", cases[i].text), &record, &reason);

		must(ret == cases[i].ret, "\"%s\" gave %d: %s", cases[i].text, ret, reason.text);
		must_contain(reason.text, cases[i].why);
		assert_true(!ret == (record != NULL));
		if (record)
			assert_string_equal(reader_kind(record), "run");
		json_decref(record);
	}
}

TEST(kind_of_anything_is_a_string)
{
	json_t *array = json_array(), *number = json_pack("{s:i}", "record", 1);

	assert_string_equal(reader_kind(NULL), "");
	assert_string_equal(reader_kind(array), "");
	assert_string_equal(reader_kind(number), "");
	json_decref(array);
	json_decref(number);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_read_one_by_one),
		cmocka_unit_test(torn_last_line_is_passed_over_and_told),
		cmocka_unit_test(line_that_is_no_record_is_an_error_with_its_number),
		cmocka_unit_test(file_with_a_zero_byte_is_an_error),
		cmocka_unit_test(what_is_no_file_is_refused_by_name),
		cmocka_unit_test(first_record_of_a_file_is_its_run),
		cmocka_unit_test(kind_of_anything_is_a_string),
	};

	return RUN(tests);
}
