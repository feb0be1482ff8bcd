#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "result/fields.h"
#include "result/figures.h"
#include "result/reader.h"
#include "exchange/source.h"

struct source_file {
	const char *name; /* for messages */
	const char *path;
	int copy_fd; /* a copy of what cannot be read twice; else -1 */
};

struct source {
	struct source_file *files;
	size_t nr_files;
	struct source_count count;
};

/* ---- files ---- */

static int copy_all(int from, int to)
{
	char piece[65536];
	ssize_t got;
	int ret;

	while ((got = read(from, piece, sizeof(piece)))) {
		if (got < 0 && errno == EINTR)
			continue;
		ret = got < 0 ? -errno : file_write_all(to, piece, (size_t)got);
		if (ret)
			return ret;
	}
	return 0;
}

/* Opens a file without a name, which disappears when it is closed. */
static int open_scratch(void)
{
	char name[] = "/tmp/dmabench-XXXXXX";
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	unlink(name);
	return fd;
}

static int keep_copy(struct source_file *file, int from, struct reason *reason)
{
	struct stat info;
	int ret;

	if (!fstat(from, &info) && S_ISCHR(info.st_mode) && !isatty(from))
		return reason_set(reason, -EINVAL, "%s: is a device, expected a result file",
				  file->name); /* a device may never end */
	file->copy_fd = open_scratch();
	if (file->copy_fd < 0)
		return reason_set(reason, file->copy_fd, "%s: no temporary file in /tmp: %s",
				  file->name, strerror(-file->copy_fd));
	ret = copy_all(from, file->copy_fd);
	if (ret)
		reason_set(reason, ret, "%s: cannot be kept in /tmp: %s", file->name,
			   strerror(-ret));
	return ret;
}

/* Remembers a file, which each walk opens again; copies what can be read only once. */
static int take_file(struct source_file *file, const char *path, struct reason *reason)
{
	bool is_stdin = !strcmp(path, "-");
	struct stat info;
	int fd, ret;

	*file = (struct source_file){ .name = is_stdin ? "standard input" : path,
				      .path = path,
				      .copy_fd = -1 };
	if (!is_stdin && (stat(path, &info) || S_ISREG(info.st_mode) || S_ISDIR(info.st_mode)))
		return 0; /* the reader will report what is wrong */
	fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return reason_set(reason, -errno, "%s: %s", path, strerror(errno));
	ret = keep_copy(file, fd, reason);
	if (!is_stdin)
		close(fd);
	return ret;
}

int source_open(const char *const *paths, size_t count, struct source **ret_source,
		struct reason *reason)
{
	struct source *source = calloc(1, sizeof(*source));
	int ret = 0;

	if (!source)
		return -ENOMEM;
	source->files = calloc(count ? count : 1, sizeof(*source->files));
	if (!source->files)
		ret = -ENOMEM;
	while (!ret && source->nr_files < count) {
		ret = take_file(&source->files[source->nr_files], paths[source->nr_files], reason);
		source->nr_files++;
	}
	if (ret) {
		source_close(source);
		return ret;
	}
	*ret_source = source;
	return 0;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	for (size_t i = 0; source->files && i < source->nr_files; i++)
		if (source->files[i].copy_fd >= 0)
			close(source->files[i].copy_fd);
	free(source->files);
	free(source);
}

static int open_reader(const struct source_file *file, struct reader **ret_reader,
		       struct reason *reason)
{
	char path[40];
	int ret;

	if (file->copy_fd < 0)
		return reader_open(file->path, ret_reader, reason);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file->copy_fd);
	ret = reader_open(path, ret_reader, reason);
	if (!ret)
		reader_set_name(*ret_reader, file->name);
	return ret;
}

/* ---- one walk ---- */

struct source_walk {
	struct source *source;
	const struct source_file *file;
	source_visit *visit;
	void *state;
	json_t *run_ids; /* run_id -> name of the run's file */
	size_t nr_runs, line;
	struct source_record current;
};

