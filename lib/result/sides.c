#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/parallel.h"
#include "result/reader.h"
#include "result/sides.h"

/* A result file that was found, and what its run record says. */
struct found {
	char *path;
	const char *argument;
	size_t side;
	json_t *run;
	dev_t device;
	ino_t inode;
	bool is_first; /* of its boot */
};

struct finding {
	struct found *files;
	size_t count;
	struct text *notes;
	struct reason *reason;
};

/* Doubling, told from the count alone. */
static void *grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return realloc(array, (count ? count * 2 : 1) * size);
}

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
	while (!ret && (errno = 0, entry = fts_read(walk)))
		ret = visit(finding, entry, argument, side);
	if (!ret && errno)
		ret = reason_set(finding->reason, -errno, "%s: %s", argument, strerror(errno));
	fts_close(walk);
	if (!ret && finding->count == before)
		ret = reason_set(finding->reason, -ENODATA,
				 "%s: holds no result file, expected *.jsonl in it or below",
				 argument);
	return ret;
}

static int find_argument(struct finding *finding, const char *argument, size_t side)
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

/*
 * Boots whose layout is held still are alike to the last random number: their place in the series
 * tells them apart.
 */
static bool is_same(const json_t *a, const json_t *b, const char *id)
{
	const char *const fields[] = { "id", "label" };
	const json_t *left = json_object_get(a, "series"), *right = json_object_get(b, "series");

	if (!run_text(a, NULL, id)[0] || strcmp(run_text(a, NULL, id), run_text(b, NULL, id)) != 0)
		return false;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(run_text(a, "series", fields[i]), run_text(b, "series", fields[i])) != 0)
			return false;
	return json_integer_value(json_object_get(left, "pair")) ==
	       json_integer_value(json_object_get(right, "pair"));
}

