#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/units.h"
#include "host/child.h"
#include "host/crew.h"
#include "host/placement.h"

enum worker_state { WORKER_NONE, WORKER_READY, WORKER_LOST };

struct worker {
	_Atomic uint32_t state;
	_Atomic uint32_t at; /* items that it has finished in this run */
	size_t first, count; /* its items */
	pthread_t thread;
	pid_t pid;
};

/* All of it lies in memory that processes share. */
struct crew {
	struct crew_plan plan;
	unsigned int cpus[CREW_MAX]; /* a copy: the plan's belong to the caller */
	struct worker workers[2 * CREW_MAX]; /* for one that was left behind, another is started */
	size_t nr_workers;
	struct crew_result results[CREW_MAX];
	_Atomic uint32_t run; /* counted from 1 */
	_Atomic uint32_t untold[CREW_MAX]; /* the run whose result is still to be stored; 0: none */
	crew_work *work;
	void *argument;
	_Atomic uint32_t round; /* a futex: workers sleep on it between runs */
	_Atomic uint32_t progress; /* a futex: the caller sleeps on it during a run */
	_Atomic uint32_t arrived, expected; /* workers at the start of a run */
	_Atomic uint32_t leaving;
};

/* The argument of a worker's first function. */
struct start {
	struct crew *crew;
	struct worker *worker;
	uint32_t round; /* the last round before its first one */
};

