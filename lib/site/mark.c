#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sha256.h"
#include "base/text.h"
#include "site/mark.h"
#include "result/finding.h"

#define NAME_AT (SHA256_TEXT - 1 + 2) /* offset in a line: a checksum, two blanks, then the name */

/* The names in a mark; they point into its text, which is cut into lines. */
struct listed {
	char *text;
	char **names;
	size_t count;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int cut_lines(struct listed *listed)
{
	char *line = listed->text, *end;
	size_t lines = 1;

	for (const char *at = line; (at = strchr(at, '\n')); at++)
		lines++;
	listed->names = calloc(lines, sizeof(*listed->names));
	if (!listed->names)
		return -ENOMEM;
	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (line[0] != '#' && end - line > (ptrdiff_t)NAME_AT)
			listed->names[listed->count++] = line + NAME_AT;
	}
	qsort(listed->names, listed->count, sizeof(*listed->names), by_name);
	return 0;
}

static void release(struct listed *listed)
{
	free(listed->names);
	free(listed->text);
}

/* Reads the mark. Returns 0, -ENOENT if @folder is no report, or another -errno. */
static int read_mark(const char *folder, struct listed *ret_listed)
{
	struct listed listed = { .text = NULL };
	char path[PATH_MAX];
	size_t length;
	int ret;

	if (snprintf(path, sizeof(path), "%s/" REPORT_MARK, folder) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	ret = file_read_all(path, &listed.text, &length);
	if (ret)
		return ret;
	ret = text_starts_with(listed.text, SITE_MARK_HEAD) ? cut_lines(&listed) : -ENOENT;
	if (ret)
		release(&listed);
	else
		*ret_listed = listed;
	return ret;
}

static bool is_listed(const struct listed *listed, const char *name)
{
	return !strcmp(name, REPORT_MARK) ||
	       (listed->count &&
		bsearch(&name, listed->names, listed->count, sizeof(*listed->names), by_name));
}

/* Calls @visit for each entry of a folder, until it returns an error. Returns 0 or that error. */
static int walk(const char *folder, const struct listed *listed,
		int (*visit)(const struct listed *listed, const FTSENT *entry, const char *name,
			     struct reason *reason),
		struct reason *reason)
{
	char *const roots[] = { (char *)(uintptr_t)folder, NULL };
	size_t length = strlen(folder);
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
	FTSENT *entry;
	int ret = 0;

	if (!tree)
		return -errno;
	while (!ret && (errno = 0, entry = fts_read(tree)))
		ret = visit(listed, entry,
			    entry->fts_pathlen > length ? entry->fts_path + length + 1 : "",
			    reason);
	if (!ret && errno)
		ret = -errno;
	fts_close(tree);
	return ret;
}

static int check_entry(const struct listed *listed, const FTSENT *entry, const char *name,
		       struct reason *reason)
{
	switch (entry->fts_info) {
	case FTS_D:
	case FTS_DP:
		return 0;
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		return reason_set(reason, -entry->fts_errno, "%.300s: %s", entry->fts_path,
				  strerror(entry->fts_errno));
	default:
		if (entry->fts_info == FTS_F && is_listed(listed, name))
			return 0;
		return reason_set(reason, -EEXIST,
				  "%.300s: is no part of the report that is there, and would be "
				  "lost: move it elsewhere",
				  entry->fts_path);
	}
}

int site_mark_check(const char *folder, struct reason *reason)
{
	struct listed listed;
	int ret = read_mark(folder, &listed);

	if (ret == -ENOENT)
		return reason_set(reason, -EEXIST,
				  "%.300s: is not empty and no report (it has no " REPORT_MARK
				  "), so --force does not replace it: name another folder",
				  folder);
	if (ret)
		return reason_set(reason, ret, "%.300s: %s", folder, strerror(-ret));
	ret = walk(folder, &listed, check_entry, reason);
	release(&listed);
	return ret;
}

static int remove_entry(const struct listed *listed, const FTSENT *entry, const char *name,
			struct reason *reason)
{
	(void)reason;
	if (entry->fts_info == FTS_DP && rmdir(entry->fts_path) && errno != ENOTEMPTY)
		return -errno;
	if (entry->fts_info == FTS_F && is_listed(listed, name) && unlink(entry->fts_path))
		return -errno;
	return 0;
}

int site_mark_remove(const char *folder)
{
	struct listed listed;
	int ret = read_mark(folder, &listed);

	if (ret)
		return ret;
	ret = walk(folder, &listed, remove_entry, NULL);
	release(&listed);
	return ret;
}
