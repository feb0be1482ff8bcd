/*
 * shares - cuts a buffer into a share for each of several workers, who map them into one address
 * space, or into several that are dealt out to the workers in turn.
 */
#ifndef IOMMU_SHARES_H
#define IOMMU_SHARES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "host/team.h"
#include "iommu/iommu.h"
#include "iommu/pieces.h"
#include "mem/region.h"

/* What one worker maps, and where. */
struct share {
	struct iommu *iommu;
	struct pieces pieces;
};

/* The caller sets all but the list. */
struct shares {
	struct iommu *containers;
	size_t nr_containers;
	unsigned int access;
	bool processes; /* else threads */
	struct share *list;
	size_t count;
};

/*
 * Makes the shares: slices of @mem, with I/O addresses from @base on, in pieces of @piece_bytes
 * (0: one). Processes have memory of their own: for them @mem need not be mapped, and each calls
 * share_settle().
 */
int shares_init(struct shares *shares, const struct region *mem, uint64_t base,
		uint64_t piece_bytes, enum pieces_order order);

/* Puts a share at @addr: called by the process that maps it, of memory of its own. */
void share_settle(struct share *share, char *addr);

/* Frees what shares_init() made. Takes half-made and zeroed ones. */
void shares_release(struct shares *shares);

/* 0, or SKIPPED: a container would have more mappings than the kernel allows. */
int shares_check_mappings(const struct shares *shares, struct reason *reason);

/*
 * Explains the error of a team that mapped or unmapped shares, by the container of the member that
 * failed. Return @error.
 */
int shares_explain_map(const struct shares *shares, const struct team *team, int error,
		       struct reason *reason);
int shares_explain_unmap(const struct shares *shares, const struct team *team, int error,
			 struct reason *reason);

/* The work of a member on its share; the argument is struct shares. */
team_work share_map_whole, share_map_pieces;
team_work share_unmap_whole, share_unmap_pieces;
team_work share_unmap_all, share_close; /* unmap all of the container, or close it */

#endif
