#include <signal.h>

#include "base/file.h"
#include "unit.h"

TEST(file_is_read_without_its_last_newline)
{
	static const struct {
		const char *text, *read;
	} cases[] = {
		{ "one line\n", "one line" },
		{ "no newline", "no newline" },
		{ "a\nb\n", "a\nb" },
		{ "\n", "" },
		{ "", "" },
	};
	char text[64];

	for (size_t i = 0; i < COUNT(cases); i++) {
		int length = file_read(text, sizeof(text), "%s", temp_file("f", cases[i].text));

		assert_string_equal(text, cases[i].read);
		assert_int_equal(length, (int)strlen(cases[i].read));
	}
}

TEST(file_longer_than_the_buffer_is_cut)
{
	char text[4];

	assert_int_equal(file_read(text, sizeof(text), "%s", temp_file("f", "abcdefgh")), 3);
	assert_string_equal(text, "abc");
}

TEST(missing_file_says_so)
{
	char text[4], *all = NULL;
	uint64_t value = 42;
	size_t length;

	assert_int_equal(file_read(text, sizeof(text), "%s", temp_path("none")), -ENOENT);
	assert_int_equal(file_read_u64(&value, "%s", temp_path("none")), -ENOENT);
	assert_int_equal(file_read_setting(text, sizeof(text), "%s", temp_path("none")), -ENOENT);
	assert_int_equal(file_read_all(temp_path("none"), &all, &length), -ENOENT);
	assert_int_equal(file_write(temp_path("none"), "1"), -ENOENT);
	assert_int_equal(value, 42);
	assert_null(all);
}

TEST(folder_is_no_file)
{
	char text[4], *all = NULL;
	size_t length;

	assert_int_equal(file_read(text, sizeof(text), "/proc/self"), -EISDIR);
	assert_int_equal(file_read_all("/proc/self", &all, &length), -EISDIR);
	assert_null(all);
}

TEST(number_is_read_or_refused)
{
	static const struct {
		const char *text;
		int ret;
		uint64_t value;
	} cases[] = {
		{ "512\n", 0, 512 },
		{ " 7 \n", 0, 7 },
		{ "0", 0, 0 },
		{ "", -EINVAL, 0 },
		{ "\n", -EINVAL, 0 },
		{ "max\n", -EINVAL, 0 },
		{ "-1\n", -EINVAL, 0 },
		{ "12 13\n", -EINVAL, 0 },
		{ "0x10\n", -EINVAL, 0 },
		{ "99999999999999999999\n", -ERANGE, 0 },
		{ "nonsense that is longer than any number could ever be, by a good measure\n",
		  -EINVAL, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t value = 42;
		int ret = file_read_u64(&value, "%s", temp_file("n", cases[i].text));

		must(ret == cases[i].ret, "\"%s\" gave %d", cases[i].text, ret);
		must(value == (ret ? 42 : cases[i].value), "\"%s\" wrote a value", cases[i].text);
	}
}

TEST(setting_is_the_word_in_brackets)
{
	static const struct {
		const char *text, *setting;
	} cases[] = {
		{ "always [madvise] never\n", "madvise" },
		{ "[always] madvise never\n", "always" },
		{ "always never [deny]\n", "deny" },
		{ "3\n", "3" },
		{ "", "" },
		{ "[broken\n", "[broken" },
		{ "[]\n", "" },
	};
	char value[64];

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(file_read_setting(value, sizeof(value), "%s",
						   temp_file("s", cases[i].text)),
				 0);
		assert_string_equal(value, cases[i].setting);
	}
}

TEST(whole_file_is_read_whatever_its_length)
{
	static const size_t lengths[] = { 0, 1, 16383, 16384, 16385, 200000 };
	char *big = malloc(200001);

	assert_non_null(big);
	for (size_t i = 0; i < COUNT(lengths); i++) {
		char *text = NULL;
		size_t length = 42;

		memset(big, 'x', lengths[i]);
		big[lengths[i]] = '\0';
		assert_int_equal(file_read_all(temp_file("big", big), &text, &length), 0);
		assert_int_equal(length, lengths[i]);
		assert_string_equal(text, big);
		free(text);
	}
	free(big);
}

