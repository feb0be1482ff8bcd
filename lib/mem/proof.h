/*
 * proof - finds out what memory the kernel gave, and whether it is what was asked for.
 */
#ifndef MEM_PROOF_H
#define MEM_PROOF_H

#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "host/placement.h"
#include "host/team.h"
#include "mem/page_counts.h"
#include "mem/region.h"

struct proof {
	/* "pagemap": each folio looked at; "smaps": the kernel's sums, which cannot tell mTHP. */
	const char *method;
	struct page_counts pages;
	struct {
		unsigned int node;
		uint64_t bytes;
	} nodes[PLACEMENT_MAX_NODES];
	size_t nr_nodes;
};

/* Looks at a region that was faulted in, with all threads of @team, which region_team() opened. */
int proof_take(const struct region *region, struct team *team, struct proof *ret_proof,
	       struct reason *reason);

/*
 * Compares with what was asked for: 0 where all of the region is pages of the backing's size on
 * the placement's nodes; else INVALID, with both figures; SKIPPED where nothing that this process
 * may read could prove it.
 */
int proof_judge(const struct proof *proof, const struct region *region,
		const struct placement *placement, struct reason *reason);

/* Adds to one region's proof that of another of the same backing. */
void proof_add(struct proof *proof, const struct proof *other);

#endif
