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
#include "base/grow.h"
#include "base/json.h"
#include "base/text.h"
#include "host/journal.h"
#include "host/setting.h"
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
		grow(journal->entries, journal->nr_entries, sizeof(*journal->entries));
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

static void free_entry(struct entry *entry)
{
	free(entry->path);
	free(entry->before);
	*entry = (struct entry){ NULL, NULL };
}

static void forget_all(struct journal *journal)
{
	for (size_t i = 0; i < journal->nr_entries; i++)
		free_entry(&journal->entries[i]);
	free(journal->entries);
	journal->entries = NULL;
	journal->nr_entries = 0;
}

/* Drops the entries under a path, keeps the order of the others. */
static void forget(struct journal *journal, const char *prefix)
{
	size_t kept = 0;

	for (size_t i = 0; i < journal->nr_entries; i++)
		if (text_starts_with(journal->entries[i].path, prefix))
			free_entry(&journal->entries[i]);
	for (size_t i = 0; i < journal->nr_entries; i++)
		if (journal->entries[i].path)
			journal->entries[kept++] = journal->entries[i];
	journal->nr_entries = kept;
}

static int read_line(struct journal *journal, const char *line)
{
	const char *path, *before = NULL, *boot_id;
	json_t *entry = json_loads(line, 0, NULL); /* a line cut off: no change was made */
	int ret = 0;

	if (entry &&
	    !json_unpack(entry, "{s:s, s?s, s:s}", "path", &path, "before", &before, "boot_id",
			 &boot_id) &&
	    !strcmp(boot_id, journal->boot_id)) {
		if (before)
			ret = remember(journal, path, before);
		else
			forget(journal, path);
	}
	json_decref(entry);
	return json_ran_out() ? -ENOMEM : ret;
}

static int read_entries(struct journal *journal)
{
	char *text, *next, *line;
	size_t length;
	int ret = file_read_all(journal->path, &text, &length);

	if (ret)
		return ret;
	next = text;
	while (!ret && (line = strsep(&next, "\n")))
		ret = read_line(journal, line);
	free(text);
	return ret;
}

// NOLINTBEGIN(clang-analyzer-unix.Malloc): it does not see that forget() closes the gaps
static int put_one_back(const struct entry *entry, size_t *count, struct reason *reason)
{
	char now[256];
	int ret = setting_read(entry->path, now, sizeof(now));

	if (!ret && !strcmp(now, entry->before))
		return 0;
	if (!ret)
		ret = setting_write(entry->path, entry->before);
	if (!ret)
		++*count;
	if (!ret || ret == -ENOENT) /* a setting that no longer exists needs no putting back */
		return 0;
	return reason_set(reason, ret, "cannot put %s back to %s: %s", entry->path, entry->before,
			  strerror(-ret));
}
// NOLINTEND(clang-analyzer-unix.Malloc)

/* A line that was written in part is cut off again, so that the next one begins a line. */
static int append_line(struct journal *journal, json_t *entry)
{
	char *line = entry ? json_dumps(entry, JSON_COMPACT) : NULL;
	off_t end = lseek(journal->fd, 0, SEEK_END);
	int ret = -ENOMEM;

	if (line && !json_ran_out()) {
		size_t length = strlen(line);

		line[length] = '\n'; /* in the place of the string's end */
		ret = file_write_all(journal->fd, line, length + 1);
		if (!ret && fdatasync(journal->fd))
			ret = -errno;
		if (ret && ftruncate(journal->fd, end))
			ret = -errno;
	}
	free(line);
	json_decref(entry);
	return ret;
}

/* Lines are only ever added: one without "before" says that all changes above it are put back. */
static int strike_out(struct journal *journal, const char *prefix)
{
	forget(journal, prefix);
	if (!journal->nr_entries)
		return ftruncate(journal->fd, 0) ? -errno : 0;
	return append_line(journal,
			   json_pack("{s:s, s:s}", "path", prefix, "boot_id", journal->boot_id));
}

/* The last change is put back first, so that a path's first value is what stays. */
static int put_entries_back(const struct journal *journal, size_t first, const char *prefix,
			    size_t *count, struct reason *reason)
{
	int ret = 0;

	for (size_t i = journal->nr_entries; i-- > first;) {
		const struct entry *entry = &journal->entries[i];
		int error = 0;

		if (text_starts_with(entry->path, prefix))
			error = put_one_back(entry, count, ret ? NULL : reason);
		if (error && !ret)
			ret = error;
	}
	return ret;
}

static int explain_write(const struct journal *journal, int error, struct reason *reason)
{
	if (!error)
		return 0;
	return reason_set(reason, error, "cannot write %s: %s", journal->path, strerror(-error));
}

