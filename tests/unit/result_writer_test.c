#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "result/writer.h"
#include "unit.h"

static struct writer *open_writer(const char *path, bool resume)
{
	struct writer *writer = NULL;
	struct reason reason = { "" };

	must(!writer_open(path, resume, &writer, &reason), "%s", reason.text);
	return writer;
}

static int append_number(struct writer *writer, int number, struct reason *reason)
{
	json_t *record = json_pack("{s:s, s:i}", "record", "trial", "n", number);
	int ret = writer_append(writer, record, reason);

	json_decref(record);
	return ret;
}

/* A path at which there is nothing. */
static const char *fresh(const char *name)
{
	const char *path = temp_path(name);

	unlink(path);
	return path;
}

TEST(file_is_made_and_filled_a_line_a_record)
{
	const char *path = fresh("new");
	struct writer *writer = open_writer(path, false);

	assert_true(writer_is_file(writer));
	assert_int_equal(append_number(writer, 1, NULL), 0);
	assert_string_equal(file_text(path), "{\"record\":\"trial\",\"n\":1}\n");
	assert_int_equal(append_number(writer, 2, NULL), 0);
	assert_string_equal(file_text(path),
			    "{\"record\":\"trial\",\"n\":1}\n{\"record\":\"trial\",\"n\":2}\n");
	writer_close(writer);
	writer_close(NULL);
}

TEST(empty_file_is_taken)
{
	const char *path = temp_file("empty", "");
	struct writer *writer = open_writer(path, false);

	assert_int_equal(append_number(writer, 1, NULL), 0);
	writer_close(writer);
	assert_string_equal(file_text(path), "{\"record\":\"trial\",\"n\":1}\n");
}

