/*
 * sysfs - finds where the kernel describes devices: /sys and /proc, or trees in their place.
 */
#ifndef PCI_SYSFS_H
#define PCI_SYSFS_H

#include <stdbool.h>

/* $DMABENCH_SYSFS and $DMABENCH_PROC, for tests on made-up hosts; else /sys and /proc. */
const char *sysfs_root(void);
const char *procfs_root(void);

/* Whether it is this host's own /sys: for a made-up one no module is loaded. */
bool sysfs_is_real(void);

#endif
