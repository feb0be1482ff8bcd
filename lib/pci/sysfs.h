/*
 * sysfs - where the kernel describes devices: /sys and /proc, or trees that stand in for them.
 */
#ifndef PCI_SYSFS_H
#define PCI_SYSFS_H

/* $DMABENCH_SYSFS and $DMABENCH_PROC, for tests on made-up hosts; else /sys and /proc. */
const char *sysfs_root(void);
const char *procfs_root(void);

#endif
