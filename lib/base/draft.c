#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/draft.h"

#define SUFFIX_ROOM 32

struct draft {
	FILE *file;
	bool is_stdout;
	char path[PATH_MAX]; /* its name in the end; empty: it is written to directly */
	char temporary[PATH_MAX + SUFFIX_ROOM];
};

static int refuse(const char *path, int code, const char *what, struct reason *reason)
{
	return reason_set(reason, code, "%s: %s", path, what);
}

/* Makes up a name in the same folder, because renaming does not cross file systems. */
static int open_beside(struct draft *draft)
{
	int fd;

	snprintf(draft->temporary, sizeof(draft->temporary), "%s.part-%d", draft->path, getpid());
	fd = open(draft->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0) {
		draft->temporary[0] = '\0';
		return -errno;
	}
	draft->file = fdopen(fd, "w");
	if (draft->file)
		return 0;
	close(fd);
	return -ENOMEM;
}

static int open_as_it_is(struct draft *draft, const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return -errno;
	draft->path[0] = '\0';
	draft->file = fdopen(fd, "w");
	if (draft->file)
		return 0;
	close(fd);
	return -ENOMEM;
}

static int open_path(struct draft *draft, const char *path, bool replace, struct reason *reason)
{
	struct stat info;
	int ret;

	if (!path[0])
		return refuse("\"\"", -ENOENT, strerror(ENOENT), reason);
	snprintf(draft->path, sizeof(draft->path), "%s", path);
	if (stat(path, &info)) {
		ret = open_beside(draft);
		return ret ? refuse(path, ret, strerror(-ret), reason) : 0;
	}
	if (S_ISDIR(info.st_mode))
		return refuse(path, -EISDIR, "is a folder, expected the name of a file", reason);
	if (S_ISREG(info.st_mode) && info.st_size && !replace)
		return refuse(path, -EEXIST, "is there already: choose a new name", reason);
	if (!S_ISREG(info.st_mode))
		ret = open_as_it_is(draft, path);
	else if (!realpath(path, draft->path)) /* a link stays a link */
		ret = -errno;
	else
		ret = open_beside(draft);
	return ret ? refuse(path, ret, strerror(-ret), reason) : 0;
}

int draft_open(const char *path, bool replace, struct draft **ret_draft, struct reason *reason)
{
	struct draft *draft = calloc(1, sizeof(*draft));
	int ret = 0;

	if (!draft)
		return -ENOMEM;
	draft->is_stdout = !path || !strcmp(path, "-");
	if (draft->is_stdout)
		draft->file = stdout;
	else
		ret = open_path(draft, path, replace, reason);
	if (ret) {
		draft_drop(draft);
		return ret;
	}
	*ret_draft = draft;
	return 0;
}

FILE *draft_file(const struct draft *draft)
{
	return draft->file;
}

int draft_finish(struct draft *draft, struct reason *reason)
{
	bool lost = ferror(draft->file);
	int ret = 0;

	if (draft->is_stdout) {
		draft_drop(draft);
		return 0;
	}
	errno = 0;
	if (fflush(draft->file) || lost)
		ret = errno ? -errno : -EIO;
	if (!ret && draft->temporary[0] && fsync(fileno(draft->file)))
		ret = -errno;
	if (!ret && draft->temporary[0] && rename(draft->temporary, draft->path))
		ret = -errno;
	if (!ret)
		draft->temporary[0] = '\0';
	else
		refuse(draft->path[0] ? draft->path : "output", ret, strerror(-ret), reason);
	draft_drop(draft);
	return ret;
}

void draft_drop(struct draft *draft)
{
	if (!draft)
		return;
	if (draft->file && !draft->is_stdout)
		fclose(draft->file);
	if (draft->temporary[0])
		unlink(draft->temporary);
	free(draft);
}
