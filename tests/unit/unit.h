/*
 * unit - what all unit tests stand on: cmocka, checks that say more, temporary files.
 */
#ifndef UNIT_H
#define UNIT_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define RUN(tests) cmocka_run_group_tests(tests, NULL, NULL)

/* An assertion that tells which case of a table it was. */
#define must(condition, ...)                                          \
	do {                                                          \
		if (!(condition)) {                                   \
			print_error(__VA_ARGS__);                     \
			print_error(" [expected: %s]\n", #condition); \
			fail();                                       \
		}                                                     \
	} while (0)

#define must_contain(text, part) \
	must(strstr(text, part), "\"%s\" does not contain \"%s\"", text, part)

/* Leaves the test, which counts as skipped, and says why. */
#define skip_because(...)                     \
	do {                                  \
		print_message("# skipped: "); \
		print_message(__VA_ARGS__);   \
		print_message("\n");          \
		skip();                       \
	} while (0)

/* tests/arm64/run says so to tests that an emulator of programs (qemu-user) runs. */
static inline bool is_emulated(void)
{
	return getenv("UNIT_EMULATED");
}

#define not_emulated(why)                                                \
	do {                                                             \
		if (is_emulated())                                       \
			skip_because("an emulator of programs %s", why); \
	} while (0)

static char unit_folder[64];
static pid_t unit_owner;

static inline int unit_remove_one(const char *path, const struct stat *info, int type,
				  struct FTW *walk)
{
	(void)info, (void)type, (void)walk;
	return remove(path);
}

static inline void unit_remove_folder(void)
{
	if (getpid() == unit_owner)
		nftw(unit_folder, unit_remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* A path in a folder that goes away at exit. Good for the next seven calls. */
static inline const char *temp_path(const char *name)
{
	static char paths[8][128];
	static size_t next;
	char *path = paths[next++ % 8];

	if (!unit_folder[0]) {
		strcpy(unit_folder, "/tmp/dmabench-unit-XXXXXX");
		if (!mkdtemp(unit_folder))
			abort();
		unit_owner = getpid();
		atexit(unit_remove_folder);
	}
	snprintf(path, sizeof(paths[0]), "%s/%s", unit_folder, name);
	return path;
}

/* What is done to a file on the way to a test must work, or the test means nothing. */
static inline const char *make_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	if (!file || fputs(text, file) < 0 || fclose(file))
		abort();
	return path;
}

static inline const char *temp_file(const char *name, const char *text)
{
	return make_file(temp_path(name), text);
}

/* All of a small file; good until the next call. */
static inline const char *file_text(const char *path)
{
	static char text[65536];
	FILE *file = fopen(path, "re");
	size_t length;

	if (!file)
		return "(no file)";
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	return text;
}

/* In a child, cmocka must not go on with the tests after a crash or a failed check. */
static inline void unit_leave_cmocka(void)
{
	static const int signals[] = { SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGSYS };

	for (size_t i = 0; i < COUNT(signals); i++)
		signal(signals[i], SIG_DFL);
	setenv("CMOCKA_TEST_ABORT", "1", 1);
}

/*
 * Runs @work in a process of its own, so that what it does to the process stays there.
 * Returns its exit status, or minus the signal that ended it.
 */
static inline int in_child(int (*work)(void *), void *argument)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		unit_leave_cmocka();
		_exit(work(argument));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		abort();
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

#endif