static enum source_kind kind_of(const json_t *record)
{
	static const char *const kinds[] = { "run", "trial", "skip", "end" };
	size_t i = 0;

	while (i < sizeof(kinds) / sizeof(kinds[0]) && strcmp(kinds[i], reader_kind(record)))
		i++;
	return (enum source_kind)i;
}

static int begin_run(struct source_walk *walk, json_t *run, struct reason *reason)
{
	const char *run_id = run_text(run, NULL, "run_id");
	const char *before = json_string_value(json_object_get(walk->run_ids, run_id));

	if (!run_id[0])
		return reason_set(reason, -EINVAL, "%s:%zu: run_id is missing: the file is damaged",
				  walk->file->name, walk->line);
	if (before)
		return reason_set(reason, -EINVAL,
				  "%s: holds the same run as %s (%.60s): give it once",
				  walk->file->name, before, run_id);
	json_object_set_new(walk->run_ids, run_id, json_string(walk->file->name));
	json_decref(walk->current.run);
	walk->current.run = json_incref(run);
	walk->current.nr_run = walk->nr_runs++;
	walk->current.resumed = false;
	return json_ran_out() ? -ENOMEM : 0;
}

static int look_at_trial(struct source_walk *walk, const json_t *record, struct reason *reason)
{
	struct source_count *count = &walk->source->count;

	walk->current.has_figures = trial_is_ok(record);
	count->ok += walk->current.has_figures;
	count->other += !walk->current.has_figures;
	if (!walk->current.has_figures)
		return 0;
	return figures_check(record, walk->file->name, walk->line, reason);
}

static int visit_record(struct source_walk *walk, json_t *record, struct reason *reason)
{
	struct source_record *current = &walk->current;
	int ret = 0;

	current->record = record;
	current->kind = kind_of(record);
	current->file = walk->file->name;
	current->line = walk->line;
	current->has_figures = false;
	if (current->kind == SOURCE_RUN)
		ret = begin_run(walk, record, reason);
	else if (current->kind == SOURCE_TRIAL)
		ret = look_at_trial(walk, record, reason);
	else if (current->kind == SOURCE_SKIP)
		walk->source->count.skipped++;
	if (!ret)
		ret = walk->visit(walk->state, current, reason);
	if (current->kind == SOURCE_END)
		current->resumed = true;
	return ret;
}

static int walk_file(struct source_walk *walk, struct reason *reason)
{
	struct reader *reader;
	json_t *record;
	int ret = open_reader(walk->file, &reader, reason);

	if (ret)
		return ret;
	walk->line = 0;
	while ((ret = reader_next(reader, &record, reason)) > 0) {
		walk->line++; /* each record is one line */
		ret = visit_record(walk, record, reason);
		json_decref(record);
		if (ret)
			break;
	}
	if (!ret && !walk->line)
		ret = reason_set(reason, -ENODATA, "%s: is empty, expected a result file",
				 walk->file->name);
	if (reader_was_torn(reader) && !walk->source->count.torn)
		walk->source->count.torn = walk->file->name;
	reader_close(reader);
	return ret;
}

int source_each(struct source *source, source_visit *visit, void *state, struct reason *reason)
{
	struct source_walk walk = { .source = source, .visit = visit, .state = state };
	int ret = 0;

	source->count = (struct source_count){ 0 };
	walk.run_ids = json_object();
	for (size_t i = 0; i < source->nr_files && !ret; i++) {
		walk.file = &source->files[i];
		ret = walk_file(&walk, reason);
	}
	json_decref(walk.current.run);
	json_decref(walk.run_ids);
	return !ret && json_ran_out() ? -ENOMEM : ret;
}

const struct source_count *source_counted(const struct source *source)
{
	return &source->count;
}

/* ---- names of runs ---- */

const char *source_label(const json_t *run)
{
	const char *label = run_label(run);

	return label[0] ? label : run_text(run, "imported", "from");
}

bool source_has_wall_time(const json_t *run)
{
	return !run_is_icount(run);
}
