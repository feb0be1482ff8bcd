#include <signal.h>
#include <sys/resource.h>

#include "host/journal.h"
#include "host/state.h"
#include "unit.h"

/* Settings are ordinary files of words of one length: writing does not cut them. */
static const char *setting(const char *name, const char *value)
{
	return temp_file(name, value);
}

static const char *journal_file(void)
{
	return temp_path("state/journal");
}

static int fresh_state(void **state)
{
	(void)state;
	unlink(journal_file());
	unlink(temp_path("state/bindings"));
	return setenv("DMABENCH_STATE", temp_path("state"), 1);
}

static struct journal *open_journal(void)
{
	struct journal *journal = NULL;
	struct reason reason = { "" };

	must(!journal_open(&journal, &reason), "cannot open the journal: %s", reason.text);
	return journal;
}

static void set(struct journal *journal, const char *path, const char *value)
{
	struct reason reason = { "" };

	must(!journal_set(journal, path, value, &reason), "cannot set %s: %s", path, reason.text);
	assert_string_equal(file_text(path), value);
}

TEST(closing_puts_every_setting_back)
{
	const char *a = setting("a", "100"), *b = setting("b", "200");
	struct journal *journal = open_journal();

	set(journal, a, "111");
	set(journal, b, "222");
	assert_int_equal(journal_close(journal, NULL), 0);
	assert_string_equal(file_text(a), "100");
	assert_string_equal(file_text(b), "200");
	assert_false(journal_has_leftovers());
	assert_int_equal(journal_close(NULL, NULL), 0);
}

TEST(setting_changed_twice_ends_at_its_first_value)
{
	const char *a = setting("a", "100");
	struct journal *journal = open_journal();

	set(journal, a, "111");
	set(journal, a, "222");
	set(journal, a, "333");
	assert_int_equal(journal_close(journal, NULL), 0);
	assert_string_equal(file_text(a), "100");
}

TEST(settings_are_put_back_in_reverse)
{
	const char *real = setting("real", "100"), *link = temp_path("link");
	struct journal *journal;

	/* Both names are one file: only the reverse order ends at the first value. */
	unlink(link);
	assert_int_equal(symlink(real, link), 0);
	journal = open_journal();
	set(journal, real, "111");
	set(journal, link, "222");
	assert_int_equal(journal_close(journal, NULL), 0);
	assert_string_equal(file_text(real), "100");
}

TEST(rewinding_puts_back_and_goes_on)
{
	const char *a = setting("a", "100");
	struct journal *journal = open_journal(), *second = NULL;

	set(journal, a, "111");
	assert_int_equal(journal_rewind(journal, NULL), 0);
	assert_string_equal(file_text(a), "100");
	assert_int_equal(journal_open(&second, NULL), -EBUSY);
	set(journal, a, "222");
	assert_int_equal(journal_close(journal, NULL), 0);
	assert_string_equal(file_text(a), "100");
}

TEST(setting_that_stands_so_already_is_not_written_down)
{
	const char *a = setting("a", "100");
	struct journal *journal = open_journal();

	set(journal, a, "100");
	assert_string_equal(file_text(journal_file()), "");
	assert_int_equal(journal_close(journal, NULL), 0);
}

TEST(change_is_on_disk_before_it_is_made)
{
	const char *a = setting("a", "100");
	struct journal *journal = open_journal();

	set(journal, a, "111");
	must_contain(file_text(journal_file()), "\"before\":\"100\"");
	must_contain(file_text(journal_file()), a);
	assert_true(journal_has_leftovers());
	assert_int_equal(journal_close(journal, NULL), 0);
}

TEST(word_in_brackets_is_what_is_put_back)
{
	const char *a = setting("choice", "[always] never\n");
	struct journal *journal = open_journal();

	/* A file is no choice of the kernel's: what is written stands over its first letters. */
	assert_int_equal(journal_set(journal, a, "never ", NULL), 0);
	must_contain(file_text(journal_file()), "\"before\":\"always\"");
	assert_int_equal(journal_close(journal, NULL), 0);
	assert_memory_equal(file_text(a), "always", 6);
	/* The value that it has is the one in brackets: nothing to change. */
	a = setting("choice", "always [never]\n");
	journal = open_journal();
	assert_int_equal(journal_set(journal, a, "never", NULL), 0);
	assert_string_equal(file_text(a), "always [never]\n");
	assert_int_equal(journal_close(journal, NULL), 0);
}

static int set_and_die(void *argument)
{
	const char *const *paths = argument;
	struct journal *journal;

	if (journal_open(&journal, NULL))
		return 1;
	for (; *paths; paths++)
		if (journal_set(journal, *paths, "999", NULL))
			return 2;
	raise(SIGKILL);
	return 3;
}

