#include "exchange/source.h"
#include "unit.h"

#define A_RUN(id) "{\"record\":\"run\",\"schema\":1,\"run_id\":\"" id "\"}\n"
#define OK_TRIAL                                                                  \
	"{\"record\":\"trial\",\"cell\":\"c\",\"bench\":\"b\",\"status\":\"ok\"," \
	"\"metrics\":{\"op_ns\":{\"unit\":\"ns\",\"samples\":[1]}}}\n"
#define BAD_TRIAL "{\"record\":\"trial\",\"cell\":\"c\",\"status\":\"failed\"}\n"
#define SKIP "{\"record\":\"skip\",\"cell\":\"c\"}\n"
#define END "{\"record\":\"end\"}\n"

/* A letter a record: what kind, which run, and whether its session was resumed. */
static int spell(void *state, const struct source_record *record, struct reason *reason)
{
	char *text = state;

	(void)reason;
	sprintf(text + strlen(text), "%c%zu%s%s ", "rtse?"[record->kind], record -> nr_run,
		record -> resumed ? "+" : "", record->has_figures ? "!" : "");
	return 0;
}

static struct source *open_source(const char *const *paths, size_t count)
{
	struct source *source = NULL;
	struct reason reason = { "" };

	must(!source_open(paths, count, &source, &reason), "%s", reason.text);
	return source;
}

TEST(records_of_all_files_are_visited_in_order)
{
	const char *paths[] = {
		temp_file("a", A_RUN("1") OK_TRIAL BAD_TRIAL END OK_TRIAL END),
		temp_file("b", A_RUN("2") SKIP "{\"record\":\"note\"}\n" A_RUN("3") OK_TRIAL),
	};
	struct source *source = open_source(paths, COUNT(paths));

	for (int walk = 0; walk < 2; walk++) {
		char text[256] = "";

		assert_int_equal(source_each(source, spell, text, NULL), 0);
		assert_string_equal(text, "r0 t0! t0 e0 t0+! e0+ r1 s1 ?1 r2 t2! ");
		assert_int_equal(source_counted(source)->ok, 3);
		assert_int_equal(source_counted(source)->other, 1);
		assert_int_equal(source_counted(source)->skipped, 1);
		assert_null(source_counted(source)->torn);
	}
	source_close(source);
	source_close(NULL);
}

TEST(pipe_can_be_gone_through_twice)
{
	static const char text[] = A_RUN("1") OK_TRIAL "torn";
	char path[40];
	const char *paths[] = { path };
	struct source *source;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
	close(ends[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	source = open_source(paths, 1);
	close(ends[0]);
	for (int walk = 0; walk < 2; walk++) {
		char spelled[64] = "";

		assert_int_equal(source_each(source, spell, spelled, NULL), 0);
		assert_string_equal(spelled, "r0 t0! ");
		assert_string_equal(source_counted(source)->torn, path);
	}
	source_close(source);
}

TEST(files_that_cannot_be_used_are_refused_by_name)
{
	static const struct {
		const char *first, *second; /* texts of two files */
		int ret;
		const char *why;
	} cases[] = {
		{ A_RUN("1"), A_RUN("1"), -EINVAL, "/b: holds the same run as " },
		{ A_RUN("1") A_RUN("1"), A_RUN("2"), -EINVAL, "/a: holds the same run as " },
		{ A_RUN("1"), "", -ENODATA, "/b: is empty" },
		{ A_RUN(""), A_RUN("1"), -EINVAL, "/a:1: run_id is missing" },
		{ A_RUN("1"), "{\"record\":\"run\",\"schema\":1}\n", -EINVAL, "/b:1: run_id" },
		{ A_RUN("1") "x\n", A_RUN("2"), -EINVAL, "/a:2:" },
		{ A_RUN("1"), A_RUN("2") BAD_TRIAL "{\"record\":\"trial\",\"status\":\"ok\"}\n",
		  -EINVAL, "/b:3: cell: none" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *paths[] = { temp_file("a", cases[i].first),
					temp_file("b", cases[i].second) };
		struct source *source = open_source(paths, 2);
		struct reason reason = { "" };
		char text[256] = "";
		int ret = source_each(source, spell, text, &reason);

		must(ret == cases[i].ret, "case %zu gave %d: %s", i, ret, reason.text);
		must_contain(reason.text, cases[i].why);
		source_close(source);
	}
}

TEST(device_without_an_end_is_refused)
{
	static const char *const paths[] = { "/dev/zero" };
	struct reason reason = { "" };
	struct source *source = NULL;

	assert_int_equal(source_open(paths, 1, &source, &reason), -EINVAL);
	must_contain(reason.text, "/dev/zero: is a device");
	assert_null(source);
}

static int stop(void *state, const struct source_record *record, struct reason *reason)
{
	(void)state, (void)record;
	return reason_set(reason, -EINTR, "enough");
}

TEST(visitor_can_end_the_walk)
{
	const char *paths[] = { temp_file("a", A_RUN("1") OK_TRIAL) };
	struct source *source = open_source(paths, 1);
	struct reason reason = { "" };

	assert_int_equal(source_each(source, stop, NULL, &reason), -EINTR);
	assert_string_equal(reason.text, "enough");
	source_close(source);
}

TEST(run_is_called_by_what_is_known_of_it)
{
	static const struct {
		const char *run, *label;
		bool wall;
	} cases[] = {
		{ "{\"series\":{\"label\":\"a\"},\"host\":{\"kernel\":\"b\"}}", "a", true },
		{ "{\"host\":{\"kernel\":\"b\",\"timing\":\"icount\"}}", "b", false },
		{ "{\"imported\":{\"from\":\"c\"},\"host\":{\"timing\":\"wall\"}}", "c", true },
		{ "{\"host\":{\"kernel\":7}}", "", true },
		{ "{}", "", true },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *run = json_loads(cases[i].run, 0, NULL);

		assert_string_equal(source_label(run), cases[i].label);
		assert_int_equal(source_has_wall_time(run), cases[i].wall);
		json_decref(run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_of_all_files_are_visited_in_order),
		cmocka_unit_test(pipe_can_be_gone_through_twice),
		cmocka_unit_test(files_that_cannot_be_used_are_refused_by_name),
		cmocka_unit_test(device_without_an_end_is_refused),
		cmocka_unit_test(visitor_can_end_the_walk),
		cmocka_unit_test(run_is_called_by_what_is_known_of_it),
	};

	return RUN(tests);
}
