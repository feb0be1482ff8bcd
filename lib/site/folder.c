#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/grow.h"
#include "base/text.h"
#include "site/folder.h"
#include "site/mark.h"
#include "result/finding.h"

#define SUFFIX_ROOM 32
#define COPY_BYTES (256 << 10)

struct site_folder {
	char path[PATH_MAX]; /* where the finished folder goes */
	char temporary[PATH_MAX + SUFFIX_ROOM];
	struct site_file *files;
	size_t nr_files;
	char *buffer; /* COPY_BYTES */
};

static int complain(struct reason *reason, int code, const char *path)
{
	return reason_set(reason, code, "%.400s: %s", path, strerror(-code));
}

/* ---- where the report goes ---- */

static bool is_empty(const char *path, int *ret_error)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	bool empty = true;

	*ret_error = folder ? 0 : -errno;
	while (folder && empty && (entry = readdir(folder)))
		empty = !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
	if (folder)
		closedir(folder);
	return empty;
}

/* Checks that the parent folder exists and can be written to. */
static int check_parent(const char *path, struct reason *reason)
{
	char *copy = strdup(path);
	const char *parent;
	int ret = 0;

	if (!copy)
		return -ENOMEM;
	parent = dirname(copy);
	if (access(parent, W_OK))
		ret = reason_set(reason, -errno, "%.200s: cannot be made in %.200s: %s", path,
				 parent, strerror(errno));
	free(copy);
	return ret;
}

int site_folder_check(const char *path, bool force, struct reason *reason)
{
	struct stat info;
	int error;

	if (!path[0] || (stat(path, &info) && errno != ENOENT))
		return complain(reason, path[0] ? -errno : -ENOENT, path[0] ? path : "\"\"");
	if (access(path, F_OK))
		return check_parent(path, reason);
	if (!S_ISDIR(info.st_mode))
		return reason_set(reason, -ENOTDIR,
				  "%.300s: is a file, expected a folder to be made", path);
	if (is_empty(path, &error))
		return error ? complain(reason, error, path) : 0;
	if (!force)
		return reason_set(reason, -EEXIST,
				  "%.300s: is not empty: name another folder, or --force to "
				  "replace the report in it",
				  path);
	return site_mark_check(path, reason);
}

static int set_path(struct site_folder *folder, const char *path)
{
	size_t length = strlen(path);

	if (!access(path, F_OK)) /* if @path is a link, replace the folder it points to */
		return realpath(path, folder->path) ? 0 : -errno;
	while (length > 1 && path[length - 1] == '/')
		length--;
	if (length >= sizeof(folder->path))
		return -ENAMETOOLONG;
	memcpy(folder->path, path, length);
	return 0;
}

/* ---- files ---- */

/* Makes the path of a file while the report is being written. */
static int path_of(const struct site_folder *folder, const char *name, char path[PATH_MAX])
{
	return snprintf(path, PATH_MAX, "%s/%s", folder->temporary, name) < PATH_MAX
		       ? 0
		       : -ENAMETOOLONG;
}

int site_folder_make(struct site_folder *folder, const char *name, struct reason *reason)
{
	char path[PATH_MAX];
	int ret = path_of(folder, name, path);

	if (!ret && mkdir(path, 0777) && errno != EEXIST)
		ret = -errno;
	return ret ? complain(reason, ret, path) : 0;
}

static int make_parents(struct site_folder *folder, const char *name, struct reason *reason)
{
	int ret = 0;

	for (const char *slash = name; !ret && (slash = strchr(slash, '/')); slash++) {
		char parent[PATH_MAX];

		snprintf(parent, sizeof(parent), "%.*s", (int)(slash - name), name);
		ret = site_folder_make(folder, parent, reason);
	}
	return ret;
}

static int open_file(struct site_folder *folder, const char *name, char path[PATH_MAX],
		     struct reason *reason)
{
	int ret = path_of(folder, name, path), fd;

	if (ret)
		return complain(reason, ret, name);
	ret = make_parents(folder, name, reason);
	if (ret)
		return ret;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	return fd < 0 ? complain(reason, -errno, path) : fd;
}

