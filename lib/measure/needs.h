/*
 * needs - finds out whether this host has what a benchmark needs.
 */
#ifndef MEASURE_NEEDS_H
#define MEASURE_NEEDS_H

#include "base/reason.h"

/* What benchmarks may need, as data, so that `list` can say why one cannot run. */
enum {
	NEEDS_IO_URING = 1 << 0,
	NEEDS_VFIO_DEVICE = 1 << 1,
	NEEDS_GUP_TEST = 1 << 2,
	NEEDS_DMA_MAP_BENCHMARK = 1 << 3,
	NEEDS_USERFAULTFD = 1 << 4,
};

/* Returns 0, or SKIPPED with the first need that is not met and the way to meet it. */
int needs_check(unsigned int needs, struct reason *reason);

#endif
