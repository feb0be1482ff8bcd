/*
 * devices - chooses the devices that a cell uses, of those that vfio-pci has.
 *
 *   any             all of them, in the order of their addresses; the first one leads
 *   node:N          those on memory node N
 *   0000:01:00.0    this one
 */
#ifndef MEASURE_DEVICES_H
#define MEASURE_DEVICES_H

#include <stddef.h>

#include "base/reason.h"
#include "measure/bench.h"
#include "pci/device.h"

extern const struct param_type param_device;

struct devices {
	struct pci_device *list; /* NULL: the benchmark uses none */
	size_t count;
};

/*
 * Lists the devices that the cell's parameter "device" asks for; SKIPPED with the reason where there
 * is none. Benchmarks that need no device get an empty list.
 */
int devices_choose(const struct bench *bench, const struct value *values,
		   struct devices *ret_devices, struct reason *reason);
void devices_release(struct devices *devices);

/* Returns the first device of the @i-th IOMMU group among them; NULL past the last one. */
const struct pci_device *devices_of_group(const struct devices *devices, size_t i);

/* Returns the memory node of the leading device; -1 where there is none. */
int devices_node(const struct devices *devices);

#endif
