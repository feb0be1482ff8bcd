/* boot_metric - collects the samples of one metric of a boot's cell and sums them up. */
#ifndef RESULT_BOOT_METRIC_H
#define RESULT_BOOT_METRIC_H

#include "result/boot.h"

/* Finds a metric by name; NULL if there is none. */
struct boot_metric *boot_metric_find(const struct boot_cell *cell, const char *name);
/* Adds a metric, which belongs to the cell; NULL without memory. */
struct boot_metric *boot_metric_add(struct boot_cell *cell, const char *name, const char *unit);

/* Makes room for @more further samples. Returns 0 or -ENOMEM. */
int boot_metric_make_room(struct boot_metric *metric, size_t more);
/*
 * Adds a sample. @held counts the samples that the boot holds, of all metrics; beyond a limit,
 * every second sample of all metrics is dropped.
 */
void boot_metric_sample(struct boot *boot, struct boot_metric *metric, double value, size_t *held);

/*
 * Fills the summary from all samples, and frees the samples unless @keep_samples. Returns 0 or
 * -ENOMEM.
 */
int boot_metric_sum_up(struct boot_metric *metric, bool keep_samples);
/* Frees what the metric points to, but not the metric itself. */
void boot_metric_release(struct boot_metric *metric);

#endif
