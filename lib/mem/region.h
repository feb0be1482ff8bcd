/*
 * region - maps, faults in and releases a piece of memory of one backing.
 */
#ifndef MEM_REGION_H
#define MEM_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "host/team.h"
#include "host/topology.h"
#include "mem/backing.h"

#define REGION_MAX_THREADS 16

/* Where neighbouring pages lie: as the kernel gives them, far from each other, side by side. */
enum frames { FRAMES_GIVEN, FRAMES_APART, FRAMES_JOINED };

/*
 * In which order region_fault_in_all() faults pages in. FAULT_APART: so much is faulted in between
 * two neighbours that no two of them get frames that follow each other.
 */
enum fault_order { FAULT_FORWARDS, FAULT_BACKWARDS, FAULT_APART };

struct region {
	struct backing backing;
	char *addr;
	uint64_t size_bytes;
	enum fault_order fault_order;
	bool mapped; /* the backing is there, not only its addresses */
	int memfd; /* -1 where the backing is none */
	char *reservation; /* address space around addr, for alignment and as a guard */
	uint64_t reserved_bytes;
	char *kept; /* pages beside it that were faulted in before its own, and are not used */
	uint64_t kept_bytes;
};

/* An empty region, safe to release. */
#define REGION_NONE ((struct region){ .memfd = -1 })

/* How pages are faulted in: one at a time, or many with one call. */
enum fault_in { FAULT_TOUCH, FAULT_POPULATE, FAULT_MADVISE };

/*
 * Reserves address space, aligned to the backing's pages (and to the PMD size, so that
 * page tables look the same in every trial).
 */
int region_reserve(const struct backing *backing, uint64_t size_bytes, struct region *ret_region,
		   struct reason *reason);

/*
 * Maps the backing into the reservation; nothing is faulted in unless @populate (MAP_POPULATE).
 * 0 or -errno; region_map_reason() explains.
 */
int region_map(struct region *region, bool populate);
int region_map_reason(const struct region *region, int error, struct reason *reason);

/* Returns what the addresses of such memory are aligned to. */
uint64_t region_alignment(const struct backing *backing);

/*
 * Makes the @length bytes at @offset the whole region. Pages that were faulted in after these are
 * given back at once, those from before with the region: in the reverse order of faulting in.
 */
int region_narrow(struct region *region, uint64_t offset, uint64_t length);

/* Takes the pages away, with one mmap(2) over them; the addresses stay reserved. */
int region_unmap(struct region *region);

/* Faults in a slice, with the calling thread. FAULT_POPULATE is for region_map() to do. */
int region_fault_in(struct region *region, enum fault_in fault_in, uint64_t offset,
		    uint64_t length);

/* Cuts out the slice of one of @nr_members members: whole pages, all sizes as equal as can be. */
void region_slice(const struct region *region, size_t member, size_t nr_members,
		  uint64_t *ret_offset, uint64_t *ret_length);

/* Opens a team for work on whole regions that is not timed: on the given CPU and its node's. */
int region_team(const struct topology *topology, unsigned int home_cpu, struct team **ret_team,
		struct reason *reason);

/* Faults in everything as fast as the team can; memory policy is the caller's. */
int region_fault_in_all(struct region *region, struct team *team, struct reason *reason);

/*
 * Gives the pages back with the whole team, in the reverse order of faulting in: the allocator hands
 * out first what it got back last, so that the next trial gets the same frames in the same order.
 */
void region_free_all(struct region *region, struct team *team);

void region_release(struct region *region);

#endif
