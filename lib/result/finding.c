#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/grow.h"
#include "result/fields.h"
#include "result/finding.h"
#include "result/reader.h"

/* ---- files ---- */

static int add_file(struct finding *finding, const char *path, const char *argument, size_t side)
{
	struct found *grown = grow(finding->files, finding->count, sizeof(*grown));
	struct stat info;
	int ret;

	if (!grown)
		return -ENOMEM;
	finding->files = grown;
	grown += finding->count;
	*grown = (struct found){ .path = strdup(path), .argument = argument, .side = side };
	if (!grown->path)
		return -ENOMEM;
	finding->count++;
	ret = reader_run_record(path, &grown->run, finding->reason);
	if (!ret && stat(path, &info))
		ret = reason_set(finding->reason, -errno, "%s: %s", path, strerror(errno));
	if (ret)
		return ret;
	grown->device = info.st_dev;
	grown->inode = info.st_ino;
	return 0;
}

static bool is_result(const FTSENT *entry)
{
	static const char end[] = ".jsonl";
	size_t length = strlen(end);

	return entry->fts_info == FTS_F && entry->fts_namelen > length &&
	       !strcmp(entry->fts_name + entry->fts_namelen - length, end);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strverscmp((*a)->fts_name, (*b)->fts_name);
}

/* Tells whether a folder is a report; one that was named on the command line does not count. */
static bool is_report(const FTSENT *entry)
{
	char mark[PATH_MAX];

	return entry->fts_info == FTS_D && entry->fts_level > FTS_ROOTLEVEL &&
	       snprintf(mark, sizeof(mark), "%s/" REPORT_MARK, entry->fts_path) <
		       (int)sizeof(mark) &&
	       !access(mark, F_OK);
}

static int visit(struct finding *finding, const FTSENT *entry, const char *argument, size_t side)
{
	switch (entry->fts_info) {
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		return reason_set(finding->reason, -entry->fts_errno, "%s: %s", entry->fts_path,
				  strerror(entry->fts_errno));
	default:
		return is_result(entry) ? add_file(finding, entry->fts_path, argument, side) : 0;
	}
}

static int walk_folder(struct finding *finding, const char *argument, size_t side)
{
	char *const roots[] = { (char *)(uintptr_t)argument, NULL };
	size_t before = finding->count;
	FTS *walk = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	FTSENT *entry;
	int ret = 0;

	if (!walk)
		return reason_set(finding->reason, -errno, "%s: %s", argument, strerror(errno));
	while (!ret && (errno = 0, entry = fts_read(walk))) {
		if (is_report(entry))
			fts_set(walk, entry, FTS_SKIP);
		else
			ret = visit(finding, entry, argument, side);
	}
	if (!ret && errno)
		ret = reason_set(finding->reason, -errno, "%s: %s", argument, strerror(errno));
	fts_close(walk);
	if (!ret && finding->count == before)
		ret = reason_set(finding->reason, -ENODATA,
				 "%s: holds no result file, expected *.jsonl in it or below",
				 argument);
	return ret;
}

int finding_add(struct finding *finding, const char *argument, size_t side)
{
	struct stat info;

	if (stat(argument, &info))
		return reason_set(finding->reason, -errno, "%s: %s", argument, strerror(errno));
	if (S_ISDIR(info.st_mode))
		return walk_folder(finding, argument, side);
	if (!S_ISREG(info.st_mode))
		return reason_set(finding->reason, -EINVAL,
				  "%s: is no regular file, which can be read twice: save it first",
				  argument);
	return add_file(finding, argument, argument, side);
}

/* ---- one run is one boot, once ---- */

/* With a fixed layout, boots get the same random ids: so the series is compared, too. */
bool finding_is_same(const json_t *a, const json_t *b, const char *id)
{
	const char *const fields[] = { "id", "label" };
	int64_t left = 0, right = 0;

	if (!run_text(a, NULL, id)[0] || strcmp(run_text(a, NULL, id), run_text(b, NULL, id)) != 0)
		return false;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(run_text(a, "series", fields[i]), run_text(b, "series", fields[i])) != 0)
			return false;
	run_pair(a, &left);
	run_pair(b, &right);
	return left == right;
}

