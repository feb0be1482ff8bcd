/*
 * needs - finds out whether this host has what a benchmark needs.
 */
#ifndef MEASURE_NEEDS_H
#define MEASURE_NEEDS_H

#include <stdbool.h>

#include "base/reason.h"

/* How the reason begins where VFIO is missing altogether, and the command that has it anyway. */
#define NEEDS_NO_VFIO "no VFIO here"
#define NEEDS_LAB_COMMAND "dmabench lab run --kernel debian:newest lab-quick -o lab"

/* What benchmarks may need, as data, so that `list` can say why one cannot run. */
enum {
	NEEDS_IO_URING = 1 << 0,
	NEEDS_VFIO_DEVICE = 1 << 1,
	NEEDS_GUP_TEST = 1 << 2,
	NEEDS_DMA_MAP_BENCHMARK = 1 << 3,
	NEEDS_USERFAULTFD = 1 << 4,
};

/*
 * Returns how to get VFIO where there is none, on a machine that facts_virtual() calls so, whose
 * devices are in IOMMU groups or not: what to switch on, and the lab, which has it anywhere. The text
 * is good until the next call.
 */
const char *needs_vfio_advice(const char *virtual, bool has_groups);

/* Returns 0, or SKIPPED with the first need that is not met and the way to meet it. */
int needs_check(unsigned int needs, struct reason *reason);

#endif