void *crew_memory(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

void crew_memory_free(void *memory, size_t bytes)
{
	if (memory)
		munmap(memory, bytes);
}

static void futex_wait(_Atomic uint32_t *word, uint32_t value, uint64_t limit_ns)
{
	struct timespec limit = { .tv_sec = (time_t)(limit_ns / SEC),
				  .tv_nsec = (long)(limit_ns % SEC) };

	syscall(SYS_futex, word, FUTEX_WAIT, value, limit_ns == UINT64_MAX ? NULL : &limit, NULL,
		0);
}

static void futex_wake(_Atomic uint32_t *word)
{
	atomic_fetch_add(word, 1);
	syscall(SYS_futex, word, FUTEX_WAKE, CREW_MAX, NULL, NULL, 0);
}

/* ---- a worker ---- */

/* An item's result is stored once a run: by the worker that did it, or by who gave it up. */
static bool claim(struct crew *crew, size_t item, uint32_t run)
{
	return atomic_compare_exchange_strong(&crew->untold[item], &run, 0);
}

/* False where the worker was given up, so that nobody waits for it any more. */
static bool do_item(struct crew *crew, size_t item, uint32_t run)
{
	struct crew_result result = { .start = clock_now() };

	result.ret = crew->work(crew->argument, item);
	result.end = clock_now();
	if (!claim(crew, item, run))
		return false;
	crew->results[item] = result;
	return true;
}

static void do_items(struct crew *crew, struct worker *worker)
{
	uint32_t run = atomic_load(&crew->run);

	atomic_fetch_add(&crew->arrived, 1);
	while (atomic_load(&crew->arrived) < atomic_load(&crew->expected))
		sched_yield();
	for (size_t i = 0; i < worker->count; i++) {
		if (!do_item(crew, worker->first + i, run))
			return;
		atomic_fetch_add(&worker->at, 1);
		futex_wake(&crew->progress);
	}
}

static void work_until_leaving(struct crew *crew, struct worker *worker, uint32_t seen)
{
	const struct crew_plan *plan = &crew->plan;
	size_t number = (size_t)(worker - crew->workers);

	if (plan->nr_cpus)
		placement_bind_thread(plan->topology, plan->cpus[number % plan->nr_cpus]);
	atomic_store(&worker->state, WORKER_READY);
	futex_wake(&crew->progress);
	for (;;) {
		while (atomic_load(&crew->round) == seen)
			futex_wait(&crew->round, seen, UINT64_MAX);
		seen++;
		if (atomic_load(&crew->leaving) || atomic_load(&worker->state) == WORKER_LOST)
			return;
		do_items(crew, worker);
	}
}

static void *thread_main(void *argument)
{
	struct start start = *(struct start *)argument;

	free(argument);
	work_until_leaving(start.crew, start.worker, start.round);
	return NULL;
}

static int start_thread(struct crew *crew, struct worker *worker)
{
	struct start *start = malloc(sizeof(*start));
	int ret;

	if (!start)
		return -ENOMEM;
	*start = (struct start){ crew, worker, atomic_load(&crew->round) };
	ret = pthread_create(&worker->thread, NULL, thread_main, start);
	if (ret)
		free(start);
	return -ret;
}

static int start_process(struct crew *crew, struct worker *worker)
{
	uint32_t round = atomic_load(&crew->round);
	pid_t child = child_fork();

	if (child < 0)
		return (int)child;
	if (!child) {
		work_until_leaving(crew, worker, round);
		_exit(0);
	}
	worker->pid = child;
	return 0;
}

/* Waits until the worker sleeps, so that its start is not part of a run. */
static int start_worker(struct crew *crew, size_t first, size_t count)
{
	struct worker *worker = &crew->workers[crew->nr_workers];
	uint32_t progress;
	int ret;

	worker->first = first;
	worker->count = count;
	ret = crew->plan.processes ? start_process(crew, worker) : start_thread(crew, worker);
	if (ret)
		return ret;
	crew->nr_workers++;
	for (progress = atomic_load(&crew->progress); atomic_load(&worker->state) == WORKER_NONE;
	     progress = atomic_load(&crew->progress))
		futex_wait(&crew->progress, progress, MSEC);
	return 0;
}

int crew_open(const struct crew_plan *plan, struct crew **ret_crew)
{
	struct crew *crew = crew_memory(sizeof(*crew));
	int ret = 0;

	if (!crew)
		return -ENOMEM;
	crew->plan = *plan;
	if (plan->nr_cpus > CREW_MAX)
		crew->plan.nr_cpus = CREW_MAX;
	memcpy(crew->cpus, plan->cpus, crew->plan.nr_cpus * sizeof(*plan->cpus));
	crew->plan.cpus = crew->cpus;
	if (plan->one_by_one)
		ret = start_worker(crew, 0, plan->nr_items);
	for (size_t i = 0; !plan->one_by_one && i < plan->nr_items && !ret; i++)
		ret = start_worker(crew, i, 1);
	if (ret) {
		crew_close(crew);
		return ret;
	}
	*ret_crew = crew;
	return 0;
}

/* ---- the caller ---- */

/* Wakes the workers that have items in this run, and no others. */
static void begin(struct crew *crew)
{
	uint32_t expected = 0;

	for (size_t i = 0; i < crew->nr_workers; i++) {
		struct worker *worker = &crew->workers[i];

		if (atomic_load(&worker->state) == WORKER_LOST)
			continue;
		atomic_store(&worker->at, 0);
		expected++;
	}
	atomic_store(&crew->arrived, 0);
	atomic_store(&crew->expected, expected);
	futex_wake(&crew->round);
}

static bool is_done(const struct worker *worker)
{
	return atomic_load(&worker->state) == WORKER_LOST ||
	       atomic_load(&worker->at) == worker->count;
}

/* Gives up the worker's item, unless it is done now; another worker takes the items after it. */
static void give_up(struct crew *crew, struct worker *worker, uint32_t item)
{
	size_t at = worker->first + item;
	size_t end = worker->first + worker->count;

	if (!claim(crew, at, atomic_load(&crew->run)))
		return;
	atomic_store(&worker->state, WORKER_LOST);
	crew->results[at] = (struct crew_result){ .ret = -ETIMEDOUT };
	worker->count = at + 1 - worker->first;
	if (at + 1 == end)
		return;
	if (start_worker(crew, at + 1, end - at - 1))
		return;
	atomic_store(&crew->arrived, 0);
	atomic_store(&crew->expected, 1);
	futex_wake(&crew->round);
}

/* The time limit starts anew with each item that the worker finishes. */
struct watch {
	uint32_t at;
	uint64_t since_ns;
};

/* True where all are done. Gives up items that are late; tells how long the next one has. */
static bool look(struct crew *crew, struct watch *watches, uint64_t *ret_patience_ns)
{
	uint64_t limit_ns = crew->plan.limit_ns, now_ns = clock_wall_ns();
	bool all_done = true;

	*ret_patience_ns = limit_ns;
	for (size_t i = 0; i < crew->nr_workers; i++) {
		struct worker *worker = &crew->workers[i];
		struct watch *watch = &watches[i];
		uint32_t at = atomic_load(&worker->at);

		if (is_done(worker))
			continue;
		all_done = false;
		if (!watch->since_ns || at != watch->at)
			*watch = (struct watch){ at, now_ns };
		if (now_ns - watch->since_ns >= limit_ns)
			give_up(crew, worker, at);
		else if (watch->since_ns + limit_ns - now_ns < *ret_patience_ns)
			*ret_patience_ns = watch->since_ns + limit_ns - now_ns;
	}
	return all_done;
}

static void wait_for_all(struct crew *crew)
{
	struct watch watches[2 * CREW_MAX] = { { 0, 0 } };
	uint64_t patience_ns;

	for (;;) {
		uint32_t progress = atomic_load(&crew->progress);

		if (look(crew, watches, &patience_ns))
			return;
		futex_wait(&crew->progress, progress, patience_ns + MSEC);
	}
}

static int sum_up(const struct crew *crew, struct crew_result *results, uint64_t *ret_ticks)
{
	uint64_t start = UINT64_MAX, end = 0;
	int first_error = 0;

	for (size_t i = 0; i < crew->plan.nr_items; i++) {
		const struct crew_result *result = &crew->results[i];

		results[i] = *result;
		if (!first_error)
			first_error = result->ret;
		if (!result->end)
			continue;
		if (result->start < start)
			start = result->start;
		if (result->end > end)
			end = result->end;
	}
	*ret_ticks = end ? end - start : 0;
	return first_error;
}

int crew_run(struct crew *crew, crew_work *work, void *argument, struct crew_result *results,
	     uint64_t *ret_ticks)
{
	crew->work = work;
	crew->argument = argument;
	atomic_fetch_add(&crew->run, 1);
	for (size_t i = 0; i < crew->plan.nr_items; i++) {
		crew->results[i] = (struct crew_result){ .ret = -ECANCELED };
		atomic_store(&crew->untold[i], atomic_load(&crew->run));
	}
	begin(crew);
	wait_for_all(crew);
	return sum_up(crew, results, ret_ticks);
}

/* A process that was left behind is killed; once this process has ended, init reaps it. */
static void end_worker(const struct crew *crew, struct worker *worker)
{
	bool lost = atomic_load(&worker->state) == WORKER_LOST;

	if (crew->plan.processes && lost)
		kill(worker->pid, SIGKILL);
	else if (crew->plan.processes)
		waitpid(worker->pid, NULL, 0);
	else if (!lost)
		pthread_join(worker->thread, NULL);
}

void crew_close(struct crew *crew)
{
	bool any_lost = false;

	if (!crew)
		return;
	atomic_store(&crew->leaving, 1);
	futex_wake(&crew->round);
	for (size_t i = 0; i < crew->nr_workers; i++) {
		any_lost |= atomic_load(&crew->workers[i].state) == WORKER_LOST;
		end_worker(crew, &crew->workers[i]);
	}
	/* A thread that returns late still reads this memory. */
	if (!any_lost)
		crew_memory_free(crew, sizeof(*crew));
}