/* Closes a file. A full disk may show only then. */
static int close_file(int fd, int ret, const char *path, struct reason *reason)
{
	if (close(fd) && !ret)
		ret = -errno;
	return ret ? complain(reason, ret, path) : 0;
}

static int note(struct site_folder *folder, const char *name, struct sha256 *sha,
		const struct site_file **ret_file)
{
	struct site_file *grown = grow(folder->files, folder->nr_files, sizeof(*folder->files));

	if (!grown)
		return -ENOMEM;
	folder->files = grown;
	grown += folder->nr_files;
	*grown = (struct site_file){ .name = strdup(name), .size_bytes = sha->length_bytes };
	if (!grown->name)
		return -ENOMEM;
	sha256_finish(sha, grown->sum);
	folder->nr_files++;
	if (ret_file)
		*ret_file = grown;
	return 0;
}

int site_folder_write(struct site_folder *folder, const char *name, const char *text, size_t length,
		      const struct site_file **ret_file, struct reason *reason)
{
	char path[PATH_MAX];
	struct sha256 sha;
	int fd = open_file(folder, name, path, reason), ret;

	if (fd < 0)
		return fd;
	sha256_init(&sha);
	sha256_add(&sha, text, length);
	ret = close_file(fd, file_write_all(fd, text, length), path, reason);
	return ret ? ret : note(folder, name, &sha, ret_file);
}

/* Copies all of @from to @to (-1: nowhere) and adds it to the checksum. */
static int pump(struct site_folder *folder, int from, int to, struct sha256 *sha)
{
	ssize_t got;
	int ret = 0;

	sha256_init(sha);
	while (!ret && (got = read(from, folder->buffer, COPY_BYTES))) {
		if (got < 0)
			return -errno;
		sha256_add(sha, folder->buffer, (size_t)got);
		if (to >= 0)
			ret = file_write_all(to, folder->buffer, (size_t)got);
	}
	return ret;
}

int site_folder_copy(struct site_folder *folder, const char *name, const char *from,
		     const struct site_file **ret_file, struct reason *reason)
{
	int source = open(from, O_RDONLY | O_CLOEXEC), fd, ret;
	char path[PATH_MAX];
	struct sha256 sha;

	if (source < 0)
		return complain(reason, -errno, from);
	fd = open_file(folder, name, path, reason);
	if (fd < 0) {
		close(source);
		return fd;
	}
	ret = close_file(fd, pump(folder, source, fd, &sha), path, reason);
	close(source);
	return ret ? ret : note(folder, name, &sha, ret_file);
}

static int adopt_file(struct site_folder *folder, const char *name, struct reason *reason)
{
	char path[PATH_MAX];
	struct sha256 sha;
	int ret = path_of(folder, name, path), fd;

	if (ret)
		return complain(reason, ret, name);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return complain(reason, -errno, path);
	ret = pump(folder, fd, -1, &sha);
	close(fd);
	return ret ? complain(reason, ret, path) : note(folder, name, &sha, NULL);
}

int site_folder_adopt(struct site_folder *folder, const char *name, struct reason *reason)
{
	struct dirent **entries;
	char path[PATH_MAX];
	int ret = path_of(folder, name, path), count;

	if (ret)
		return complain(reason, ret, name);
	count = scandir(path, &entries, NULL, alphasort);
	if (count < 0)
		return complain(reason, -errno, path);
	for (int i = 0; i < count; i++) {
		if (!ret && entries[i]->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", name, entries[i]->d_name);
			ret = adopt_file(folder, path, reason);
		}
		free(entries[i]);
	}
	free(entries);
	return ret;
}

/* ---- the mark ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct site_file *)a)->name, ((const struct site_file *)b)->name);
}

/*
 * Writes the list of files. An unfinished report has it, too, without files: it tells that boots in
 * the folder are copies.
 */
static int write_mark(struct site_folder *folder, struct reason *reason)
{
	struct text text = { 0 };
	char path[PATH_MAX];
	int fd, ret = -ENOMEM;

	if (folder->nr_files)
		qsort(folder->files, folder->nr_files, sizeof(*folder->files), by_name);
	text_add(&text, SITE_MARK_HEAD);
	for (size_t i = 0; i < folder->nr_files; i++)
		text_add(&text, "%s  %s\n", folder->files[i].sum, folder->files[i].name);
	if (!text.failed && !(ret = path_of(folder, REPORT_MARK, path))) {
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
		ret = fd < 0 ? complain(reason, -errno, path)
			     : close_file(fd, file_write_all(fd, text.text, text.length), path,
					  reason);
	}
	text_release(&text);
	return ret;
}

