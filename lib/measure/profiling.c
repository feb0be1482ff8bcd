#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/grow.h"
#include "base/random.h"
#include "measure/brackets.h"
#include "measure/profiling.h"

#define HZ 3989 /* a prime: in step with no timer of the kernel */
#define HZ_LEAST 100
#define SAMPLES_AN_ITERATION 5000 /* as many as the ring has room for */
#define FIRST_MARKS 65536
#define LEAST_PART 10 /* of an iteration, in which its thread has to run */

/* What profiling needs while it goes on. */
struct profiling {
	struct trial *t;
	struct profiled *to;
	struct sampler *sampler;
	uint64_t period_ns, pause_ns;
	uint64_t cpu_ns, wall_ns; /* of all iterations */
	struct clock_marks marks;
	struct brackets brackets[METRIC_MAX];
	uint32_t seen; /* metrics that have brackets in this iteration */
	struct random random;
	bool no_memory;
	/* The trial's own, meanwhile. */
	struct samples samples[METRIC_MAX];
	struct trial_note notes[TRIAL_NOTES];
	size_t nr_notes;
};

/* ---- what the trial has, set aside ---- */

static int like(const struct samples *other, struct samples *ret_samples)
{
	struct samples samples = { .every = other->every };
	int ret = samples_reserve(&samples, other->room);

	if (!ret && other->histogram) {
		samples.histogram = calloc(1, sizeof(*samples.histogram));
		ret = samples.histogram ? 0 : -ENOMEM;
	}
	*ret_samples = samples;
	return ret;
}

static int set_aside(struct profiling *p)
{
	struct trial *t = p->t;
	int ret = 0;

	memcpy(p->samples, t->samples, sizeof(p->samples));
	memcpy(p->notes, t->notes, sizeof(p->notes));
	p->nr_notes = t->nr_notes;
	memset(t->samples, 0, sizeof(t->samples));
	for (size_t i = 0; i < METRIC_MAX && !ret; i++)
		ret = like(&p->samples[i], &t->samples[i]);
	return ret;
}

static void put_back(struct profiling *p)
{
	struct trial *t = p->t;

	for (size_t i = 0; i < METRIC_MAX; i++)
		samples_release(&t->samples[i]);
	memcpy(t->samples, p->samples, sizeof(p->samples));
	memcpy(t->notes, p->notes, sizeof(p->notes));
	t->nr_notes = p->nr_notes;
	t->reason = (struct reason){ "" };
}

/* ---- what can be sampled ---- */

static size_t count_threads(void)
{
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *entry;
	size_t count = 0;

	while (tasks && (entry = readdir(tasks)))
		count += entry->d_name[0] != '.';
	if (tasks)
		closedir(tasks);
	return count;
}

/* Marks and samples are those of one thread. */
static int check_threads(const struct trial *t, struct reason *reason)
{
	uint64_t threads = bench_number(t->bench, t->values, "threads", 1);

	if (threads <= 1)
		threads = count_threads();
	if (threads <= 1)
		return 0;
	return reason_set(reason, SKIPPED,
			  "no profile: %llu threads do the work, and one alone can be sampled",
			  (unsigned long long)threads);
}

/* ---- one iteration ---- */

/* Spins, for a sleeping CPU would wake with cold caches. */
static void wait_at_random(struct profiling *p)
{
	uint64_t end = clock_read_posix() + random_below(&p->random, p->pause_ns + 1);

	while (clock_read_posix() < end)
		;
}

static uint64_t own_cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * SEC + (uint64_t)now.tv_nsec;
}

static bool is_bracket(const struct metric *metric)
{
	return !strcmp(metric->unit, "ns") && metric->divisor <= 0;
}

/* The kernel tells some times itself; then all of the iteration stands for the first of them. */
static int find_iteration(struct profiling *p, uint64_t start, uint64_t end)
{
	uint64_t ends[] = { start, end }, length = end - start;
	const struct clock_marks marks = { .list = ends, .count = 2, .room = 2 };

	p->to->of_iterations = true;
	p->to->metrics[0].operations++;
	p->seen = 1;
	return brackets_find(&p->brackets[0], &marks, &length, 1);
}

