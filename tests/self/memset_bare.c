/* Fresh memory faulted in by plain memset: argv: MiB, threads. Prints nanoseconds, five times. */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

static char *mem;
static size_t slice;
static pthread_barrier_t start_line;

static void *fill(void *number)
{
	size_t i = (size_t)number;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(i, &set);
	sched_setaffinity(0, sizeof(set), &set);
	pthread_barrier_wait(&start_line);
	memset(mem + i * slice, 1, slice);
	return NULL;
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int main(int argc, char **argv)
{
	size_t size = argc > 2 ? strtoul(argv[1], NULL, 10) << 20 : 0;
	size_t nr_threads = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	pthread_t threads[64];

	if (!size || !nr_threads || nr_threads > 64)
		return 2;
	slice = size / nr_threads;
	for (int round = 0; round < 5; round++) {
		double start;

		mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		madvise(mem, size, MADV_NOHUGEPAGE);
		pthread_barrier_init(&start_line, NULL, (unsigned int)nr_threads + 1);
		for (size_t i = 0; i < nr_threads; i++)
			pthread_create(&threads[i], NULL, fill, (void *)i);
		start = now_ns();
		pthread_barrier_wait(&start_line);
		for (size_t i = 0; i < nr_threads; i++)
			pthread_join(threads[i], NULL);
		printf("%.0f\n", now_ns() - start);
		munmap(mem, size);
	}
	return 0;
}
