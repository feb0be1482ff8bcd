/*
 * parallel - does independent pieces of work on all CPUs.
 */
#ifndef BASE_PARALLEL_H
#define BASE_PARALLEL_H

#include <stddef.h>

/*
 * Calls @work for each piece from 0 to @count - 1, in no order, and returns when all are done.
 * Not to be used for what is measured. Where threads cannot be started, fewer do the work.
 */
void parallel_each(size_t count, void (*work)(void *context, size_t piece), void *context);

#endif