static int find_brackets(struct profiling *p)
{
	int ret = 0;

	p->seen = 0;
	for (size_t i = 0; i < bench_nr_metrics(p->t->bench) && !ret; i++) {
		const struct samples *samples = &p->t->samples[i];

		if (!samples->count || !is_bracket(&p->t->bench->metrics[i]))
			continue;
		ret = brackets_find(&p->brackets[i], &p->marks, samples->values, samples->count);
		p->to->metrics[i].operations += p->brackets[i].count;
		p->to->metrics[i].unplaced += p->brackets[i].unplaced;
		p->seen |= UINT32_C(1) << i;
	}
	return ret;
}

static int run_once(struct profiling *p, struct reason *reason)
{
	struct trial *t = p->t;
	uint64_t start, end, cpu_ns;
	int ret;

	for (size_t i = 0; i < METRIC_MAX; i++)
		samples_forget(&t->samples[i]);
	wait_at_random(p);
	cpu_ns = own_cpu_ns();
	start = clock_read_posix();
	clock_watch(&p->marks);
	ret = t->bench->run(t);
	clock_unwatch();
	end = clock_read_posix();
	p->cpu_ns += own_cpu_ns() - cpu_ns;
	p->wall_ns += end - start;
	p->pause_ns = end - start < p->period_ns ? end - start : p->period_ns;
	if (ret)
		return reason_set(reason, ret, "no profile: a further iteration failed: %.200s",
				  t->reason.text[0] ? t->reason.text
				  : ret < 0	    ? strerror(-ret)
						    : "no reason given");
	if (p->marks.count)
		return p->marks.count <= p->marks.room ? find_brackets(p) : 0;
	return find_iteration(p, start, end);
}

/* ---- samples ---- */

