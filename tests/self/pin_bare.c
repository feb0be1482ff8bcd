/* uring-pin with no harness: the same calls on the same memory, timed by clock_gettime. */
#include <liburing.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define SIZE (256UL << 20)
#define SAMPLES 50
#define WARMUP 10

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int main(int argc, char **argv)
{
	int advice = argc > 1 && argv[1][0] == 't' ? MADV_HUGEPAGE : MADV_NOHUGEPAGE;
	char *raw =
		mmap(NULL, SIZE * 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *mem = (char *)(((unsigned long)raw + (2UL << 20) - 1) & ~((2UL << 20) - 1));
	struct iovec buffer = { mem, SIZE };
	struct io_uring ring;
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(sysconf(_SC_NPROCESSORS_ONLN) - 1, &cpu);
	sched_setaffinity(0, sizeof(cpu), &cpu);
	if (raw == MAP_FAILED || madvise(mem, SIZE, advice) || io_uring_queue_init(1, &ring, 0))
		return 1;
	madvise(mem, SIZE, 23); /* MADV_POPULATE_WRITE */
	for (int i = 0; i < WARMUP + SAMPLES; i++) {
		double start = now_ns(), pinned, end;

		if (io_uring_register_buffers(&ring, &buffer, 1))
			return 1;
		pinned = now_ns();
		io_uring_unregister_buffers(&ring);
		end = now_ns();
		if (i >= WARMUP)
			printf("%.0f %.0f\n", pinned - start, end - pinned);
	}
	return 0;
}
