#include "matrix/locate.h"
#include "unit.h"

/*
 * Each text has a mark, ^, before what is looked for. The path is written as "key/2/key";
 * a '!' at its end asks for the key rather than the value.
 */
static const struct {
	const char *path, *text;
} cases[] = {
	{ "", "^{\"a\": 1}" },
	{ "", " \n\t^{\"a\": 1}" },
	{ "a", "{\"a\": ^1}" },
	{ "a!", "{^\"a\": 1}" },
	{ "b", "{\"a\": 1, \"b\":^2}" },
	{ "b!", "{\"a\": 1,\n ^\"b\":2}" },
	{ "b", "{\"a\" : 1 , \"b\" :\n\n  ^2}" },
	{ "b", "{\"a\": -1.5e+3,\"b\":^true}" },
	{ "b", "{\"a\": {\"b\": 1}, \"b\":^2}" },
	{ "b", "{\"a\": [\"b\", {\"b\": 7}], \"b\": ^null}" },
	{ "a/b", "{\"a\": {\"x\": 0, \"b\": ^1}, \"b\": 2}" },
	{ "a/b!", "{\"a\": {\"x\": 0, ^\"b\": 1}, \"b\": 2}" },
	{ "a/0", "{\"a\": [^1, 2, 3]}" },
	{ "a/2", "{\"a\": [1, 2,\n ^3, 4]}" },
	{ "a/1/b", "{\"a\": [{\"b\": 1}, {\"b\":\n^2}]}" },
	{ "a/1/b!", "{\"a\": [{\"b\": 1}, {^\"b\": 2}]}" },
	{ "a/1!", "{\"a\": [1, ^{\"b\": 2}]}" },
	{ "a/1/1", "{\"a\": [[1, 2], [3, ^4]]}" },
	/* Strings with what looks like structure. */
	{ "b", "{\"a\": \"}],:{[\", \"b\": ^1}" },
	{ "b", "{\"a\": \"\\\"b\\\": 7\", \"b\": ^1}" },
	{ "b", "{\"a\": \"\\\\\", \"b\": ^1}" },
	{ "b", "{\"a\": [\"]\", \"\\\"]\"], \"b\": ^1}" },
	{ "a/1", "{\"a\": [\"x,y\", ^\"z\"]}" },
	{ "a/3", "{\"a\": [\"\", \"[\", {}, ^[]]}" },
	{ "b", "{\"ab\": 1, \"ba\": 2, \"\": 3, \"b\": ^4}" },
	/* What is not there: the nearest thing around it. */
	{ "matrix", "^{\"a\": 1}" },
	{ "a/x", "{\"a\": ^{\"b\": 1}}" },
	{ "a/x!", "{^\"a\": {\"b\": 1}}" },
	{ "a/5", "{\"a\": ^[1, 2]}" },
	{ "a/0", "{\"a\": ^[]}" },
	/* One value in place of a list of one. */
	{ "a/0", "{\"a\": ^\"one\"}" },
	{ "a/0/b", "{\"a\": ^7}" },
};

static void push(struct json_path *path, char *steps)
{
	char *step;

	while (*steps && (step = strsep(&steps, "/"))) {
		if (step[0] >= '0' && step[0] <= '9')
			path_push_index(path, (size_t)atoi(step));
		else
			path_push_key(path, step);
		if (!steps)
			break;
	}
}

static void check(const char *steps_text, const char *marked)
{
	const char *mark = strchr(marked, '^');
	struct json_path path = { .depth = 0 };
	size_t line, column, want_line = 1, want_column = 1;
	char text[256], steps[64];
	bool at_key;

	assert_non_null(mark);
	snprintf(text, sizeof(text), "%.*s%s", (int)(mark - marked), marked, mark + 1);
	for (const char *c = marked; c < mark; c++) {
		want_column += (*c & 0xc0) != 0x80;
		if (*c == '\n') {
			want_line++;
			want_column = 1;
		}
	}
	snprintf(steps, sizeof(steps), "%s", steps_text);
	at_key = steps[0] && steps[strlen(steps) - 1] == '!';
	if (at_key)
		steps[strlen(steps) - 1] = '\0';
	push(&path, steps);
	locate(text, &path, at_key, &line, &column);
	must(line == want_line && column == want_column, "%s in %s is at %zu:%zu, not %zu:%zu",
	     steps_text, text, line, column, want_line, want_column);
}

TEST(keys_values_and_elements_are_found)
{
	for (size_t i = 0; i < COUNT(cases); i++)
		check(cases[i].path, cases[i].text);
}

/* As jansson counts them in its own errors, and as editors do. */
TEST(columns_are_characters_not_bytes)
{
	check("b", "{\"a\": \"größe\", \"b\": ^1}");
}

TEST(path_deeper_than_is_kept_ends_at_its_last_step)
{
	struct json_path path = { .depth = 0 };
	size_t line, column;

	for (int i = 0; i < LOCATE_DEPTH + 4; i++)
		path_push_index(&path, 0);
	assert_int_equal(path.depth, LOCATE_DEPTH + 4);
	locate("[[[[[[[[[[[[[7]]]]]]]]]]]]]", &path, false, &line, &column);
	assert_int_equal(line, 1);
	assert_int_equal(column, LOCATE_DEPTH + 1);
	for (int i = 0; i < LOCATE_DEPTH + 4; i++)
		path_pop(&path);
	path_push_key(&path, "a");
	locate("{\"a\": 7}", &path, false, &line, &column);
	assert_int_equal(column, 7);
}

/* Every prefix of a text, which is no valid JSON then: it must end, and inside the text. */
TEST(text_that_is_cut_off_is_not_run_out_of)
{
	static const char text[] = "{\"a\": [1, {\"b\": \"x\\\"y\"}], \"c\": {\"d\": [[], {}]}}";

	for (size_t length = 0; length < sizeof(text); length++) {
		char *cut = strndup(text, length);
		struct json_path path = { .depth = 0 };
		size_t line, column;

		path_push_key(&path, "c");
		path_push_key(&path, "d");
		path_push_index(&path, 1);
		locate(cut, &path, true, &line, &column);
		assert_int_equal(line, 1);
		assert_true(column >= 1 && column <= length + 1);
		free(cut);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_values_and_elements_are_found),
		cmocka_unit_test(columns_are_characters_not_bytes),
		cmocka_unit_test(path_deeper_than_is_kept_ends_at_its_last_step),
		cmocka_unit_test(text_that_is_cut_off_is_not_run_out_of),
	};

	return RUN(tests);
}
