/*
 * proof - what memory the kernel really gave, as against what was asked for.
 */
#ifndef MEM_PROOF_H
#define MEM_PROOF_H

#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "host/placement.h"
#include "host/team.h"
#include "mem/region.h"

#define PROOF_MAX_SIZES 24

struct proof {
	/* "pagemap": each folio looked at; "smaps": the kernel's sums, which cannot tell mTHP. */
	const char *method;
	struct {
		uint64_t page_bytes, pages;
	} sizes[PROOF_MAX_SIZES]; /* rising */
	size_t nr_sizes;
	struct {
		unsigned int node;
		uint64_t bytes;
	} nodes[PLACEMENT_MAX_NODES];
	size_t nr_nodes;
	/*
	 * Frames that follow each other, for as long as they do, are a run: the fewer, the more
	 * the IOMMU's code can do at once. 0 where frames are hidden.
	 */
	uint64_t runs;
};

/* @pages more of a size; 0 of them are no size that was met. */
void proof_add_pages(struct proof *proof, uint64_t page_bytes, uint64_t pages);

/* Looks at a region that was faulted in, with all threads of @team (of region_team()). */
int proof_take(const struct region *region, struct team *team, struct proof *ret_proof,
	       struct reason *reason);

/*
 * 0 where all of the region is pages of the backing's size on the placement's nodes; else
 * INVALID, with both figures (SKIPPED where nothing we may read could prove it).
 */
int proof_judge(const struct proof *proof, const struct region *region,
		const struct placement *placement, struct reason *reason);

/* To one region's proof that of another, which is the same but for its addresses. */
void proof_add(struct proof *proof, const struct proof *other);

/* Pages of all sizes: what a cost per page is divided by. */
uint64_t proof_nr_pages(const struct proof *proof);

#endif