TEST(settings_of_a_killed_process_are_recovered)
{
	const char *paths[] = { setting("a", "100"), setting("b", "200"), NULL };
	size_t count = 42;

	assert_int_equal(in_child(set_and_die, paths), -SIGKILL);
	assert_string_equal(file_text(paths[0]), "999");
	assert_true(journal_has_leftovers());
	assert_int_equal(journal_recover(&count, NULL), 0);
	assert_int_equal(count, 2);
	assert_string_equal(file_text(paths[0]), "100");
	assert_string_equal(file_text(paths[1]), "200");
	assert_false(journal_has_leftovers());
	assert_int_equal(journal_recover(&count, NULL), 0);
	assert_int_equal(count, 0);
}

TEST(next_owner_puts_back_what_a_killed_one_left)
{
	const char *paths[] = { setting("a", "100"), NULL };
	struct journal *journal;

	assert_int_equal(in_child(set_and_die, paths), -SIGKILL);
	journal = open_journal();
	assert_string_equal(file_text(paths[0]), "100");
	assert_false(journal_has_leftovers());
	assert_int_equal(journal_close(journal, NULL), 0);
}

TEST(setting_put_back_by_hand_is_not_counted)
{
	const char *paths[] = { setting("a", "100"), setting("b", "200"), NULL };
	size_t count = 42;

	assert_int_equal(in_child(set_and_die, paths), -SIGKILL);
	setting("a", "100");
	assert_int_equal(journal_recover(&count, NULL), 0);
	assert_int_equal(count, 1);
}

TEST(setting_that_is_gone_does_not_keep_others_from_being_put_back)
{
	const char *paths[] = { setting("a", "100"), setting("b", "200"), NULL };
	size_t count;

	assert_int_equal(in_child(set_and_die, paths), -SIGKILL);
	unlink(paths[1]);
	assert_int_equal(journal_recover(&count, NULL), 0);
	assert_int_equal(count, 1);
	assert_string_equal(file_text(paths[0]), "100");
	assert_false(journal_has_leftovers());
}

/* A folder in a setting's place cannot be read: the rest is put back, the journal is kept. */
TEST(journal_is_kept_while_something_could_not_be_put_back)
{
	const char *paths[] = { setting("a", "100"), setting("b", "200"), NULL };
	struct reason reason = { "" };
	size_t count;

	assert_int_equal(in_child(set_and_die, paths), -SIGKILL);
	unlink(paths[1]);
	assert_int_equal(mkdir(paths[1], 0755), 0);
	assert_true(journal_recover(&count, &reason) < 0);
	must_contain(reason.text, paths[1]);
	must_contain(reason.text, "200");
	assert_string_equal(file_text(paths[0]), "100");
	assert_true(journal_has_leftovers());
	rmdir(paths[1]);
	setting("b", "999");
	assert_int_equal(journal_recover(&count, NULL), 0);
	assert_string_equal(file_text(paths[1]), "200");
}

TEST(journal_of_a_living_owner_is_busy)
{
	const char *a = setting("a", "100");
	struct journal *journal = open_journal(), *second = NULL;
	struct reason reason = { "" };
	size_t count = 42;

	set(journal, a, "111");
	assert_int_equal(journal_open(&second, &reason), -EBUSY);
	must_contain(reason.text, journal_file());
	assert_int_equal(journal_recover(&count, &reason), -EBUSY);
	assert_string_equal(file_text(a), "111");
	assert_null(second);
	assert_int_equal(journal_close(journal, NULL), 0);
}

static void leave_entry(const char *path, const char *before, const char *boot_id, const char *rest)
{
	FILE *file = fopen(journal_file(), "we");

	fprintf(file,
		"{\"path\":\"%s\",\"before\":\"%s\",\"after\":\"x\",\"boot_id\":\"%s\",\"pid\":1}"
		"\n%s",
		path, before, boot_id, rest);
	fclose(file);
}

TEST(entries_of_an_earlier_boot_are_void)
{
	const char *a = setting("a", "999");
	size_t count = 42;

	assert_int_equal(journal_close(open_journal(), NULL), 0);
	leave_entry(a, "100", "00000000-0000-0000-0000-000000000000", "");
	assert_int_equal(journal_recover(&count, NULL), 0);
	assert_int_equal(count, 0);
	assert_string_equal(file_text(a), "999");
	assert_false(journal_has_leftovers());
}

