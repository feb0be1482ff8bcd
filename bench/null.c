/*
 * null - nothing: the harness itself.
 *
 * With op=nothing a sample holds an empty bracket, which is what every other
 * figure holds besides its operation. With op=syscall it holds the cheapest
 * system call there is: the floor under whatever is asked of the kernel.
 */
#include <sys/syscall.h>
#include <unistd.h>

#include "measure/common.h"
#include "measure/trial.h"

enum { OP };
enum { OP_NS };
enum { NOTHING, SYSCALL };

static const char *const ops[] = { [NOTHING] = "nothing", [SYSCALL] = "syscall", NULL };

static const struct param params[] = {
	[OP] = { PARAM_WORD("op", ops, "nothing", "what stands between the clock reads") },
	{ .name = NULL },
};

static const struct metric metrics[] = {
	[OP_NS] = { METRIC_NS("op_ns", "one operation") },
	{ .name = NULL },
};

static int run_nothing(struct trial *t)
{
	uint64_t start, end;

	start = clock_now();
	end = clock_now();
	sample_ticks(t, OP_NS, end - start);
	return 0;
}

static int run_syscalls(struct trial *t)
{
	unsigned int batch = t->batch;
	uint64_t start, end;

	start = clock_now();
	for (unsigned int i = 0; i < batch; i++)
		syscall(SYS_getppid);
	end = clock_now();
	sample_ticks(t, OP_NS, end - start);
	return 0;
}

static int null_run(struct trial *t)
{
	return trial_number(t, OP) == NOTHING ? run_nothing(t) : run_syscalls(t);
}

/* An empty bracket has nothing to repeat. */
static bool null_can_batch(const struct value *values)
{
	return values[OP].number != NOTHING;
}

const struct bench bench_null = {
	.name = "null",
	.summary = "nothing: the harness itself",
	.details = "op_ns holds an empty bracket (op=nothing) or the cheapest system call "
		   "(op=syscall). It leaves out everything that other benchmarks are about.",
	.params = params,
	.metrics = metrics,
	.iterations = 1000,
	.can_batch = null_can_batch,
	.run = null_run,
};
