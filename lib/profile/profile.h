/*
 * profile - holds where the operations of one metric of one cell spent what they took.
 *
 * An emulator counts instructions, by which all that happened in a bracket is known ("unit"
 * PROFILE_INSTRUCTIONS); perf takes samples, by which shares are known as well as their number
 * allows (PROFILE_SAMPLES).
 */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/reason.h"
#include "profile/call_tree.h"

#define PROFILE_INSTRUCTIONS "instructions"
#define PROFILE_SAMPLES "samples"

#define PROFILE_EMULATOR "emulator"
#define PROFILE_PERF "perf"

/* The module of all that is no kernel code, and the name of its one function. */
#define PROFILE_USER "[user]"

struct profile {
	char *cell, *metric;
	char *source, *event, *unit;
	int64_t block, order; /* of its trial; of the first one where several were merged */
	uint64_t operations; /* samples of the metric that were profiled */
	uint64_t total; /* of all operations together, without interrupts: the sum of the tree */
	uint64_t interrupts; /* in the unit; in no function of the tree */
	uint64_t idle_ns; /* while the CPU slept */
	uint64_t lost; /* samples that are missing, for there was no room */
	struct call_tree tree;
};

/*
 * Makes a profile with an empty tree; texts are copied, @facts->total, boot_id and kernel are not
 * looked at. The caller frees it by profile_free(). NULL: memory ran out.
 */
struct profile *profile_new(const struct profile_facts *facts);
/* Takes NULL. */
void profile_free(struct profile *profile);

bool profile_is_samples(const struct profile *profile);

/*
 * Makes the record for the file of @run, the run's record, which may be NULL; sums up the tree and
 * sets the total. The caller owns the record. NULL: memory ran out.
 */
json_t *profile_to_record(struct profile *profile, const json_t *run);

/* Reads a record. Returns 0, or -errno with the reason, also if the stacks do not sum to the total. */
int profile_from_record(const json_t *record, struct profile **ret_profile, struct reason *reason);

/*
 * Adds @other, of the same cell and metric, to @profile. Returns 0; -EINVAL with the reason if they
 * are in different units or of different events; -ENOMEM.
 */
int profile_merge(struct profile *profile, const struct profile *other, struct reason *reason);

#endif
