/*
 * uring-pin - long-term pin and unpin of populated memory, with no device.
 *
 * io_uring pins registered buffers with the kernel function that VFIO and RDMA
 * use too (pin_user_pages, FOLL_LONGTERM). The memory is faulted in and proved
 * before timing, so that the figures hold, for all of the memory:
 *
 *   pin_ns    io_uring_register_buffers(): looking pages up, taking a reference
 *             on each, and io_uring's own table of them; also its search for
 *             folios that it has accounted for already, which grows with the
 *             square of their number and rules over small folios (mthp-16k)
 *   unpin_ns  io_uring_unregister_buffers(): giving the references back
 *
 * They leave out faulting in (populate has that), the ring's set-up, and
 * everything about IOMMUs. A buffer holds at most 1 GiB, the kernel's limit; more
 * memory is several buffers in one call. With threads, each has a ring and a
 * slice of the memory of its own, and a figure lasts from the first one's start
 * to the last one's end.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <liburing.h>

#include "base/units.h"
#include "measure/common.h"
#include "measure/trial.h"

#define MOST_PER_BUFFER GIB

enum { BACKING, SIZE, THREADS };
enum { PIN_NS, UNPIN_NS };

static const struct param params[] = {
	[BACKING] = { PARAM_BACKING, .help = "the memory that is pinned" },
	[SIZE] = { PARAM_SIZE },
	[THREADS] = { PARAM_THREADS,
		      .help = "threads that share the memory, a CPU and a ring each" },
	{ .name = NULL },
};

static const struct metric metrics[] = {
	[PIN_NS] = { METRIC_NS("pin_ns", "pinning all of it"), .per_size = true },
	[UNPIN_NS] = { METRIC_NS("unpin_ns", "unpinning all of it"), .per_size = true },
	{ .name = NULL },
};

/* What one thread pins. */
struct ring_share {
	struct io_uring ring;
	bool ring_open;
	struct iovec *buffers;
	unsigned int nr_buffers;
};

struct state {
	struct region mem;
	struct team *team;
	struct ring_share *shares;
	size_t nr_shares;
};

/* ---- what is timed ---- */

static int pin_share(void *state, size_t member)
{
	struct ring_share *share = &((struct state *)state)->shares[member];

	return io_uring_register_buffers(&share->ring, share->buffers, share->nr_buffers);
}

static int unpin_share(void *state, size_t member)
{
	struct ring_share *share = &((struct state *)state)->shares[member];

	return io_uring_unregister_buffers(&share->ring);
}

static int uring_pin_run(struct trial *t)
{
	struct state *s = t->priv;
	uint64_t pin_ticks, unpin_ticks;
	int ret;

	ret = team_time(s->team, pin_share, s, &pin_ticks);
	if (ret)
		return ret;
	ret = team_time(s->team, unpin_share, s, &unpin_ticks);

	sample_ticks(t, PIN_NS, pin_ticks);
	sample_ticks(t, UNPIN_NS, unpin_ticks);
	return ret;
}

/* ---- what is not ---- */

static int share_out(struct ring_share *share, char *start, uint64_t length)
{
	share->nr_buffers = (unsigned int)((length + MOST_PER_BUFFER - 1) / MOST_PER_BUFFER);
	share->buffers = calloc(share->nr_buffers, sizeof(*share->buffers));
	if (!share->buffers)
		return -ENOMEM;
	for (unsigned int i = 0; i < share->nr_buffers; i++) {
		uint64_t offset = i * MOST_PER_BUFFER;
		uint64_t rest = length - offset;

		share->buffers[i].iov_base = start + offset;
		share->buffers[i].iov_len = rest < MOST_PER_BUFFER ? rest : MOST_PER_BUFFER;
	}
	return 0;
}

static int open_shares(struct state *s)
{
	for (size_t i = 0; i < s->nr_shares; i++) {
		struct ring_share *share = &s->shares[i];
		uint64_t offset, length;
		int ret;

		region_slice(&s->mem, i, s->nr_shares, &offset, &length);
		ret = share_out(share, s->mem.addr + offset, length);
		if (!ret)
			ret = io_uring_queue_init(1, &share->ring, 0);
		if (ret)
			return ret;
		share->ring_open = true;
	}
	return 0;
}

static int uring_pin_setup(struct trial *t)
{
	struct state *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return -ENOMEM;
	t->priv = s;
	s->mem = REGION_NONE;
	ret = trial_check_locked(t, trial_number(t, SIZE));
	if (!ret)
		ret = trial_memory(t, trial_word(t, BACKING), trial_number(t, SIZE), &s->mem);
	if (!ret)
		ret = trial_team(t, &s->team);
	if (ret)
		return ret;
	s->nr_shares = team_size(s->team);
	s->shares = calloc(s->nr_shares, sizeof(*s->shares));
	return s->shares ? open_shares(s) : -ENOMEM;
}

static void uring_pin_teardown(struct trial *t)
{
	struct state *s = t->priv;

	if (!s)
		return;
	team_close(s->team);
	for (size_t i = 0; s->shares && i < s->nr_shares; i++) {
		if (s->shares[i].ring_open)
			io_uring_queue_exit(&s->shares[i].ring);
		free(s->shares[i].buffers);
	}
	free(s->shares);
	trial_free(t, &s->mem);
	free(s);
}

static int uring_pin_possible(const struct value *values, struct reason *reason)
{
	uint64_t pages = values[BACKING].number ? values[SIZE].number / values[BACKING].number : 1;

	if (pages && values[THREADS].number > pages)
		return reason_set(reason, SKIPPED, "%llu threads cannot share %llu pages",
				  (unsigned long long)values[THREADS].number,
				  (unsigned long long)pages);
	return 0;
}

static double uring_pin_estimate_ns(const struct value *values)
{
	return (double)values[SIZE].number * 0.02;
}

const struct bench bench_uring_pin = {
	.name = "uring-pin",
	.summary = "long-term pin and unpin through io_uring, no device needed",
	.details = "pin_ns and unpin_ns hold io_uring_register_buffers() and its undoing over "
		   "memory that was faulted in before. They leave out page faults, the ring's "
		   "set-up and everything about IOMMUs.",
	.params = params,
	.metrics = metrics,
	.needs = NEEDS_IO_URING,
	.iterations = 50,
	.estimate_ns = uring_pin_estimate_ns,
	.possible = uring_pin_possible,
	.setup = uring_pin_setup,
	.run = uring_pin_run,
	.teardown = uring_pin_teardown,
};
