/*
 * sysfs - where the kernel describes devices: /sys and /proc, or trees that stand in for them.
 */
#ifndef PCI_SYSFS_H
#define PCI_SYSFS_H

#include <stdbool.h>

/* $DMABENCH_SYSFS and $DMABENCH_PROC, for tests on made-up hosts; else /sys and /proc. */
const char *sysfs_root(void);
const char *procfs_root(void);

/* Whether it is this host's own: a module loaded for a made-up one would help nobody. */
bool sysfs_is_real(void);

#endif
