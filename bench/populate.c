/*
 * populate - faulting memory in, and giving it back.
 *
 * fault_in_ns holds the page faults (or the one call that stands for them), the
 * allocation and the clearing of the pages; with how=populate also the mmap(2)
 * that does it. free_ns holds taking the mapping away (by an empty one in its
 * place, which keeps the addresses) and the freeing, for a memfd its close(2) too. Both leave out the reservation of address space and madvise(2).
 * With several threads each faults its own slice, and fault_in_ns lasts from
 * the first one's start to the last one's end.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "measure/common.h"
#include "measure/trial.h"

enum { BACKING, SIZE, HOW, THREADS };
enum { FAULT_IN_NS, FREE_NS };

static const char *const hows[] = {
	[FAULT_TOUCH] = "touch", [FAULT_POPULATE] = "populate", [FAULT_MADVISE] = "madvise", NULL
};

static const struct param params[] = {
	[BACKING] = { PARAM_BACKING, .help = "the memory that is faulted in" },
	[SIZE] = { PARAM_SIZE },
	[HOW] = { PARAM_WORD("how", hows, "touch",
			     "a store to each page, MAP_POPULATE, or MADV_POPULATE_WRITE") },
	[THREADS] = { PARAM_THREADS, .help = "threads that share the work, a CPU each" },
	{ .name = NULL },
};

static const struct metric metrics[] = {
	[FAULT_IN_NS] = { METRIC_NS("fault_in_ns", "faulting all of it in"), .per_size = true },
	[FREE_NS] = { METRIC_NS("free_ns", "giving all of it back"), .per_size = true },
	{ .name = NULL },
};

struct state {
	struct region region;
	struct team *team;
	enum fault_in fault_in;
};

static int populate_possible(const struct value *values, struct reason *reason)
{
	struct backing backing;

	if (values[HOW].number == FAULT_POPULATE && values[THREADS].number > 1)
		return reason_set(reason, SKIPPED, "MAP_POPULATE faults in with one thread only");
	if (values[HOW].number == FAULT_POPULATE &&
	    !backing_find(values[BACKING].word, &backing, NULL) &&
	    backing_advice(&backing) == MADV_HUGEPAGE)
		return reason_set(reason, SKIPPED,
				  "MAP_POPULATE faults in before madvise(MADV_HUGEPAGE) can be "
				  "given: the pages would be small");
	return 0;
}

static int populate_setup(struct trial *t)
{
	struct state *s = calloc(1, sizeof(*s));
	struct backing backing;
	int ret;

	if (!s)
		return -ENOMEM;
	t->priv = s;
	s->region = REGION_NONE;
	s->fault_in = (enum fault_in)trial_number(t, HOW);
	ret = backing_find(trial_word(t, BACKING), &backing, &t->reason);
	if (!ret)
		ret = region_reserve(&backing, trial_number(t, SIZE), &s->region, &t->reason);
	return ret ? ret : trial_team(t, &s->team);
}

static int fault_in_slice(void *state, size_t member)
{
	struct state *s = state;
	uint64_t offset, length;

	region_slice(&s->region, member, team_size(s->team), &offset, &length);
	return region_fault_in(&s->region, s->fault_in, offset, length);
}

/* Faults fresh pages in, and takes the ticks for fault_in_ns. */
static int fault_in(struct state *s, uint64_t *ret_ticks)
{
	uint64_t start, end;
	int ret;

	if (s->fault_in == FAULT_POPULATE) {
		start = clock_now();
		ret = region_map(&s->region, true);
		end = clock_now();
		*ret_ticks = end - start;
		return ret;
	}
	ret = region_map(&s->region, false);
	return ret ? ret : team_time(s->team, fault_in_slice, s, ret_ticks);
}

static int populate_run(struct trial *t)
{
	struct state *s = t->priv;
	uint64_t fault_in_ticks, start, end;
	int ret = fault_in(s, &fault_in_ticks);

	/* Each iteration has pages of its own; those of the first one are proved, for all. */
	if (!ret && !t->proved)
		ret = trial_prove(t, &s->region);
	if (ret)
		return ret;

	start = clock_now();
	ret = region_unmap(&s->region);
	end = clock_now();

	sample_ticks(t, FAULT_IN_NS, fault_in_ticks);
	sample_ticks(t, FREE_NS, end - start);
	return ret;
}

static void populate_teardown(struct trial *t)
{
	struct state *s = t->priv;

	if (!s)
		return;
	team_close(s->team);
	region_release(&s->region);
	free(s);
}

static double populate_estimate_ns(const struct value *values)
{
	return (double)values[SIZE].number * 0.3;
}

const struct bench bench_populate = {
	.name = "populate",
	.summary = "faulting memory in, and giving it back",
	.details = "fault_in_ns holds the page faults, the allocation and the clearing of pages; "
		   "free_ns holds unmapping and the freeing. Both leave out reserving address "
		   "space and madvise(2).",
	.params = params,
	.metrics = metrics,
	.iterations = 10,
	.estimate_ns = populate_estimate_ns,
	.possible = populate_possible,
	.setup = populate_setup,
	.run = populate_run,
	.teardown = populate_teardown,
};