/* ---- the folder ---- */

/*
 * Makes the temporary folder. It is in the same parent folder, since it could not be renamed
 * otherwise.
 */
static int make_temporary(struct site_folder *folder, struct reason *reason)
{
	int ret;

	snprintf(folder->temporary, sizeof(folder->temporary), "%s.part-%d", folder->path,
		 getpid());
	if (!mkdir(folder->temporary, 0777))
		return 0;
	ret = complain(reason, -errno, folder->temporary);
	folder->temporary[0] = '\0'; /* somebody else's: do not remove it */
	return ret;
}

int site_folder_open(const char *path, bool force, struct site_folder **ret_folder,
		     struct reason *reason)
{
	struct site_folder *folder;
	int ret = site_folder_check(path, force, reason);

	if (ret)
		return ret;
	folder = calloc(1, sizeof(*folder));
	if (!folder || !(folder->buffer = malloc(COPY_BYTES))) {
		free(folder);
		return -ENOMEM;
	}
	ret = set_path(folder, path);
	ret = ret ? complain(reason, ret, path) : make_temporary(folder, reason);
	if (!ret)
		ret = write_mark(folder, reason);
	if (ret) {
		site_folder_drop(folder);
		return ret;
	}
	*ret_folder = folder;
	return 0;
}

const char *site_folder_path(const struct site_folder *folder)
{
	return folder->temporary;
}

/* Exchanges the new report and the old one, in one step if the kernel can. */
static int change_places(const struct site_folder *folder)
{
	char aside[sizeof(folder->temporary) + SUFFIX_ROOM];

	if (!renameat2(AT_FDCWD, folder->temporary, AT_FDCWD, folder->path, RENAME_EXCHANGE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	snprintf(aside, sizeof(aside), "%s.old", folder->temporary);
	if (rename(folder->path, aside))
		return -errno;
	if (rename(folder->temporary, folder->path)) {
		int ret = -errno;

		rename(aside, folder->path);
		return ret;
	}
	return rename(aside, folder->temporary) ? -errno : 0;
}

/* Moves the new report to its place, which is free, an empty folder, or that of an old report. */
static int put_in_place(struct site_folder *folder, struct reason *reason)
{
	int ret;

	if (!rename(folder->temporary, folder->path)) {
		folder->temporary[0] = '\0';
		return 0;
	}
	if (errno != ENOTEMPTY && errno != EEXIST)
		return complain(reason, -errno, folder->path);
	/* Checks again, so that files added meanwhile are not lost. */
	ret = site_mark_check(folder->path, reason);
	if (ret)
		return ret;
	ret = change_places(folder);
	if (ret)
		return complain(reason, ret, folder->path);
	ret = site_mark_remove(folder->temporary);
	if (ret)
		complain(reason, ret, folder->temporary);
	folder->temporary[0] = '\0'; /* what is left there is not ours */
	return ret;
}

int site_folder_finish(struct site_folder *folder, struct reason *reason)
{
	int ret = write_mark(folder, reason);

	if (!ret)
		ret = put_in_place(folder, reason);
	site_folder_drop(folder);
	return ret;
}

/* Removes the temporary folder with all in it, which only this process wrote. */
static void remove_temporary(const char *path)
{
	char *const roots[] = { (char *)(uintptr_t)path, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *entry;

	while (tree && (entry = fts_read(tree))) {
		if (entry->fts_info == FTS_DP)
			rmdir(entry->fts_path);
		else if (entry->fts_info != FTS_D)
			unlink(entry->fts_path);
	}
	if (tree)
		fts_close(tree);
}

void site_folder_drop(struct site_folder *folder)
{
	if (!folder)
		return;
	if (folder->temporary[0])
		remove_temporary(folder->temporary);
	for (size_t i = 0; i < folder->nr_files; i++)
		free(folder->files[i].name);
	free(folder->files);
	free(folder->buffer);
	free(folder);
}
