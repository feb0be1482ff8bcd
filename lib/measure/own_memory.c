#include <errno.h>

#include "measure/member_outcomes.h"
#include "measure/own_memory.h"

struct own_memory_start {
	struct trial *t;
	const struct own_memory *own;
	struct member_outcome *outcomes;
};

/* Runs in each process, whose trial and region are its own. */
static int take_share(void *argument, size_t member)
{
	const struct own_memory_start *start = argument;
	const struct own_memory *own = start->own;
	struct share *share = &own->shares->list[member];
	int ret = trial_memory_in(start->t, own->backing, share->pieces.size_bytes, own->frames,
				  own->region);

	if (!ret)
		share_settle(share, own->region->addr);
	member_outcome_store(&start->outcomes[member], start->t);
	return ret;
}

int own_memory_start(struct trial *t, const struct own_memory *own, struct team **ret_team)
{
	size_t count = own->shares->count;
	/* Processes see this as it is when they are forked, so all is set before. */
	struct own_memory_start start = { .t = t,
					  .own = own,
					  .outcomes = member_outcomes_new(count) };
	uint64_t ticks;
	int ret;

	if (!start.outcomes)
		return -ENOMEM;
	ret = trial_team_of_processes(t, ret_team);
	if (!ret) {
		ret = team_time(*ret_team, take_share, &start, &ticks);
		ret = member_outcomes_gather(start.outcomes, count, ret, t);
	}
	member_outcomes_free(start.outcomes, count);
	return ret;
}
