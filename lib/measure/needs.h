/*
 * needs - what benchmarks need of the host, and how to find out whether it is there.
 */
#ifndef MEASURE_NEEDS_H
#define MEASURE_NEEDS_H

#include "base/reason.h"

/* 0, or SKIPPED with the first need that is not met and the way to meet it. */
int needs_check(unsigned int needs, struct reason *reason);

#endif
