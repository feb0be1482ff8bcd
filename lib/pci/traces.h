/*
 * traces - looks for signs that the system uses a device: entries of its classes in sysfs, and
 * lines of tables in /proc.
 */
#ifndef PCI_TRACES_H
#define PCI_TRACES_H

#include <stdbool.h>

#include "base/reason.h"
#include "pci/device.h"

/* Whether the device behind a class entry (block, net, …) sits on this PCI device. */
bool traces_sit_on(const char *class, const char *name, const struct pci_device *device);

/* Explains that a device is not taken because @path, which may show its users, cannot be read. */
int traces_unseen(const struct pci_device *device, const char *path, int error,
		  struct reason *reason);

/* 0 where the entry is no use of the device; -EBUSY with who uses it. */
typedef int trace_check(const char *name, const struct pci_device *device, struct reason *reason);

/* Calls @check for each entry of a class; stops at the first error. */
int traces_for_each(const char *class, const struct pci_device *device, trace_check *check,
		    struct reason *reason);

/* What is looked for in a table of /proc, and the line that it was found in. */
struct trace_search {
	const char *file;
	bool (*matches)(const char *line, const struct trace_search *search);
	const char *number, *name;
	char line[4096];
};

/* 1 where a line matches, 0 where none does or there is no such table; else -errno. */
int traces_find_line(struct trace_search *search);

#endif
