/*
 * boot_metric - the samples of one metric of a boot's cell, while they come in and are summed up.
 */
#ifndef RESULT_BOOT_METRIC_H
#define RESULT_BOOT_METRIC_H

#include "result/boot.h"

/* NULL where there is none. */
struct boot_metric *boot_metric_find(const struct boot_cell *cell, const char *name);
/* NULL: memory ran out. */
struct boot_metric *boot_metric_add(struct boot_cell *cell, const char *name, const char *unit);

/* Room for so many samples more: 0 or -ENOMEM. */
int boot_metric_make_room(struct boot_metric *metric, size_t more);
/* @held: how many samples the boot holds, of all metrics; beyond a limit, all are thinned out. */
void boot_metric_sample(struct boot *boot, struct boot_metric *metric, double value, size_t *held);

/* Of all that came in; the samples themselves go unless @keep_samples. 0 or -ENOMEM. */
int boot_metric_sum_up(struct boot_metric *metric, bool keep_samples);
void boot_metric_release(struct boot_metric *metric);

#endif
