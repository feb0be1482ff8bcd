#include "base/draft.h"
#include "unit.h"

static struct draft *open_draft(const char *path, bool replace)
{
	struct draft *draft = NULL;
	struct reason reason = { "" };

	must(!draft_open(path, replace, &draft, &reason), "%s", reason.text);
	return draft;
}

/* How many files are in the test's folder: a draft that is dropped leaves none. */
static size_t nr_files(void)
{
	char pattern[160];
	char count[16] = "";
	FILE *list;

	snprintf(pattern, sizeof(pattern), "ls %s | wc -l", unit_folder);
	list = popen(pattern, "re");
	if (!list || !fgets(count, sizeof(count), list))
		abort();
	pclose(list);
	return strtoul(count, NULL, 10);
}

TEST(file_is_there_when_it_is_finished_and_not_before)
{
	const char *path = temp_path("new");
	struct draft *draft = open_draft(path, false);

	fputs("whole", draft_file(draft));
	fflush(draft_file(draft));
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(draft_finish(draft, NULL), 0);
	assert_string_equal(file_text(path), "whole");
}

TEST(what_was_there_stays_until_then)
{
	const char *path = temp_file("old", "old");
	struct draft *draft = open_draft(path, true);

	fputs("new", draft_file(draft));
	fflush(draft_file(draft));
	assert_string_equal(file_text(path), "old");
	assert_int_equal(draft_finish(draft, NULL), 0);
	assert_string_equal(file_text(path), "new");
}

TEST(dropped_draft_leaves_no_trace)
{
	const char *path = temp_file("kept", "old");
	size_t before = nr_files();
	struct draft *draft = open_draft(path, true);

	fputs("new", draft_file(draft));
	draft_drop(draft);
	draft_drop(NULL);
	assert_string_equal(file_text(path), "old");
	assert_int_equal(nr_files(), before);
}

TEST(what_may_not_be_replaced_is_refused)
{
	static const struct {
		const char *path;
		int ret;
		const char *why;
	} cases[] = {
		{ NULL, -EEXIST, "choose a new name" },
		{ "/proc/self", -EISDIR, "is a folder" },
		{ "/proc/nowhere/x", -ENOENT, "No such file" },
		{ "", -ENOENT, "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *path = cases[i].path ? cases[i].path : temp_file("there", "old");
		struct reason reason = { "" };
		struct draft *draft = NULL;
		int ret = draft_open(path, false, &draft, &reason);

		must(ret == cases[i].ret, "\"%s\" gave %d: %s", path, ret, reason.text);
		must_contain(reason.text, cases[i].why);
		assert_null(draft);
	}
	assert_string_equal(file_text(temp_path("there")), "old");
}

TEST(empty_file_may_be_written)
{
	const char *path = temp_file("empty", "");
	struct draft *draft = open_draft(path, false);

	fputs("x", draft_file(draft));
	assert_int_equal(draft_finish(draft, NULL), 0);
	assert_string_equal(file_text(path), "x");
}

TEST(link_stays_a_link)
{
	const char *target = temp_file("target", "old"), *name = temp_path("link");
	struct draft *draft;
	struct stat info;

	assert_int_equal(symlink(target, name), 0);
	draft = open_draft(name, true);
	fputs("new", draft_file(draft));
	assert_int_equal(draft_finish(draft, NULL), 0);
	assert_int_equal(lstat(name, &info), 0);
	assert_true(S_ISLNK(info.st_mode));
	assert_string_equal(file_text(target), "new");
}

TEST(device_is_written_to_as_it_is)
{
	struct draft *draft = open_draft("/dev/null", false);

	fputs("gone", draft_file(draft));
	assert_int_equal(draft_finish(draft, NULL), 0);
}

TEST(what_did_not_arrive_is_an_error)
{
	struct draft *draft = open_draft("/dev/full", false);
	struct reason reason = { "" };

	fputs("lost", draft_file(draft));
	assert_int_equal(draft_finish(draft, &reason), -ENOSPC);
	must_contain(reason.text, "No space left");
}

TEST(error_of_an_earlier_write_is_not_forgotten)
{
	struct draft *draft = open_draft("/dev/full", false);

	fputs("lost", draft_file(draft));
	fflush(draft_file(draft));
	assert_true(draft_finish(draft, NULL) < 0);
}

TEST(no_name_is_standard_output)
{
	static const char *const names[] = { NULL, "-" };

	for (size_t i = 0; i < COUNT(names); i++) {
		struct draft *draft = open_draft(names[i], false);

		assert_ptr_equal(draft_file(draft), stdout);
		assert_int_equal(draft_finish(draft, NULL), 0);
		assert_false(ferror(stdout));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_is_there_when_it_is_finished_and_not_before),
		cmocka_unit_test(what_was_there_stays_until_then),
		cmocka_unit_test(dropped_draft_leaves_no_trace),
		cmocka_unit_test(what_may_not_be_replaced_is_refused),
		cmocka_unit_test(empty_file_may_be_written),
		cmocka_unit_test(link_stays_a_link),
		cmocka_unit_test(device_is_written_to_as_it_is),
		cmocka_unit_test(what_did_not_arrive_is_an_error),
		cmocka_unit_test(error_of_an_earlier_write_is_not_forgotten),
		cmocka_unit_test(no_name_is_standard_output),
	};

	return RUN(tests);
}