TEST(torn_last_line_is_passed_over)
{
	static const char *const torn[] = {
		"{\"path\":\"/nowhere\",\"bef",
		"{",
		"{}",
		"[]",
		"7",
		"\"x\"",
		"nonsense",
		"{\"path\":1,\"before\":2,\"boot_id\":3}",
		"\n\n",
	};
	char boot_id[40];

	host_boot_id(boot_id);
	assert_int_equal(journal_close(open_journal(), NULL), 0);
	for (size_t i = 0; i < COUNT(torn); i++) {
		const char *a = setting("a", "999");
		size_t count = 42;

		leave_entry(a, "100", boot_id, torn[i]);
		must(!journal_recover(&count, NULL) && count == 1, "\"%s\" was in the way",
		     torn[i]);
		assert_string_equal(file_text(a), "100");
	}
}

/* The disk was full in the middle of a line, and had room again for the next change. */
static int tear_then_set(void *argument)
{
	const char *const *paths = argument;
	const struct rlimit tight = { 20, RLIM_INFINITY }, wide = { RLIM_INFINITY, RLIM_INFINITY };
	struct journal *journal;

	signal(SIGXFSZ, SIG_IGN);
	if (journal_open(&journal, NULL) || setrlimit(RLIMIT_FSIZE, &tight))
		return 1;
	if (!journal_set(journal, paths[0], "999", NULL))
		return 2;
	if (setrlimit(RLIMIT_FSIZE, &wide) || journal_set(journal, paths[1], "999", NULL))
		return 3;
	raise(SIGKILL);
	return 4;
}

TEST(line_that_did_not_fit_does_not_spoil_the_next_one)
{
	const char *paths[] = { setting("a", "100"), setting("b", "200"), NULL };
	size_t count;

	assert_int_equal(in_child(tear_then_set, paths), -SIGKILL);
	assert_string_equal(file_text(paths[0]), "100");
	assert_int_equal(journal_recover(&count, NULL), 0);
	assert_string_equal(file_text(paths[1]), "200");
}

TEST(change_that_cannot_be_written_down_is_not_made)
{
	const char *paths[] = { setting("a", "100"), setting("b", "200"), NULL };

	assert_int_equal(in_child(tear_then_set, paths), -SIGKILL);
	assert_string_equal(file_text(paths[0]), "100");
	journal_recover(&(size_t){ 0 }, NULL);
}

TEST(setting_that_is_not_there_is_an_error_that_names_it)
{
	struct journal *journal = open_journal();
	struct reason reason = { "" };

	assert_int_equal(journal_set(journal, "/nowhere/at/all", "1", &reason), -ENOENT);
	must_contain(reason.text, "/nowhere/at/all");
	assert_int_equal(journal_close(journal, NULL), 0);
	assert_false(journal_has_leftovers());
}

TEST(folder_that_cannot_be_made_is_an_error_that_names_it)
{
	struct journal *journal = NULL;
	struct reason reason = { "" };
	size_t count = 42;

	setenv("DMABENCH_STATE", "/proc/none/of/this", 1);
	assert_true(journal_open(&journal, &reason) < 0);
	must_contain(reason.text, "/proc/none");
	assert_null(journal);
	assert_false(journal_has_leftovers());
	assert_int_equal(journal_recover(&count, NULL), 0);
	assert_int_equal(count, 0);
}

/* ---- what was changed to stay ---- */

static struct journal *open_kept(void)
{
	struct journal *journal = NULL;
	struct reason reason = { "" };

	must(!journal_open_kept(&journal, &reason), "%s", reason.text);
	return journal;
}

TEST(kept_changes_outlive_who_made_them)
{
	const char *a = setting("a", "100"), *b = setting("b", "200");
	struct journal *journal = open_kept();

	set(journal, a, "111");
	set(journal, b, "222");
	journal_leave(journal);
	assert_string_equal(file_text(a), "111");
	assert_true(journal_has_kept());
	assert_false(journal_has_leftovers());
	/* Neither a run nor its recovery puts them back. */
	assert_int_equal(journal_recover(&(size_t){ 0 }, NULL), 0);
	assert_int_equal(journal_close(open_journal(), NULL), 0);
	assert_string_equal(file_text(b), "222");
	journal = open_kept();
	assert_string_equal(journal_path(journal, 0), a);
	assert_string_equal(journal_path(journal, 1), b);
	assert_null(journal_path(journal, 2));
	assert_int_equal(journal_rewind(journal, NULL), 0);
	assert_null(journal_path(journal, 0));
	journal_leave(journal);
	journal_leave(NULL);
	assert_string_equal(file_text(a), "100");
	assert_string_equal(file_text(b), "200");
	assert_false(journal_has_kept());
}

