#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/json.h"
#include "base/parallel.h"
#include "result/finding.h"
#include "result/sides.h"

/* ---- labels ---- */

static bool has_twin_label(const struct sides *sides, size_t which)
{
	for (size_t i = 0; i < sides->count; i++)
		if (i != which && !strcmp(sides->list[i].label, sides->list[which].label))
			return true;
	return false;
}

/* Makes a label from where the side came from; NULL if its own is good. Imported runs have none. */
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

/* Makes labels distinct by where sides came from, or else by a number. */
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

/* A boot to load from all of its files. */
struct boot_job {
	const char **paths;
	const char *argument;
	size_t nr_paths, side;
	struct boot *boot;
	int ret;
	struct reason reason;
};

struct jobs {
	struct boot_job *list; /* in the order of their first files */
	size_t count;
	unsigned int keep;
};

static struct boot_job *find_job(const struct jobs *jobs, const struct finding *finding,
				 size_t number)
{
	const struct found *file = &finding->files[number];

	for (size_t i = 0, job = 0; i < number; i++) {
		const struct found *other = &finding->files[i];

		if (!other->is_first)
			continue;
		if (other->side == file->side && finding_is_same(other->run, file->run, "boot_id"))
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
		struct boot_job *job = find_job(jobs, finding, i);

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
	struct boot_job *job = &jobs->list[number];

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

static int add_boot(struct side *side, struct boot_job *job)
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

/*
 * Hands the boots to their sides. If several files cannot be read, the first one's reason is kept.
 */
static int hand_out(struct jobs *jobs, const struct finding *finding, struct sides *sides)
{
	int ret = 0;

	for (size_t i = 0; i < jobs->count && !ret; i++) {
		struct boot_job *job = &jobs->list[i];

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
	for (size_t i = 0; i < count && !ret; i++) {
		struct side *side = &sides->list[i];

		if (!side->label) /* cannot happen: each side has a file */
			return -EINVAL;
		qsort(side->boots, side->nr_boots, sizeof(struct boot *), by_boot);
	}
	return ret ? ret : make_labels_distinct(sides);
}

int sides_load(const char *const *arguments, size_t nr_arguments, const char *base,
	       unsigned int keep, struct sides *ret_sides, struct reason *reason)
{
	struct sides sides = { 0 };
	struct finding finding = { .notes = &sides.notes, .reason = reason };
	size_t count = nr_arguments, least = keep & SIDES_ONE_WILL_DO ? 1 : 2;
	int ret = 0;

	json_ran_out();
	for (size_t i = 0; i < nr_arguments && !ret; i++)
		ret = finding_add(&finding, arguments[i], i);
	if (!ret)
		ret = nr_arguments == 1 ? finding_split(&finding, arguments[0], base, least, &count)
					: finding_check_labels(&finding);
	if (!ret)
		ret = finding_check_twins(&finding);
	if (!ret)
		ret = load_all(&finding, count, keep, &sides);
	if (!ret && sides.notes.failed)
		ret = -ENOMEM;
	finding_release(&finding);
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
