/*
 * memory - works out how much memory a trial may take without harm to others.
 */
#ifndef HOST_MEMORY_H
#define HOST_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/*
 * Bytes that can be had without swapping or killing: the least of what the
 * given nodes have (all nodes where @nr_nodes is 0), what the system as a whole
 * has, and what our cgroups still allow; less a reserve for everybody else.
 */
int memory_available(const unsigned int *nodes, size_t nr_nodes, uint64_t *ret_bytes);

/* Locked memory that this process may have: UINT64_MAX with CAP_IPC_LOCK or no limit. */
uint64_t memory_lock_limit(void);

/* Raises the soft limit to the hard one; harmless where that is not allowed. */
void memory_lock_raise(void);

uint64_t memory_page_size(void);

/* Returns this process's resident memory, in bytes. */
uint64_t memory_resident(void);

#endif
