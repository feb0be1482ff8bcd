#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/shipped.h"
#include "base/units.h"
#include "plot/gnuplot.h"

#define MISSING "gnuplot is missing: install the package gnuplot-nox (scripts/deps does)"

unsigned int plot_gnuplot_limit_sec = 60;

/* What gnuplot prints; only the start is kept. */
struct saying {
	char text[400];
	size_t length;
};

/*
 * The environment of gnuplot: only PATH, HOME and a locale, so that GNUTERM and the like have no
 * effect.
 */
struct surroundings {
	char path[PATH_MAX], home[PATH_MAX];
	char *list[4];
};

static void make_surroundings(struct surroundings *around)
{
	static char locale[] = "LC_ALL=C.UTF-8";
	const char *path = getenv("PATH"), *home = getenv("HOME");

	snprintf(around->path, sizeof(around->path), "PATH=%s", path ? path : "/usr/bin:/bin");
	snprintf(around->home, sizeof(around->home), "HOME=%s", home ? home : "/nonexistent");
	around->list[0] = around->path;
	around->list[1] = around->home;
	around->list[2] = locale;
	around->list[3] = NULL;
}

static int add_actions(posix_spawn_file_actions_t *actions, const char *folder, int out)
{
	int ret = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);

	if (!ret)
		ret = posix_spawn_file_actions_adddup2(actions, out, 1);
	if (!ret)
		ret = posix_spawn_file_actions_adddup2(actions, out, 2);
	if (!ret && folder)
		ret = posix_spawn_file_actions_addchdir_np(actions, folder);
	return -ret;
}

static int spawn(const char *folder, char *const *words, int out, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	struct surroundings around;
	int ret = -posix_spawn_file_actions_init(&actions);

	if (ret)
		return ret;
	make_surroundings(&around);
	ret = add_actions(&actions, folder, out);
	if (!ret)
		ret = -posix_spawnp(ret_pid, words[0], &actions, NULL, words, around.list);
	posix_spawn_file_actions_destroy(&actions);
	return ret;
}

/* Reads until gnuplot closes its output; returns false if that took too long. */
static bool listen_to(int in, uint64_t deadline_ns, struct saying *said)
{
	for (;;) {
		struct pollfd wait = { .fd = in, .events = POLLIN };
		uint64_t now = clock_wall_ns();
		char more[512];
		ssize_t got;

		if (now >= deadline_ns)
			return false;
		if (poll(&wait, 1, (int)((deadline_ns - now) / MSEC) + 1) <= 0)
			continue;
		got = read(in, more, sizeof(more));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return true;
		for (ssize_t i = 0; i < got && said->length + 1 < sizeof(said->text); i++)
			said->text[said->length++] = more[i];
		said->text[said->length] = '\0';
	}
}

/* Waits for gnuplot, which is killed unless @in_time. Returns its wait status, or -1 if killed. */
static int wait_for(pid_t pid, bool in_time)
{
	int status = 0;

	if (!in_time)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return in_time ? status : -1;
}

static int start(const char *folder, char *const *words, pid_t *ret_pid, int *ret_in)
{
	int ends[2];
	int ret;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	ret = spawn(folder, words, ends[1], ret_pid);
	close(ends[1]);
	if (ret)
		close(ends[0]);
	else
		*ret_in = ends[0];
	return ret;
}

/* Returns the last line that is not empty: gnuplot shows the place first, then the message. */
static const char *last_line(struct saying *said)
{
	char *line = said->text, *end = said->text + said->length;

	while (end > line && strchr(" \n", end[-1]))
		*--end = '\0';
	if (strrchr(line, '\n'))
		line = strrchr(line, '\n') + 1;
	return text_plain(line, line, strlen(line) + 1);
}

static int explain(int status, struct saying *said, struct reason *reason)
{
	if (status < 0)
		return reason_set(reason, SKIPPED, "gnuplot did not end within %u s: killed",
				  plot_gnuplot_limit_sec);
	if (WIFSIGNALED(status))
		return reason_set(reason, SKIPPED, "gnuplot was killed by signal %d (%s)",
				  WTERMSIG(status), strsignal(WTERMSIG(status)));
	return reason_set(reason, SKIPPED, "gnuplot failed: %.300s",
			  said->length ? last_line(said) : "it did not say why");
}

static int run(const char *folder, char *const *words, struct reason *reason)
{
	struct saying said = { .length = 0 };
	pid_t pid = -1;
	int in = -1, status;
	int ret = start(folder, words, &pid, &in);

	if (ret == -ENOENT || ret == -EACCES)
		return reason_set(reason, SKIPPED, MISSING);
	if (ret)
		return reason_set(reason, ret, "gnuplot: %s", strerror(-ret));
	status =
		wait_for(pid, listen_to(in, clock_wall_ns() + plot_gnuplot_limit_sec * SEC, &said));
	close(in);
	return status ? explain(status, &said, reason) : 0;
}

int plot_gnuplot_check(struct reason *reason)
{
	static char name[] = "gnuplot", option[] = "--version";
	char *words[] = { name, option, NULL };

	return run(NULL, words, reason);
}

int plot_gnuplot_run(const char *folder, const char *script, struct reason *reason)
{
	static char name[] = "gnuplot", option[] = "-d";
	char *words[] = { name, option, (char *)(uintptr_t)script, NULL };

	return run(folder, words, reason);
}

/* ---- scripts ---- */

int plot_gnuplot_find(const char *name, struct text *text, struct reason *reason)
{
	char folder[PATH_MAX / 2 + 32], path[PATH_MAX];

	for (size_t i = 0; shipped_folder("DMABENCH_PLOTS", "plots", i, folder, sizeof(folder));
	     i++) {
		size_t length;
		char *whole;
		int ret;

		snprintf(path, sizeof(path), "%s/%s.gp", folder, name);
		ret = file_read_all(path, &whole, &length);
		if (ret == -ENOENT)
			continue;
		if (ret)
			return reason_set(reason, ret, "%s: %s", path, strerror(-ret));
		text_add_bytes(text, whole, length);
		free(whole);
		return text->failed ? -ENOMEM : 0;
	}
	return reason_set(reason, -ENOENT,
			  "%s.gp is neither beside the program nor in " DATADIR
			  "/plots: install dmabench, or set DMABENCH_PLOTS",
			  name);
}
