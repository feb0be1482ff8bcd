/*
 * setting - reads and writes one value of this host.
 *
 * Most are files of sysfs or procfs. A PCI device's driver is a setting too: its
 * path is the link DEVICE/driver, its value the driver's name or "none".
 */
#ifndef HOST_SETTING_H
#define HOST_SETTING_H

#include <stddef.h>

#include "base/text.h"

/* 0 or -errno; of a choice like "always [madvise] never", the word in brackets. */
int setting_read(const char *path, char *value, size_t room);

/* 0 or -errno. A driver that does not take its device is -ENODEV. */
int setting_write(const char *path, const char *value);

/* Adds to @text what setting_write() would write, line by line: for --dry-run. */
void setting_describe(const char *path, const char *value, struct text *text);

#endif
