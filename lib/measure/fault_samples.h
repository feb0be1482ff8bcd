/*
 * fault_samples - keeps the time of each touch of device memory that faults, as samples of a trial.
 */
#ifndef MEASURE_FAULT_SAMPLES_H
#define MEASURE_FAULT_SAMPLES_H

#include "measure/trial.h"
#include "vfio/touch.h"

/* Makes room in each of the metrics, which end with -1, for one pass an iteration. 0 or -ENOMEM. */
int fault_samples_reserve(struct trial *t, const struct touch *touch, const int *metrics);

/* Adds the faulting touches of one pass; of the leading thread's those from @from on. */
void fault_samples_add(struct trial *t, const struct touch *touch, enum walk_pass pass,
		       uint32_t from, int metric);

#endif
