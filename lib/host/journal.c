#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/file.h"
#include "base/text.h"
#include "host/journal.h"
#include "host/state.h"

struct entry {
	char *path, *before;
};

struct journal {
	int fd;
	char path[512];
	char boot_id[40];
	struct entry *entries;
	size_t nr_entries;
};

static int remember(struct journal *journal, const char *path, const char *before)
{
	struct entry *grown =
		realloc(journal->entries, (journal->nr_entries + 1) * sizeof(*journal->entries));
	struct entry entry;

	if (!grown)
		return -ENOMEM;
	journal->entries = grown;
	entry.path = strdup(path);
	entry.before = strdup(before);
	if (!entry.path || !entry.before) {
		free(entry.path);
		free(entry.before);
		return -ENOMEM;
	}
	journal->entries[journal->nr_entries++] = entry;
	return 0;
}

static void forget_all(struct journal *journal)
{
	for (size_t i = 0; i < journal->nr_entries; i++) {
		free(journal->entries[i].path);
		free(journal->entries[i].before);
	}
	free(journal->entries);
	journal->entries = NULL;
	journal->nr_entries = 0;
}

static void read_line(struct journal *journal, const char *line)
{
	const char *path, *before, *boot_id;
	json_t *entry = json_loads(line, 0, NULL); /* a torn last line was never acted upon */

	if (entry &&
	    !json_unpack(entry, "{s:s, s:s, s:s}", "path", &path, "before", &before, "boot_id",
			 &boot_id) &&
	    !strcmp(boot_id, journal->boot_id))
		remember(journal, path, before);
	json_decref(entry);
}

static int read_entries(struct journal *journal)
{
	char *text, *next, *line;
	size_t length;
	int ret = file_read_all(journal->path, &text, &length);

	if (ret)
		return ret;
	next = text;
	while ((line = strsep(&next, "\n")))
		read_line(journal, line);
	free(text);
	return 0;
}

/* The last change is put back first, so that a path's first value is what stays. */
static int put_back(struct journal *journal, size_t *ret_count, struct reason *reason)
{
	int ret = 0;

	*ret_count = 0;
	for (size_t i = journal->nr_entries; i-- > 0;) {
		const struct entry *entry = &journal->entries[i];
		char now[256];
		int error = file_read_setting(now, sizeof(now), "%s", entry->path);

		if (!error && !strcmp(now, entry->before))
			continue;
		if (!error)
			error = file_write(entry->path, entry->before);
		if (!error) {
			++*ret_count;
		} else if (error != -ENOENT && !ret) {
			ret = reason_set(reason, error, "cannot put %s back to %s: %s", entry->path,
					 entry->before, strerror(-error));
		}
	}
	if (!ret) {
		forget_all(journal);
		if (ftruncate(journal->fd, 0))
			ret = reason_set(reason, -errno, "cannot empty %s: %s", journal->path,
					 strerror(errno));
	}
	return ret;
}

static void let_go(struct journal *journal)
{
	forget_all(journal);
	if (journal->fd >= 0)
		close(journal->fd);
	free(journal);
}

static int lock(struct journal *journal, int flags, struct reason *reason)
{
	journal->fd = open(journal->path, O_RDWR | O_APPEND | O_CLOEXEC | flags, 0644);
	if (journal->fd < 0)
		return reason_set(reason, -errno, "cannot open %s: %s", journal->path,
				  strerror(errno));
	if (flock(journal->fd, LOCK_EX | LOCK_NB))
		return reason_set(reason, -EBUSY,
				  "another dmabench is changing host settings now (it holds %s)",
				  journal->path);
	return 0;
}

static int open_existing(struct journal *journal, int flags, size_t *ret_count,
			 struct reason *reason)
{
	int ret = lock(journal, flags, reason);

	if (ret)
		return ret;
	host_boot_id(journal->boot_id);
	ret = read_entries(journal);
	if (ret)
		return reason_set(reason, ret, "cannot read %s: %s", journal->path, strerror(-ret));
	return put_back(journal, ret_count, reason);
}

int journal_open(struct journal **ret_journal, struct reason *reason)
{
	struct journal *journal = calloc(1, sizeof(*journal));
	size_t count;
	int ret;

	if (!journal)
		return -ENOMEM;
	journal->fd = -1;
	ret = state_path_make("journal", journal->path, sizeof(journal->path));
	if (ret)
		reason_set(reason, ret, "cannot make the folder of %s: %s", journal->path,
			   strerror(-ret));
	else
		ret = open_existing(journal, O_CREAT, &count, reason);
	if (ret) {
		let_go(journal);
		return ret;
	}
	*ret_journal = journal;
	return 0;
}

int journal_close(struct journal *journal, struct reason *reason)
{
	size_t count;
	int ret;

	if (!journal)
		return 0;
	ret = put_back(journal, &count, reason);
	let_go(journal);
	return ret;
}

int journal_rewind(struct journal *journal, struct reason *reason)
{
	size_t count;

	return put_back(journal, &count, reason);
}

static int write_ahead(struct journal *journal, const char *path, const char *before,
		       const char *after)
{
	json_t *entry =
		json_pack("{s:s, s:s, s:s, s:s, s:i}", "path", path, "before", before, "after",
			  after, "boot_id", journal->boot_id, "pid", (int)getpid());
	char *line = entry ? json_dumps(entry, JSON_COMPACT) : NULL;
	int ret = -ENOMEM;

	if (line) {
		ret = file_write_all(journal->fd, line, strlen(line));
		if (!ret)
			ret = file_write_all(journal->fd, "\n", 1);
		if (!ret && fdatasync(journal->fd))
			ret = -errno;
	}
	free(line);
	json_decref(entry);
	return ret;
}

int journal_set(struct journal *journal, const char *path, const char *value, struct reason *reason)
{
	char before[256];
	int ret = file_read_setting(before, sizeof(before), "%s", path);

	if (ret)
		return reason_set(reason, ret, "cannot read %s: %s", path, strerror(-ret));
	if (!strcmp(before, value))
		return 0;
	ret = write_ahead(journal, path, before, value);
	if (!ret)
		ret = remember(journal, path, before);
	if (ret)
		return reason_set(reason, ret, "cannot write %s: %s", journal->path,
				  strerror(-ret));
	ret = file_write(path, value);
	if (ret)
		return reason_set(reason, ret, "cannot set %s to %s: %s", path, value,
				  strerror(-ret));
	return 0;
}

bool journal_has_leftovers(void)
{
	char path[512];
	struct stat info;

	return !state_path("journal", path, sizeof(path)) && !stat(path, &info) && info.st_size;
}

int journal_recover(size_t *ret_count, struct reason *reason)
{
	struct journal *journal;
	int ret;

	*ret_count = 0;
	if (!journal_has_leftovers())
		return 0;
	journal = calloc(1, sizeof(*journal));
	if (!journal)
		return -ENOMEM;
	journal->fd = -1;
	ret = state_path("journal", journal->path, sizeof(journal->path));
	if (!ret)
		ret = open_existing(journal, 0, ret_count, reason);
	let_go(journal);
	return ret;
}
