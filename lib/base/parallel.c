#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "base/parallel.h"

#define THREADS_MOST 16

/* Pieces of work, of which threads take the next one until none is left. */
struct shared_work {
	atomic_size_t next;
	size_t count;
	void (*work)(void *context, size_t piece);
	void *context;
};

static void *work_off(void *argument)
{
	struct shared_work *shared = argument;
	size_t piece;

	while ((piece = atomic_fetch_add(&shared->next, 1)) < shared->count)
		shared->work(shared->context, piece);
	return NULL;
}

/* How many threads are started; the caller's own works, too. */
static size_t helpers_for(size_t count)
{
	cpu_set_t cpus;
	size_t most = 1;

	if (!sched_getaffinity(0, sizeof(cpus), &cpus))
		most = (size_t)CPU_COUNT(&cpus);
	if (most > THREADS_MOST)
		most = THREADS_MOST;
	if (most > count)
		most = count;
	return most ? most - 1 : 0;
}

void parallel_each(size_t count, void (*work)(void *context, size_t piece), void *context)
{
	struct shared_work shared = { .count = count, .work = work, .context = context };
	size_t wanted = helpers_for(count), have = 0;
	pthread_t threads[THREADS_MOST];

	while (have < wanted && !pthread_create(&threads[have], NULL, work_off, &shared))
		have++;
	work_off(&shared);
	while (have)
		pthread_join(threads[--have], NULL);
}
