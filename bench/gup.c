/*
 * gup - the kernel's own gup_test (CONFIG_GUP_TEST), driven and recorded like the rest.
 *
 * A debugfs file pins a stretch of this process's memory by one of the kernel's functions, lets go
 * of it again, and says how long each took inside the kernel:
 *
 *   get_ns   call=pin-longterm: pin_user_pages(FOLL_LONGTERM), a walk under the lock of the
 *            address space, as VFIO's type1 does it; pin-fast: without the lock, as io_uring and
 *            iommufd do where they can; pin, get-fast, get: their siblings
 *   put_ns   unpin_user_pages() (or put_page(), of get and get-fast)
 *
 * The memory is faulted in and proved before. The kernel counts whole microseconds, and takes
 * `batch` pages with one call, as its callers do. Between the two it looks at each page once more,
 * so that put_ns finds them in the cache. Left out: the system call, accounting of locked memory,
 * and the array of pages, which it makes before its clock starts.
 *
 * Every caller of these functions pays at least this: what vfio-map and uring-pin take beyond it is
 * their own work (IOMMU page tables, accounting, tables of their own).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "host/memory.h"
#include "measure/common.h"
#include "measure/trial.h"

#define GUP_FILE "/sys/kernel/debug/gup_test"

/* The kernel's ABI (mm/gup_test.h), which no distribution has a header for. */
struct gup_test {
	__u64 get_delta_usec, put_delta_usec;
	__u64 addr, size;
	__u32 nr_pages_per_call, gup_flags, test_flags, which_pages[8];
};

#define GUP_REQUEST(number) _IOWR('g', number, struct gup_test)
#define GUP_FLAG_WRITE 1

enum { BACKING, SIZE, CALL, BATCH, WRITE };
enum { GET_NS, PUT_NS };

static const char *const calls[] = { "pin-longterm", "pin-fast", "pin", "get-fast", "get", NULL };
static const unsigned long requests[] = { GUP_REQUEST(3), GUP_REQUEST(2), GUP_REQUEST(5),
					  GUP_REQUEST(1), GUP_REQUEST(4) };

static const struct param params[] = {
	[BACKING] = { PARAM_BACKING, .help = "the memory that is pinned" },
	[SIZE] = { PARAM_SIZE },
	[CALL] = { PARAM_WORD("call", calls, "pin-longterm", "the kernel's function") },
	[BATCH] = { .name = "batch",
		    .type = &param_count,
		    .fallback = "512",
		    .min = 1,
		    .max = 1U << 30,
		    .implied = true,
		    .help = "small pages a call" },
	[WRITE] = { PARAM_WORD("write", param_no_yes, "yes", "for writing to them"),
		    .implied = true },
	{ .name = NULL },
};

static const struct metric metrics[] = {
	[GET_NS] = { METRIC_NS("get_ns", "pinning or getting all of it"), .per_size = true },
	[PUT_NS] = { METRIC_NS("put_ns", "letting go of all of it"), .per_size = true },
	{ .name = NULL },
};

struct state {
	struct region mem;
	int fd;
};

static int gup_run(struct trial *t)
{
	struct state *s = t->priv;
	struct gup_test args = {
		.addr = (uintptr_t)s->mem.addr,
		.size = s->mem.size_bytes,
		.nr_pages_per_call = (__u32)trial_number(t, BATCH),
		.gup_flags = trial_number(t, WRITE) ? GUP_FLAG_WRITE : 0,
	};

	if (ioctl(s->fd, requests[trial_number(t, CALL)], &args))
		return reason_set(&t->reason, -errno, GUP_FILE " refuses call=%s: %s",
				  trial_word(t, CALL), strerror(errno));
	/* The kernel stops at the first page that it does not get, and returns success. */
	if (args.size != s->mem.size_bytes)
		return reason_set(&t->reason, -EFAULT, GUP_FILE " pinned %llu of %llu bytes",
				  (unsigned long long)args.size,
				  (unsigned long long)s->mem.size_bytes);
	sample_ticks(t, GET_NS, clock_ns_to_ticks(1000.0 * (double)args.get_delta_usec));
	sample_ticks(t, PUT_NS, clock_ns_to_ticks(1000.0 * (double)args.put_delta_usec));
	return 0;
}

static int gup_setup(struct trial *t)
{
	struct state *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	t->priv = s;
	s->mem = REGION_NONE;
	s->fd = open(GUP_FILE, O_RDWR | O_CLOEXEC);
	if (s->fd < 0)
		return reason_set(&t->reason, -errno, "cannot open " GUP_FILE ": %s",
				  strerror(errno));
	return trial_memory(t, trial_word(t, BACKING), trial_number(t, SIZE), &s->mem);
}

static void gup_teardown(struct trial *t)
{
	struct state *s = t->priv;

	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	trial_free(t, &s->mem);
	free(s);
}

static double gup_estimate_ns(const struct value *values)
{
	return (double)values[SIZE].number * 0.1;
}

const struct bench bench_gup = {
	.name = "gup",
	.summary = "the kernel's own gup_test: pinning alone, inside the kernel",
	.details = "get_ns and put_ns are what gup_test says of pin_user_pages() and its kin over\n"
		   "memory that was faulted in before. They leave out the system call, accounting\n"
		   "and all that callers do with the pages; the kernel counts whole microseconds.",
	.params = params,
	.metrics = metrics,
	.needs = NEEDS_GUP_TEST,
	.iterations = 10,
	.estimate_ns = gup_estimate_ns,
	.setup = gup_setup,
	.run = gup_run,
	.teardown = gup_teardown,
};
