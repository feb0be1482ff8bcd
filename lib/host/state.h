/*
 * state - finds the folder in which dmabench keeps what must outlive a process.
 */
#ifndef HOST_STATE_H
#define HOST_STATE_H

#include <stddef.h>

/* $DMABENCH_STATE, else /var/lib/dmabench for root, else $XDG_STATE_HOME/dmabench. */
int state_path(const char *name, char *path, size_t room);

/* Makes the folder, too. */
int state_path_make(const char *name, char *path, size_t room);

/* Reads this boot's id; "" where the kernel tells none. */
void host_boot_id(char id[40]);

#endif
