/*
 * snapshot - makes what pages are copied from: one piece of memory for all, or a file that holds each
 * page, as the memory of a guest that was saved does.
 */
#ifndef MEM_SNAPSHOT_H
#define MEM_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reason.h"

struct snapshot {
	char *addr; /* NULL: there is none */
	uint64_t size_bytes;
	bool in_file; /* it holds every byte that is copied, and not one piece for all */
};

/* Fills @size_bytes of private memory. 0 or -errno with the reason. */
int snapshot_of_piece(uint64_t size_bytes, struct snapshot *ret_snapshot, struct reason *reason);

/*
 * Fills a file without a name in $TMPDIR, /var/tmp or /tmp, and maps it: it is in the page cache, and
 * nothing of it has an entry in this process. 0, or SKIPPED or -errno with the reason.
 */
int snapshot_of_file(uint64_t size_bytes, struct snapshot *ret_snapshot, struct reason *reason);

/* Returns where the bytes for @offset are. */
static inline const char *snapshot_at(const struct snapshot *snapshot, uint64_t offset)
{
	return snapshot->addr + (snapshot->in_file ? offset : 0);
}

/* Takes the entries of the file away again; its pages stay in the page cache. 0 or -errno. */
int snapshot_reset(const struct snapshot *snapshot);

void snapshot_release(struct snapshot *snapshot);

#endif
