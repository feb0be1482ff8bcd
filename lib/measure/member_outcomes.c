#include <errno.h>

#include "host/crew.h"
#include "measure/member_outcomes.h"

struct member_outcome *member_outcomes_new(size_t count)
{
	return crew_memory(count * sizeof(struct member_outcome));
}

void member_outcomes_free(struct member_outcome *outcomes, size_t count)
{
	crew_memory_free(outcomes, count * sizeof(*outcomes));
}

void member_outcome_store(struct member_outcome *outcome, const struct trial *t)
{
	outcome->reason = t->reason;
	outcome->proof = t->proof;
	outcome->fault_in_ns = t->fault_in_ns;
	outcome->verify_ns = t->verify_ns;
}

static int give_reason(const struct member_outcome *outcomes, size_t count, int error,
		       struct trial *t)
{
	for (size_t i = 0; i < count; i++)
		if (outcomes[i].reason.text[0])
			return reason_set(&t->reason, error, "%s", outcomes[i].reason.text);
	return error == -ECHILD ? reason_set(&t->reason, error, "a process of the trial died")
				: error;
}

/* Members worked at the same time: the longest time counts. */
static void keep_longest(uint64_t *longest_ns, uint64_t ns)
{
	if (ns > *longest_ns)
		*longest_ns = ns;
}

int member_outcomes_gather(const struct member_outcome *outcomes, size_t count, int error,
			   struct trial *t)
{
	if (error)
		return give_reason(outcomes, count, error, t);
	for (size_t i = 1; i < count; i++) {
		proof_add(&t->proof, &outcomes[i].proof);
		keep_longest(&t->fault_in_ns, outcomes[i].fault_in_ns);
		keep_longest(&t->verify_ns, outcomes[i].verify_ns);
	}
	return 0;
}