static int keep_frames(struct profiled *to, const uint64_t *frames, size_t count)
{
	if (to->nr_frames + count > to->frames_room) {
		size_t room = 2 * (to->nr_frames + count);
		uint64_t *more = realloc(to->frames, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		to->frames = more;
		to->frames_room = room;
	}
	if (count)
		memcpy(to->frames + to->nr_frames, frames, count * sizeof(*frames));
	to->nr_frames += count;
	return 0;
}

static int keep(struct profiled *to, uint32_t metrics, const struct stack_sample *sample)
{
	struct profiled_sample *list = grow(to->samples, to->nr_samples, sizeof(*to->samples));
	size_t first = to->nr_frames;

	if (!list)
		return -ENOMEM;
	to->samples = list;
	if (keep_frames(to, sample->frames, sample->nr_frames))
		return -ENOMEM;
	list[to->nr_samples++] = (struct profiled_sample){ .metrics = metrics,
							   .nr_frames = (uint32_t)sample->nr_frames,
							   .first_frame = first,
							   .weight = sample->weight };
	return 0;
}

/* A sample belongs to each metric in whose bracket it fell, for one bracket may hold others. */
static void take(void *context, const struct stack_sample *sample)
{
	struct profiling *p = context;
	uint32_t metrics = 0;

	for (size_t i = 0; i < METRIC_MAX; i++) {
		if (!(p->seen & UINT32_C(1) << i) ||
		    !brackets_hold(&p->brackets[i], sample->time_ns))
			continue;
		metrics |= UINT32_C(1) << i;
		p->to->metrics[i].samples += sample->weight;
	}
	if (metrics && sample->weight && !p->no_memory)
		p->no_memory = keep(p->to, metrics, sample) != 0;
}

static bool has_enough(const struct profiling *p)
{
	bool any = false;

	for (size_t i = 0; i < METRIC_MAX; i++) {
		if (!profiling_has_metric(p->to, i))
			continue;
		if (p->to->metrics[i].samples < PROFILING_SAMPLES)
			return false;
		any = true;
	}
	return any;
}

/* ---- all of them ---- */

/* Touches the memory, for a fault at the first mark would be in a bracket. */
static int make_room(struct profiling *p, size_t room)
{
	free(p->marks.list);
	p->marks = (struct clock_marks){ .list = malloc(room * sizeof(uint64_t)), .room = room };
	if (!p->marks.list)
		return -ENOMEM;
	memset(p->marks.list, 0xff, room * sizeof(uint64_t));
	return 0;
}

/* Of an iteration with more marks than there was room for, nothing is known. */
static int repeat(struct profiling *p, struct reason *reason)
{
	uint64_t deadline = clock_wall_ns() + PROFILING_TIME;
	int ret;

	do {
		p->seen = 0;
		ret = run_once(p, reason);
		if (ret)
			return ret;
		ret = sampler_read(p->sampler, take, p);
		if (!ret && p->no_memory)
			ret = -ENOMEM;
		if (!ret && p->marks.count > p->marks.room)
			ret = make_room(p, 2 * p->marks.count);
		else
			p->to->iterations++;
		if (ret)
			return reason_set(reason, ret, "no profile: %s", strerror(-ret));
	} while (!p->to->iterations || (clock_wall_ns() < deadline && !has_enough(p)));
	return 0;
}

/* Waiting for workers, for threads of the kernel or for a device says nothing of their work. */
static int check_work(const struct profiling *p, struct reason *reason)
{
	if (!p->to->of_iterations || p->cpu_ns >= p->wall_ns / LEAST_PART)
		return 0;
	return reason_set(reason, SKIPPED,
			  "no profile: the work is not done by the thread that asks for it, which "
			  "is the one that is sampled");
}

static uint64_t choose_hz(uint64_t iteration_ns)
{
	uint64_t most = iteration_ns ? SAMPLES_AN_ITERATION * SEC / iteration_ns : HZ;

	return most > HZ ? HZ : most < HZ_LEAST ? HZ_LEAST : most;
}

static int run_all(struct profiling *p, const char *event, uint64_t iteration_ns,
		   struct reason *reason)
{
	uint64_t hz = choose_hz(iteration_ns);
	int ret = make_room(p, FIRST_MARKS);

	p->period_ns = SEC / hz;
	p->random = random_seeded(1, 0);
	if (!ret)
		ret = sampler_open(event, hz, &p->sampler, reason);
	if (!ret)
		p->to->by_clock = sampler_is_clock(p->sampler);
	if (!ret)
		ret = repeat(p, reason);
	if (!ret)
		ret = check_work(p, reason);
	if (p->sampler)
		p->to->losses = sampler_losses(p->sampler);
	sampler_close(p->sampler);
	return ret;
}

int profiling_run(struct trial *t, const char *event, uint64_t iteration_ns,
		  struct profiled *ret_profiled, struct reason *reason)
{
	struct profiled profiled = { .iterations = 0 };
	struct profiling *p;
	int ret = check_threads(t, reason);

	if (ret)
		return ret;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	snprintf(profiled.event, sizeof(profiled.event), "%s", event);
	p->t = t;
	p->to = &profiled;
	ret = set_aside(p);
	if (!ret)
		ret = run_all(p, event, iteration_ns, reason);
	put_back(p);
	for (size_t i = 0; i < METRIC_MAX; i++)
		brackets_release(&p->brackets[i]);
	free(p->marks.list);
	free(p);
	if (ret)
		profiling_release(&profiled);
	else
		*ret_profiled = profiled;
	return ret;
}

bool profiling_has_metric(const struct profiled *profiled, size_t metric)
{
	const struct profiled_metric *one = &profiled->metrics[metric];

	return one->operations > one->unplaced;
}

void profiling_release(struct profiled *profiled)
{
	free(profiled->samples);
	free(profiled->frames);
	*profiled = (struct profiled){ .iterations = 0 };
}