static int put_back(struct journal *journal, const char *prefix, size_t *ret_count,
		    struct reason *reason)
{
	int ret;

	*ret_count = 0;
	ret = put_entries_back(journal, 0, prefix, ret_count, reason);
	return ret ? ret : explain_write(journal, strike_out(journal, prefix), reason);
}

static void let_go(struct journal *journal)
{
	if (!journal)
		return;
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

static int take(struct journal *journal, int flags, struct reason *reason)
{
	int ret = lock(journal, flags, reason);

	if (ret)
		return ret;
	host_boot_id(journal->boot_id);
	ret = read_entries(journal);
	if (ret)
		reason_set(reason, ret, "cannot read %s: %s", journal->path, strerror(-ret));
	return ret;
}

static int open_named(const char *name, struct journal **ret_journal, struct reason *reason)
{
	struct journal *journal = calloc(1, sizeof(*journal));
	int ret;

	if (!journal)
		return -ENOMEM;
	journal->fd = -1;
	ret = state_path_make(name, journal->path, sizeof(journal->path));
	if (ret)
		reason_set(reason, ret, "cannot make the folder of %s: %s", journal->path,
			   strerror(-ret));
	else
		ret = take(journal, O_CREAT, reason);
	if (ret) {
		let_go(journal);
		return ret;
	}
	*ret_journal = journal;
	return 0;
}

int journal_open(struct journal **ret_journal, struct reason *reason)
{
	struct journal *journal = NULL;
	size_t count;
	int ret = open_named("journal", &journal, reason);

	if (!ret)
		ret = put_back(journal, "", &count, reason);
	if (ret) {
		let_go(journal);
		return ret;
	}
	*ret_journal = journal;
	return 0;
}

int journal_open_kept(struct journal **ret_journal, struct reason *reason)
{
	return open_named("bindings", ret_journal, reason);
}

void journal_leave(struct journal *journal)
{
	let_go(journal);
}

int journal_close(struct journal *journal, struct reason *reason)
{
	size_t count;
	int ret;

	if (!journal)
		return 0;
	ret = put_back(journal, "", &count, reason);
	let_go(journal);
	return ret;
}

int journal_rewind(struct journal *journal, struct reason *reason)
{
	size_t count;

	return put_back(journal, "", &count, reason);
}

int journal_rewind_under(struct journal *journal, const char *prefix, size_t *ret_count,
			 struct reason *reason)
{
	return put_back(journal, prefix, ret_count, reason);
}

struct journal_mark journal_mark(const struct journal *journal)
{
	return (struct journal_mark){ .nr_entries = journal->nr_entries,
				      .length = lseek(journal->fd, 0, SEEK_END) };
}

int journal_rewind_to(struct journal *journal, const struct journal_mark *mark,
		      struct reason *reason)
{
	size_t count = 0;
	int ret = put_entries_back(journal, mark->nr_entries, "", &count, reason);

	if (ret)
		return ret;
	while (journal->nr_entries > mark->nr_entries)
		free_entry(&journal->entries[--journal->nr_entries]);
	ret = ftruncate(journal->fd, mark->length) ? -errno : 0;
	return explain_write(journal, ret, reason);
}

const char *journal_path(const struct journal *journal, size_t index)
{
	return index < journal->nr_entries ? journal->entries[index].path : NULL;
}

static int write_ahead(struct journal *journal, const char *path, const char *before,
		       const char *after)
{
	return append_line(journal, json_pack("{s:s, s:s, s:s, s:s, s:i}", "path", path, "before",
					      before, "after", after, "boot_id", journal->boot_id,
					      "pid", (int)getpid()));
}

int journal_set(struct journal *journal, const char *path, const char *value, struct reason *reason)
{
	char before[256];
	int ret = setting_read(path, before, sizeof(before));

	if (ret)
		return reason_set(reason, ret, "cannot read %s: %s", path, strerror(-ret));
	if (!strcmp(before, value))
		return 0;
	ret = write_ahead(journal, path, before, value);
	if (!ret)
		ret = remember(journal, path, before);
	if (ret)
		return explain_write(journal, ret, reason);
	ret = setting_write(path, value);
	if (ret)
		return reason_set(reason, ret, "cannot set %s to %s: %s", path, value,
				  strerror(-ret));
	return 0;
}

static bool has_content(const char *name)
{
	char path[512];
	struct stat info;

	return !state_path(name, path, sizeof(path)) && !stat(path, &info) && info.st_size;
}

bool journal_has_leftovers(void)
{
	return has_content("journal");
}

bool journal_has_kept(void)
{
	return has_content("bindings");
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
		ret = take(journal, 0, reason);
	if (!ret)
		ret = put_back(journal, "", ret_count, reason);
	let_go(journal);
	return ret;
}
