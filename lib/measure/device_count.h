/*
 * device_count - reads how many devices a cell uses: a number, or "most", as many as there are.
 */
#ifndef MEASURE_DEVICE_COUNT_H
#define MEASURE_DEVICE_COUNT_H

#include <stddef.h>
#include <stdint.h>

#include "measure/devices.h"

#define DEVICES_MOST "most" /* its number is 0 */

extern const struct param_type param_device_count;

/* Returns the number for estimates; for "most", one that is usual. */
static inline double device_count_guess(const struct value *value)
{
	return value->number ? (double)value->number : 8;
}

/* 0, or SKIPPED with both numbers: more are wanted than there are, or than @most. */
int device_count_check(const struct devices *devices, uint64_t wanted, size_t most,
		       size_t *ret_count, struct reason *reason);

#endif