TEST(kept_changes_are_put_back_one_place_at_a_time)
{
	const char *a, *b;
	struct journal *journal;
	size_t count = 42;

	mkdir(temp_path("one"), 0755);
	mkdir(temp_path("two"), 0755);
	a = setting("one/a", "100");
	b = setting("two/b", "200");
	journal = open_kept();
	set(journal, a, "111");
	set(journal, b, "222");
	set(journal, a, "333");
	assert_int_equal(journal_rewind_under(journal, temp_path("one/"), &count, NULL), 0);
	assert_int_equal(count, 2);
	assert_string_equal(file_text(a), "100");
	assert_string_equal(file_text(b), "222");
	journal_leave(journal);
	/* The next one to look knows which stand changed still, and which no more. */
	journal = open_kept();
	assert_string_equal(journal_path(journal, 0), b);
	assert_null(journal_path(journal, 1));
	set(journal, a, "444");
	assert_int_equal(journal_rewind(journal, NULL), 0);
	journal_leave(journal);
	assert_string_equal(file_text(a), "100");
	assert_string_equal(file_text(b), "200");
	assert_false(journal_has_kept());
}

TEST(place_whose_name_begins_alike_is_left_alone)
{
	const char *a = setting("dev1", "100"), *b = setting("dev10", "200");
	struct journal *journal = open_kept();
	size_t count = 42;

	set(journal, a, "111");
	set(journal, b, "222");
	assert_int_equal(journal_rewind_under(journal, temp_path("dev10"), &count, NULL), 0);
	assert_int_equal(count, 1);
	assert_string_equal(file_text(a), "111");
	assert_string_equal(file_text(b), "200");
	assert_int_equal(journal_rewind(journal, NULL), 0);
	journal_leave(journal);
}

/* The place that stood changed already keeps its first value, and the file says nothing more. */
TEST(what_failed_half_way_is_taken_back_alone)
{
	const char *a = setting("a", "100"), *b = setting("b", "200");
	struct journal *journal = open_kept();
	struct journal_mark mark;
	char *before;

	set(journal, a, "111");
	before = strdup(file_text(temp_path("state/bindings")));
	mark = journal_mark(journal);
	set(journal, b, "222");
	set(journal, a, "333");
	assert_int_equal(journal_rewind_to(journal, &mark, NULL), 0);
	assert_string_equal(file_text(a), "111");
	assert_string_equal(file_text(b), "200");
	assert_string_equal(file_text(temp_path("state/bindings")), before);
	free(before);
	set(journal, b, "444");
	journal_leave(journal);
	journal = open_kept();
	assert_string_equal(journal_path(journal, 0), a);
	assert_string_equal(journal_path(journal, 1), b);
	assert_null(journal_path(journal, 2));
	assert_int_equal(journal_rewind(journal, NULL), 0);
	journal_leave(journal);
	assert_string_equal(file_text(a), "100");
	assert_string_equal(file_text(b), "200");
}

int main(void)
{
#define JOURNAL_TEST(name) cmocka_unit_test_setup(name, fresh_state)
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(closing_puts_every_setting_back),
		JOURNAL_TEST(setting_changed_twice_ends_at_its_first_value),
		JOURNAL_TEST(settings_are_put_back_in_reverse),
		JOURNAL_TEST(rewinding_puts_back_and_goes_on),
		JOURNAL_TEST(setting_that_stands_so_already_is_not_written_down),
		JOURNAL_TEST(change_is_on_disk_before_it_is_made),
		JOURNAL_TEST(word_in_brackets_is_what_is_put_back),
		JOURNAL_TEST(settings_of_a_killed_process_are_recovered),
		JOURNAL_TEST(next_owner_puts_back_what_a_killed_one_left),
		JOURNAL_TEST(setting_put_back_by_hand_is_not_counted),
		JOURNAL_TEST(setting_that_is_gone_does_not_keep_others_from_being_put_back),
		JOURNAL_TEST(journal_is_kept_while_something_could_not_be_put_back),
		JOURNAL_TEST(journal_of_a_living_owner_is_busy),
		JOURNAL_TEST(entries_of_an_earlier_boot_are_void),
		JOURNAL_TEST(torn_last_line_is_passed_over),
		JOURNAL_TEST(line_that_did_not_fit_does_not_spoil_the_next_one),
		JOURNAL_TEST(change_that_cannot_be_written_down_is_not_made),
		JOURNAL_TEST(setting_that_is_not_there_is_an_error_that_names_it),
		JOURNAL_TEST(folder_that_cannot_be_made_is_an_error_that_names_it),
		JOURNAL_TEST(kept_changes_outlive_who_made_them),
		JOURNAL_TEST(kept_changes_are_put_back_one_place_at_a_time),
		JOURNAL_TEST(place_whose_name_begins_alike_is_left_alone),
		JOURNAL_TEST(what_failed_half_way_is_taken_back_alone),
	};

	return RUN(tests);
}