TEST(proc_files_that_tell_no_length_are_read)
{
	char *text = NULL;
	size_t length = 0;

	assert_int_equal(file_read_all("/proc/self/status", &text, &length), 0);
	assert_non_null(strstr(text, "VmRSS"));
	assert_int_equal(strlen(text), length);
	free(text);
}

TEST(setting_is_written_in_place)
{
	const char *path = temp_file("w", "100\n");

	assert_int_equal(file_write(path, "200"), 0);
	assert_string_equal(file_text(path), "200\n");
}

TEST(full_device_is_an_error)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	assert_int_equal(file_write("/dev/full", "1"), -ENOSPC);
	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, "1", 1), -ENOSPC);
	close(fd);
}

static void nothing(int number)
{
	(void)number;
}

/* A pipe takes 64 KiB at a time, and the alarm interrupts while it is full. */
static int write_to_slow_reader(void *argument)
{
	struct sigaction action = { .sa_handler = nothing };
	int ends[2], status;
	pid_t reader;

	(void)argument;
	if (pipe(ends))
		return 1;
	sigaction(SIGALRM, &action, NULL);
	reader = fork();
	if (!reader) {
		char piece[3000];
		size_t total = 0;
		ssize_t got;

		close(ends[1]);
		for (int i = 0; i < 10; i++) {
			kill(getppid(), SIGALRM);
			usleep(1000);
		}
		while ((got = read(ends[0], piece, sizeof(piece))) > 0)
			total += (size_t)got;
		_exit(total == 300000 ? 0 : 1);
	}
	close(ends[0]);
	if (file_write_all(ends[1], calloc(300000, 1), 300000))
		return 2;
	close(ends[1]);
	return waitpid(reader, &status, 0) == reader && !status ? 0 : 3;
}

TEST(all_bytes_are_written_over_short_writes_and_interruptions)
{
	assert_int_equal(in_child(write_to_slow_reader, NULL), 0);
}

TEST(table_is_looked_up_by_whole_names)
{
	static const char table[] = "MemTotal:       24105 kB\n"
				    "MemFree:\t  100 kB\n"
				    "Mem: 1\n"
				    "thp_fault_alloc 12\n"
				    "thp_fault_alloc_more 13\n"
				    "Inactive(file):  55 kB\n"
				    "broken word\n"
				    "empty:\n"
				    "negative -1\n"
				    "last 9";
	static const struct {
		const char *name;
		int ret;
		uint64_t value;
	} cases[] = {
		{ "MemTotal", 0, 24105 },
		{ "MemFree", 0, 100 },
		{ "Mem", 0, 1 },
		{ "thp_fault_alloc", 0, 12 },
		{ "thp_fault_alloc_more", 0, 13 },
		{ "Inactive(file)", 0, 55 },
		{ "last", 0, 9 },
		{ "MemF", -ENOENT, 0 },
		{ "ree", -ENOENT, 0 },
		{ "thp_fault", -ENOENT, 0 },
		{ "nothing", -ENOENT, 0 },
		{ "broken", -EINVAL, 0 },
		{ "empty", -EINVAL, 0 },
		{ "negative", -EINVAL, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t value = 42;
		int ret = file_table_u64(table, cases[i].name, &value);

		must(ret == cases[i].ret, "%s gave %d", cases[i].name, ret);
		must(value == (ret ? 42 : cases[i].value), "%s wrote %llu", cases[i].name,
		     (unsigned long long)value);
	}
	assert_int_equal(file_table_u64("", "MemFree", &(uint64_t){ 0 }), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_is_read_without_its_last_newline),
		cmocka_unit_test(file_longer_than_the_buffer_is_cut),
		cmocka_unit_test(missing_file_says_so),
		cmocka_unit_test(folder_is_no_file),
		cmocka_unit_test(number_is_read_or_refused),
		cmocka_unit_test(setting_is_the_word_in_brackets),
		cmocka_unit_test(whole_file_is_read_whatever_its_length),
		cmocka_unit_test(proc_files_that_tell_no_length_are_read),
		cmocka_unit_test(setting_is_written_in_place),
		cmocka_unit_test(full_device_is_an_error),
		cmocka_unit_test(all_bytes_are_written_over_short_writes_and_interruptions),
		cmocka_unit_test(table_is_looked_up_by_whole_names),
	};

	return RUN(tests);
}
