/* child - forks processes that end with the one that forked them. */
#ifndef HOST_CHILD_H
#define HOST_CHILD_H

#include <sys/types.h>

/*
 * Forks as fork(2) does: the child's id, or -errno; 0 in the child. The kernel kills the child when
 * the thread that forked it ends, in whatever way.
 */
pid_t child_fork(void);

#endif
