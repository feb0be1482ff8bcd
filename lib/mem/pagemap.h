/*
 * pagemap - which folios memory is made of: each of them is looked at, in /proc/self/pagemap and
 * /proc/kpageflags.
 */
#ifndef MEM_PAGEMAP_H
#define MEM_PAGEMAP_H

#include "mem/proof.h"

/* An entry of /proc/self/pagemap. */
#define PAGEMAP_PRESENT (1ULL << 63)
#define PAGEMAP_PFN ((1ULL << 55) - 1)

/*
 * Adds pages by their sizes, and runs, with all threads of @team. 0 or -errno: frames are hidden
 * from us, say; then the proof holds a part.
 */
int pagemap_take(const struct region *region, struct team *team, struct proof *proof);

#endif
