#include <errno.h>

#include "host/crew.h"
#include "measure/found.h"

struct found *found_new(size_t count)
{
	return crew_memory(count * sizeof(struct found));
}

void found_free(struct found *found, size_t count)
{
	crew_memory_free(found, count * sizeof(*found));
}

void found_tell(struct found *found, const struct trial *t)
{
	found->reason = t->reason;
	found->proof = t->proof;
	found->fault_in_ns = t->fault_in_ns;
	found->verify_ns = t->verify_ns;
}

static int give_reason(const struct found *found, size_t count, int error, struct trial *t)
{
	for (size_t i = 0; i < count; i++)
		if (found[i].reason.text[0])
			return reason_set(&t->reason, error, "%s", found[i].reason.text);
	return error == -ECHILD ? reason_set(&t->reason, error, "a process of the trial died")
				: error;
}

/* They did it at the same time: the longest is what it took. */
static void keep_longest(uint64_t *longest_ns, uint64_t ns)
{
	if (ns > *longest_ns)
		*longest_ns = ns;
}

int found_gather(const struct found *found, size_t count, int error, struct trial *t)
{
	if (error)
		return give_reason(found, count, error, t);
	for (size_t i = 1; i < count; i++) {
		proof_add(&t->proof, &found[i].proof);
		keep_longest(&t->fault_in_ns, found[i].fault_in_ns);
		keep_longest(&t->verify_ns, found[i].verify_ns);
	}
	return 0;
}
