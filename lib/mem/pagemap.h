/*
 * pagemap - which folios memory is made of: each of them is looked at, in /proc/self/pagemap and
 * /proc/kpageflags.
 */
#ifndef MEM_PAGEMAP_H
#define MEM_PAGEMAP_H

#include "mem/proof.h"

/*
 * Adds pages by their sizes, and runs, with all threads of @team. 0 or -errno: frames are hidden
 * from us, say; then the proof holds a part.
 */
int pagemap_take(const struct region *region, struct team *team, struct proof *proof);

#endif