/*
 * Refuses a copy of a file. The very same file is allowed on two sides, to see that nothing
 * differs.
 */
static int check_twins(struct finding *finding, const struct found *a, const struct found *b)
{
	if (!finding_is_same(a->run, b->run, "run_id"))
		return 0;
	if (a->side != b->side && a->device == b->device && a->inode == b->inode) {
		text_add(finding->notes, "%s is compared with itself\n", a->path);
		return 0;
	}
	return reason_set(finding->reason, -EINVAL,
			  "%.150s and %.150s hold one and the same run (run_id %.60s): leave one "
			  "out, a copy is no further boot",
			  a->path, b->path, run_text(a->run, NULL, "run_id"));
}

int finding_check_twins(struct finding *finding)
{
	int ret = 0;

	for (size_t i = 0; i < finding->count; i++)
		for (size_t j = 0; j < i && !ret; j++)
			ret = check_twins(finding, &finding->files[j], &finding->files[i]);
	return ret;
}

/* ---- labels ---- */

static int by_label(const void *a, const void *b)
{
	return strverscmp(*(const char *const *)a, *(const char *const *)b);
}

/* Lists the distinct labels of all files in the order of versions, @base first. */
static int list_labels(const struct finding *finding, const char *base, const char **labels,
		       size_t *ret_count)
{
	size_t count = 0;

	for (size_t i = 0; i < finding->count; i++) {
		const char *label = run_label(finding->files[i].run);
		size_t at = 0;

		while (at < count && strcmp(labels[at], label) != 0)
			at++;
		if (at == count)
			labels[count++] = label;
	}
	qsort(labels, count, sizeof(*labels), by_label);
	*ret_count = count;
	for (size_t i = 0; base && i < count; i++) {
		if (strcmp(labels[i], base) != 0)
			continue;
		memmove(&labels[1], &labels[0], i * sizeof(*labels));
		labels[0] = base;
		return 0;
	}
	return base ? -ENOENT : 0;
}

static void join(const char *const *labels, size_t count, char *text, size_t room)
{
	size_t used = 0;

	for (size_t i = 0; i < count && used < room; i++)
		used += (size_t)snprintf(text + used, room - used, "%s%.60s", i ? ", " : "",
					 labels[i]);
}

int finding_split(struct finding *finding, const char *argument, const char *base, size_t least,
		  size_t *ret_sides)
{
	const char **labels = calloc(finding->count + 1, sizeof(*labels));
	char list[200];
	int ret;

	if (!labels)
		return -ENOMEM;
	ret = list_labels(finding, base, labels, ret_sides);
	join(labels, *ret_sides, list, sizeof(list));
	if (ret)
		reason_set(finding->reason, ret, "--base %.60s: %.150s holds no such label, but %s",
			   base, argument, list);
	else if (*ret_sides < least)
		ret = reason_set(finding->reason, -EINVAL,
				 "%.150s: holds %.60s only, and nothing to compare it with: name a "
				 "second file or folder",
				 argument, list);
	for (size_t i = 0; i < finding->count && !ret; i++) {
		struct found *file = &finding->files[i];

		for (file->side = 0; strcmp(run_label(file->run), labels[file->side]) != 0;)
			file->side++;
	}
	free(labels);
	return ret;
}

int finding_check_labels(const struct finding *finding)
{
	for (size_t i = 1; i < finding->count; i++) {
		const struct found *a = &finding->files[i - 1], *b = &finding->files[i];

		if (a->side == b->side && strcmp(run_label(a->run), run_label(b->run)) != 0)
			return reason_set(
				finding->reason, -EINVAL,
				"%.120s: holds boots of %.60s and of %.60s: name a folder for "
				"each, or give this one alone",
				a->argument, run_label(a->run), run_label(b->run));
	}
	return 0;
}

void finding_release(struct finding *finding)
{
	for (size_t i = 0; i < finding->count; i++) {
		free(finding->files[i].path);
		json_decref(finding->files[i].run);
	}
	free(finding->files);
}