/* A file may be put beside itself, to see that nothing differs; a copy of it is no other boot. */
static int check_twins(struct finding *finding, const struct found *a, const struct found *b)
{
	if (!is_same(a->run, b->run, "run_id"))
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

static int check_all_twins(struct finding *finding)
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

/* The distinct labels of all files, in the order of versions, @base first. */
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

/* One folder alone: a side a label. */
static int split_by_label(struct finding *finding, const char *argument, const char *base,
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
	else if (*ret_sides < 2)
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

/* Several arguments: the boots of one have one label. */
static int check_labels(const struct finding *finding)
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

static bool has_twin_label(const struct sides *sides, size_t which)
{
	for (size_t i = 0; i < sides->count; i++)
		if (i != which && !strcmp(sides->list[i].label, sides->list[which].label))
			return true;
	return false;
}

/* NULL where the label will do. Imported runs have none. */
static int make_label(const struct sides *sides, size_t which, char **ret_label)
{
	const struct side *side = &sides->list[which];

	if (side->label[0] && !has_twin_label(sides, which))
		return 0;
	if (!side->label[0])
		*ret_label = strdup(side->argument);
	else if (asprintf(ret_label, "%s (%s)", side->label, side->argument) < 0)
		*ret_label = NULL;
	return *ret_label ? 0 : -ENOMEM;
}

/* Sides of one label are told apart by where they came from, or at worst by a number. */
static int make_labels_distinct(struct sides *sides)
{
	char **fresh = calloc(sides->count + 1, sizeof(*fresh));
	int ret = fresh ? 0 : -ENOMEM;

	for (size_t i = 0; i < sides->count && !ret; i++)
		ret = make_label(sides, i, &fresh[i]);
	for (size_t i = 0; fresh && i < sides->count; i++) {
		if (!fresh[i])
			continue;
		free(sides->list[i].label);
		sides->list[i].label = fresh[i];
	}
	free(fresh);
	for (size_t i = 1; i < sides->count && !ret; i++) {
		char *label = sides->list[i].label;

		if (!has_twin_label(sides, i))
			continue;
		if (asprintf(&sides->list[i].label, "%s #%zu", label, i + 1) < 0) {
			sides->list[i].label = label;
			return -ENOMEM;
		}
		free(label);
	}
	return ret;
}

/* ---- boots ---- */

static int by_boot(const void *a, const void *b)
{
	const struct boot *left = *(struct boot *const *)a, *right = *(struct boot *const *)b;
	int64_t left_pair = -1, right_pair = -1;
	int order = strcmp(boot_series(left), boot_series(right));

	boot_pair(left, &left_pair);
	boot_pair(right, &right_pair);
	if (!order)
		order = left_pair < right_pair ? -1 : left_pair > right_pair;
	if (!order)
		order = strcmp(boot_started(left), boot_started(right));
	return order ? order : strverscmp(left->paths[0], right->paths[0]);
}

static void note_boot(struct text *notes, const struct boot *boot)
{
	if (boot->torn)
		text_add(notes, "%s: the last line is torn off: used up to there\n",
			 boot->paths[0]);
	if (boot->every > 1)
		text_add(notes, "%s: too many samples to hold: every %lluth is used, all alike\n",
			 boot->paths[0], (unsigned long long)boot->every);
}

/* A boot to be loaded, from all files that are of it. */
struct job {
	const char **paths;
	const char *argument;
	size_t nr_paths, side;
	struct boot *boot;
	int ret;
	struct reason reason;
};

struct jobs {
	struct job *list; /* in the order of their first files */
	size_t count;
	unsigned int keep;
};

static struct job *find_job(const struct jobs *jobs, const struct finding *finding, size_t number)
{
	const struct found *file = &finding->files[number];

	for (size_t i = 0, job = 0; i < number; i++) {
		const struct found *other = &finding->files[i];

		if (!other->is_first)
			continue;
		if (other->side == file->side && is_same(other->run, file->run, "boot_id"))
			return &jobs->list[job];
		job++;
	}
	return NULL;
}

static int make_jobs(struct jobs *jobs, struct finding *finding)
{
	jobs->list = calloc(finding->count + 1, sizeof(*jobs->list));
	if (!jobs->list)
		return -ENOMEM;
	for (size_t i = 0; i < finding->count; i++) {
		struct found *file = &finding->files[i];
		struct job *job = find_job(jobs, finding, i);

		file->is_first = !job;
		if (!job)
			job = &jobs->list[jobs->count++];
		job->side = file->side;
		job->argument = file->argument;
		if (!job->paths)
			job->paths = calloc(finding->count - i, sizeof(*job->paths));
		if (!job->paths)
			return -ENOMEM;
		job->paths[job->nr_paths++] = file->path;
	}
	return 0;
}

static void do_job(void *context, size_t number)
{
	struct jobs *jobs = context;
	struct job *job = &jobs->list[number];

	job->ret = boot_load(job->paths, job->nr_paths, jobs->keep, &job->boot, &job->reason);
}

static void release_jobs(struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->count; i++) {
		boot_free(jobs->list[i].boot);
		free(jobs->list[i].paths);
	}
	free(jobs->list);
}

static int add_boot(struct side *side, struct job *job)
{
	struct boot **grown = grow(side->boots, side->nr_boots, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	side->boots = grown;
	grown[side->nr_boots++] = job->boot;
	if (!side->label) {
		side->label = strdup(boot_label(job->boot));
		side->argument = strdup(job->argument);
	}
	job->boot = NULL;
	return side->label && side->argument ? 0 : -ENOMEM;
}

/* Of several files that cannot be used, the first one is told. */
static int hand_out(struct jobs *jobs, const struct finding *finding, struct sides *sides)
{
	int ret = 0;

	for (size_t i = 0; i < jobs->count && !ret; i++) {
		struct job *job = &jobs->list[i];

		if (job->ret)
			return reason_set(finding->reason, job->ret, "%s",
					  job->reason.text[0] ? job->reason.text
							      : strerror(-job->ret));
		note_boot(finding->notes, job->boot);
		if (job->nr_paths > 1)
			text_add(finding->notes, "%s and %zu more are of one boot: taken as one\n",
				 job->paths[0], job->nr_paths - 1);
		ret = add_boot(&sides->list[job->side], job);
	}
	return ret;
}

static int load_all(struct finding *finding, size_t count, unsigned int keep, struct sides *sides)
{
	struct jobs jobs = { .keep = keep };
	int ret;

	sides->list = calloc(count + 1, sizeof(*sides->list));
	if (!sides->list)
		return -ENOMEM;
	sides->count = count;
	ret = make_jobs(&jobs, finding);
	if (!ret) {
		parallel_each(jobs.count, do_job, &jobs);
		ret = hand_out(&jobs, finding, sides);
	}
	release_jobs(&jobs);
	for (size_t i = 0; i < count && !ret; i++)
		if (sides->list[i].nr_boots)
			qsort(sides->list[i].boots, sides->list[i].nr_boots, sizeof(struct boot *),
			      by_boot);
	return ret ? ret : make_labels_distinct(sides);
}

static void release_finding(struct finding *finding)
{
	for (size_t i = 0; i < finding->count; i++) {
		free(finding->files[i].path);
		json_decref(finding->files[i].run);
	}
	free(finding->files);
}

int sides_load(const char *const *arguments, size_t nr_arguments, const char *base,
	       unsigned int keep, struct sides *ret_sides, struct reason *reason)
{
	struct sides sides = { 0 };
	struct finding finding = { .notes = &sides.notes, .reason = reason };
	size_t count = nr_arguments;
	int ret = 0;

	json_ran_out();
	for (size_t i = 0; i < nr_arguments && !ret; i++)
		ret = find_argument(&finding, arguments[i], i);
	if (!ret)
		ret = nr_arguments == 1 ? split_by_label(&finding, arguments[0], base, &count)
					: check_labels(&finding);
	if (!ret)
		ret = check_all_twins(&finding);
	if (!ret)
		ret = load_all(&finding, count, keep, &sides);
	if (!ret && sides.notes.failed)
		ret = -ENOMEM;
	release_finding(&finding);
	if (ret) {
		sides_release(&sides);
		return ret == -ENOMEM ? reason_set(reason, ret, "memory ran out") : ret;
	}
	*ret_sides = sides;
	return 0;
}

void sides_release(struct sides *sides)
{
	for (size_t i = 0; i < sides->count; i++) {
		struct side *side = &sides->list[i];

		for (size_t j = 0; j < side->nr_boots; j++)
			boot_free(side->boots[j]);
		free(side->boots);
		free(side->label);
		free(side->argument);
	}
	free(sides->list);
	text_release(&sides->notes);
	*sides = (struct sides){ 0 };
}
