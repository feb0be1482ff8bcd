/*
 * userfault - lets this process resolve its own page faults, by userfaultfd(2).
 *
 * A watched region has no page-table entries (or, for USERFAULT_UNPROTECT, write-protected ones).
 * Whoever touches it waits until a piece of it is resolved:
 *
 *   continue   the page is in the memfd already, and only its entry is made
 *   copy       a new page is made and filled from a source
 *   zeropage   a page of zeros is put there
 *   unprotect  the write protection of a page is taken away
 */
#ifndef MEM_USERFAULT_H
#define MEM_USERFAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reason.h"
#include "mem/region.h"
#include "mem/snapshot.h"

enum userfault_resolve {
	USERFAULT_CONTINUE,
	USERFAULT_COPY,
	USERFAULT_ZEROPAGE,
	USERFAULT_UNPROTECT
};

struct userfault {
	int fd;
	enum userfault_resolve resolve;
	char *start; /* what is watched */
	uint64_t length;
	const struct snapshot *snapshot; /* of copies */
	bool shared, hugetlb;
};

/* Safe to close. */
#define USERFAULT_NONE ((struct userfault){ .fd = -1 })

/* Lists the names of the resolves, in their order; ends with NULL. */
extern const char *const userfault_resolve_names[];

/* Opens a descriptor and closes it: 0, or SKIPPED with the reason and the way out. */
int userfault_available(struct reason *reason);

/* 0, or SKIPPED with the reason: no kernel resolves faults of such memory in this way. */
int userfault_possible(enum userfault_resolve resolve, const struct backing *backing,
		       struct reason *reason);

/*
 * Opens a descriptor that watches @region, which is mapped. With @signals a touch raises SIGBUS in
 * the thread that touched, in place of waiting. @snapshot is what copies are made of, and has to stay
 * until the descriptor is closed. 0, -errno, or SKIPPED where this kernel cannot do it.
 */
int userfault_open(const struct region *region, enum userfault_resolve resolve, bool signals,
		   const struct snapshot *snapshot, struct userfault *ret_fault,
		   struct reason *reason);

void userfault_close(struct userfault *fault);

/* Takes the entries of everything away again (and pages that copies made). 0 or -errno. */
int userfault_reset(const struct userfault *fault);

/* Write-protects a piece: what USERFAULT_UNPROTECT needs before each touch. 0 or -errno. */
int userfault_protect(const struct userfault *fault, uint64_t offset, uint64_t length);

/* Resolves the faults of a piece and wakes who waits for it. 0 or -errno. */
int userfault_resolve(const struct userfault *fault, uint64_t offset, uint64_t length);

/* Waits for a fault and returns the offset that was touched. 0 or -errno. */
int userfault_wait(const struct userfault *fault, uint64_t *ret_offset);

/* Stops watching, so that nobody waits any longer: the kernel resolves what is touched. */
void userfault_give_up(const struct userfault *fault);

#endif
