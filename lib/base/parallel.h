/*
 * parallel - pieces of work that know nothing of each other, on all CPUs that there are.
 */
#ifndef BASE_PARALLEL_H
#define BASE_PARALLEL_H

#include <stddef.h>

/*
 * Calls @work for each piece from 0 to @count - 1, in no order, and returns when all are done.
 * Never for anything that is measured. Threads that cannot be had are done without.
 */
void parallel_each(size_t count, void (*work)(void *context, size_t piece), void *context);

#endif
