/*
 * fields - reads the members of a result file's records, with a function for each.
 *
 * The names of members are spelled only here and in record.h, which writes them. Every function
 * takes whatever a file may hold, also NULL for a missing record or object: what is missing or of
 * another type reads as "", 0, false or NULL. Returned texts and objects belong to the record.
 */
#ifndef RESULT_FIELDS_H
#define RESULT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

enum cell_status { CELL_OK, CELL_INVALID, CELL_FAILED, CELL_SKIPPED };

const char *cell_status_name(enum cell_status status);

/* ---- a run's record ---- */

/*
 * Returns the text @name: a member of the record if @object is NULL, else of that object in it,
 * such as "host".
 */
const char *run_text(const json_t *run, const char *object, const char *name);
const char *run_label(const json_t *run); /* series.label, else the kernel's release */
const json_t *run_host(const json_t *run);
json_t *run_config(const json_t *run);
const json_t *run_part(const json_t *run, const char *name); /* "tool", "config", … */
const char *run_cpu_model(const json_t *run);
int64_t run_cpu_count(const json_t *run);
const char *run_iommu_kind(const json_t *run); /* "intel", "amd", …; "" if not recorded */
bool run_iommu_is_virtual(const json_t *run); /* a hypervisor keeps its page tables */
bool run_iommu_is_flushed(const json_t *run); /* the kernel flushes its tables from CPU caches */
/* Returns the memory of all nodes, and how many nodes the record lists. */
double run_memory_bytes(const json_t *run, size_t *ret_nr_nodes);
size_t run_nr_vfio_devices(const json_t *run); /* devices that were bound to vfio-pci */
bool run_seed(const json_t *run, int64_t *ret_seed);
bool run_pair(const json_t *run, int64_t *ret_pair); /* the number of its pair in its series */
int64_t run_position(const json_t *run); /* in its pair; -1: not recorded */
bool run_is_icount(const json_t *run);

/* ---- records of trials and skips ---- */

const char *trial_cell(const json_t *trial);
const char *trial_bench(const json_t *trial);
/* Returns false if the status is none of "ok", "invalid" and "failed". */
bool trial_status(const json_t *trial, enum cell_status *ret_status);
bool trial_is_ok(const json_t *trial);
const char *trial_status_text(const json_t *trial); /* as written, known or not */
/* Returns why a trial was not ok, or why a cell was skipped. */
const char *trial_why(const json_t *record);
int64_t trial_block(const json_t *trial);
/* As they stand in the file; NULL where they are missing. */
const json_t *trial_block_value(const json_t *trial);
const json_t *trial_order_value(const json_t *trial);
int64_t trial_start_ns(const json_t *trial); /* since the run's start */
uint64_t trial_iterations(const json_t *trial);
double trial_overhead_ns(const json_t *trial); /* negative: not recorded */
size_t trial_nr_devices(const json_t *trial);
json_t *trial_params(const json_t *trial);
json_t *trial_placement(const json_t *trial);
json_t *trial_verified(const json_t *trial);
json_t *trial_metrics(const json_t *trial); /* for json_object_foreach() */
json_t *trial_metric(const json_t *trial, const char *name);
json_t *trial_notes(const json_t *trial);

/* ---- an end record ---- */

bool end_is_complete(const json_t *end);
const char *end_why(const json_t *end); /* why the run was interrupted */

/* ---- a metric of a trial ---- */

const char *metric_unit(const json_t *metric);
bool metric_is_higher_better(const json_t *metric);
bool metric_is_per_size(const json_t *metric);
bool metric_is_too_short(const json_t *metric);
uint64_t metric_batch(const json_t *metric); /* timed together, 1 or more */
const json_t *metric_samples(const json_t *metric); /* an array, or NULL */
size_t metric_nr_samples(const json_t *metric);

/* Replaces a metric's samples by their number and their median, which the next two return. */
void metric_reduce(json_t *metric, size_t count, double median);
size_t metric_count(const json_t *metric);
double metric_median(const json_t *metric);

/* ---- parameters, placement, and what was verified ---- */

const char *params_text(const json_t *params, const char *name);
double params_number(const json_t *params, const char *name);
bool params_has(const json_t *params, const char *name); /* false for null, too */
const json_t *params_value(const json_t *params, const char *name);
/* Returns the parameter "NAME_bytes". */
const json_t *params_bytes(const json_t *params, const char *name);

int64_t placement_cpu_node(const json_t *placement);
/*
 * Returns the node of the memory. *ret_several: how many nodes if the memory is on several, else 0.
 */
int64_t placement_mem_node(const json_t *placement, size_t *ret_several);

/* Returns the size and number of the pages that were found; false unless all are of one size. */
bool verified_pages(const json_t *verified, double *ret_page_bytes, double *ret_count);
/* Returns the size of the smallest pages; 0 if none were looked at. */
uint64_t verified_least_page(const json_t *verified);
/* Returns the size of the pages that hold most of the memory; 0 if none were looked at. */
double verified_main_page(const json_t *verified);
double verified_order_bytes(const json_t *verified); /* the smallest entry of a BAR */

#endif