TEST(paths_that_cannot_be_written_are_refused_and_left_alone)
{
	static const struct {
		const char *name;
		int ret;
		const char *why;
	} cases[] = {
		{ "full", -EEXIST, "--resume" },
		{ "folder", -EISDIR, "is a folder" },
		{ "none/of/this", -ENOENT, "No such file" },
		{ "full/below", -ENOTDIR, "Not a directory" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct writer *writer = NULL;
		struct reason reason = { "" };
		const char *path;
		int ret;

		temp_file("full", "{\"record\":\"run\"}\n");
		mkdir(temp_path("folder"), 0755);
		path = temp_path(cases[i].name);
		ret = writer_open(path, false, &writer, &reason);
		must(ret == cases[i].ret, "%s gave %d: %s", cases[i].name, ret, reason.text);
		must_contain(reason.text, path);
		must_contain(reason.text, cases[i].why);
		assert_null(writer);
		assert_string_equal(file_text(temp_path("full")), "{\"record\":\"run\"}\n");
	}
}

static int write_where_not_allowed(void *argument)
{
	struct reason reason = { "" };
	struct writer *writer;

	if (geteuid() == 0 && setuid(65534))
		return 1;
	if (writer_open(argument, false, &writer, &reason) != -EACCES)
		return 2;
	return strstr(reason.text, "Permission denied") ? 0 : 3;
}

TEST(path_without_permission_is_refused)
{
	assert_int_equal(in_child(write_where_not_allowed, "/dmabench-unit-not-allowed"), 0);
	assert_int_equal(access("/dmabench-unit-not-allowed", F_OK), -1);
}

TEST(file_that_another_process_writes_is_busy)
{
	const char *path = fresh("busy");
	struct writer *first = open_writer(path, false), *second = NULL;
	struct reason reason = { "" };

	/* Both while it is empty and when it holds a run. */
	assert_int_equal(writer_open(path, false, &second, &reason), -EBUSY);
	must_contain(reason.text, "another dmabench");
	assert_int_equal(append_number(first, 1, NULL), 0);
	assert_int_equal(writer_open(path, true, &second, &reason), -EBUSY);
	assert_int_equal(writer_open(path, false, &second, &reason), -EBUSY);
	assert_null(second);
	writer_close(first);
	writer_close(open_writer(path, true));
}

/* It may be no result file at all: that is found out before anything is cut. */
TEST(opening_to_resume_changes_nothing)
{
	const char *path = temp_file("foreign", "somebody's notes, without a newline");

	writer_close(open_writer(path, true));
	assert_string_equal(file_text(path), "somebody's notes, without a newline");
}

TEST(resumed_file_is_cut_after_its_last_whole_line)
{
	struct writer *writer;
	char long_line[9000];
	static const struct {
		const char *what, *before, *after;
	} cases[] = {
		{ "whole", "{\"a\":1}\n{\"b\":2}\n", "{\"a\":1}\n{\"b\":2}\n" },
		{ "torn", "{\"a\":1}\n{\"b\":", "{\"a\":1}\n" },
		{ "only a newline is missing", "{\"a\":1}\n{\"b\":2}", "{\"a\":1}\n" },
		{ "nothing but a torn line", "{\"a\":1", "" },
		{ "empty", "", "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *path = temp_file("torn", cases[i].before);

		writer = open_writer(path, true);
		assert_string_equal(file_text(path), cases[i].before);
		assert_int_equal(writer_cut_torn_line(writer, NULL), 0);
		must(!strcmp(file_text(path), cases[i].after), "%s became \"%s\"", cases[i].what,
		     file_text(path));
		assert_int_equal(append_number(writer, 3, NULL), 0);
		writer_close(writer);
		must_contain(file_text(path), "{\"record\":\"trial\",\"n\":3}\n");
		assert_int_equal(strlen(file_text(path)),
				 strlen(cases[i].after) +
					 strlen("{\"record\":\"trial\",\"n\":3}\n"));
	}
	/* A torn line longer than what is read at once, around where the pieces meet. */
	for (size_t length = 4090; length < 4100; length++) {
		memset(long_line, 'x', sizeof(long_line));
		memcpy(long_line, "{\"a\":1}\n", 8);
		long_line[8 + length] = '\0';
		writer = open_writer(temp_file("torn", long_line), true);
		assert_int_equal(writer_cut_torn_line(writer, NULL), 0);
		writer_close(writer);
		assert_string_equal(file_text(temp_path("torn")), "{\"a\":1}\n");
	}
}

TEST(resuming_needs_a_file_that_is_there)
{
	struct writer *writer = NULL;
	struct reason reason = { "" };
	const char *path = fresh("missing");

	assert_int_equal(writer_open(path, true, &writer, &reason), -ENOENT);
	must_contain(reason.text, path);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(writer_open("/dev/null", true, &writer, &reason), -EINVAL);
	must_contain(reason.text, "/dev/null");
	assert_int_equal(mkfifo(fresh("fifo"), 0644), 0);
	assert_int_equal(writer_open(temp_path("fifo"), true, &writer, &reason), -EINVAL);
	assert_null(writer);
}

TEST(pipe_and_device_are_written_as_they_are)
{
	struct writer *writer = open_writer("/dev/null", false);
	int ends[2];
	char path[64], text[64];
	ssize_t got;

	assert_false(writer_is_file(writer));
	assert_int_equal(append_number(writer, 1, NULL), 0);
	writer_close(writer);
	assert_int_equal(pipe(ends), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[1]);
	writer = open_writer(path, false);
	assert_false(writer_is_file(writer));
	assert_int_equal(append_number(writer, 7, NULL), 0);
	writer_close(writer);
	got = read(ends[0], text, sizeof(text) - 1);
	assert_true(got > 0);
	text[got] = '\0';
	assert_string_equal(text, "{\"record\":\"trial\",\"n\":7}\n");
	close(ends[0]);
	close(ends[1]);
}

TEST(device_that_is_full_is_an_error_that_says_so)
{
	struct writer *writer = open_writer("/dev/full", false);
	struct reason reason = { "" };

	assert_int_equal(append_number(writer, 1, &reason), -ENOSPC);
	must_contain(reason.text, "/dev/full");
	must_contain(reason.text, "No space left");
	writer_close(writer);
}

/* Records until one does not fit; then the file must end with the last whole one. */
static int fill(const char *path, int error)
{
	struct writer *writer;
	struct reason reason = { "" };
	long whole = 0;
	int ret = 0;
	FILE *file;
	int c, last = '\n', lines = 0;

	if (writer_open(path, false, &writer, &reason))
		return 10;
	while (!ret && whole < 1000000) {
		ret = append_number(writer, 1000000000, &reason);
		whole += !ret;
	}
	if (ret != error || !strstr(reason.text, path))
		return 11;
	file = fopen(path, "re");
	if (!file)
		return 12;
	while ((c = getc(file)) != EOF) {
		lines += c == '\n';
		last = c;
	}
	fclose(file);
	if (last != '\n' || lines != whole)
		return 13;
	writer_close(writer);
	return 0;
}

static int fill_up_to_a_limit(void *argument)
{
	const struct rlimit limit = { 1000, 1000 };

	signal(SIGXFSZ, SIG_IGN);
	return setrlimit(RLIMIT_FSIZE, &limit) ? 1 : fill(argument, -EFBIG);
}

TEST(record_that_does_not_fit_is_taken_back)
{
	assert_int_equal(in_child(fill_up_to_a_limit, (void *)(uintptr_t)fresh("limited")), 0);
}

/* A file system of its own, which nobody else sees and which goes with the process. */
static int fill_a_disk(void *argument)
{
	const char *folder = argument;
	char path[256];

	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tmpfs", folder, "tmpfs", 0, "size=64k"))
		return 77;
	snprintf(path, sizeof(path), "%s/file", folder);
	return fill(path, -ENOSPC);
}

TEST(full_disk_leaves_the_file_valid_up_to_the_last_whole_record)
{
	const char *folder = temp_path("disk");
	int ret;

	mkdir(folder, 0755);
	ret = in_child(fill_a_disk, (void *)(uintptr_t)folder);
	if (ret == 77)
		skip_because("cannot mount a small tmpfs here");
	assert_int_equal(ret, 0);
}

TEST(name_longer_than_any_message_is_refused)
{
	char path[6000];
	struct writer *writer = NULL;
	struct reason reason = { "" };

	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(writer_open(path, false, &writer, &reason), -ENAMETOOLONG);
	must_contain(reason.text, "aaaa");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_is_made_and_filled_a_line_a_record),
		cmocka_unit_test(empty_file_is_taken),
		cmocka_unit_test(paths_that_cannot_be_written_are_refused_and_left_alone),
		cmocka_unit_test(path_without_permission_is_refused),
		cmocka_unit_test(file_that_another_process_writes_is_busy),
		cmocka_unit_test(opening_to_resume_changes_nothing),
		cmocka_unit_test(resumed_file_is_cut_after_its_last_whole_line),
		cmocka_unit_test(resuming_needs_a_file_that_is_there),
		cmocka_unit_test(pipe_and_device_are_written_as_they_are),
		cmocka_unit_test(device_that_is_full_is_an_error_that_says_so),
		cmocka_unit_test(record_that_does_not_fit_is_taken_back),
		cmocka_unit_test(full_disk_leaves_the_file_valid_up_to_the_last_whole_record),
		cmocka_unit_test(name_longer_than_any_message_is_refused),
	};

	return RUN(tests);
}
