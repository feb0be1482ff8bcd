#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "result/fields.h"

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static double number_of(const json_t *object, const char *name)
{
	return json_number_value(json_object_get(object, name));
}

static int64_t integer_of(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static bool flag_of(const json_t *object, const char *name)
{
	return json_is_true(json_object_get(object, name));
}

const char *cell_status_name(enum cell_status status)
{
	static const char *const names[] = { "ok", "invalid", "failed", "skipped" };

	return names[status];
}

/* ---- a run's record ---- */

const char *run_text(const json_t *run, const char *object, const char *name)
{
	return text_of(object ? json_object_get(run, object) : run, name);
}

const char *run_label(const json_t *run)
{
	const char *label = run_text(run, "series", "label");

	return label[0] ? label : run_text(run, "host", "kernel");
}

const json_t *run_part(const json_t *run, const char *name)
{
	return json_object_get(run, name);
}

json_t *run_config(const json_t *run)
{
	return json_object_get(run, "config");
}

const json_t *run_host(const json_t *run)
{
	return run_part(run, "host");
}

const char *run_cpu_model(const json_t *run)
{
	return text_of(json_object_get(run_host(run), "cpu"), "model");
}

int64_t run_cpu_count(const json_t *run)
{
	return integer_of(json_object_get(run_host(run), "cpu"), "count");
}

const char *run_iommu_kind(const json_t *run)
{
	return text_of(json_object_get(run_host(run), "iommu"), "kind");
}

bool run_iommu_is_virtual(const json_t *run)
{
	const json_t *iommu = json_object_get(run_host(run), "iommu");

	return !strcmp(text_of(iommu, "page_tables"), "hypervisor");
}

bool run_iommu_is_flushed(const json_t *run)
{
	const json_t *iommu = json_object_get(run_host(run), "iommu");

	return json_is_false(json_object_get(iommu, "coherent_walks"));
}

double run_memory_bytes(const json_t *run, size_t *ret_nr_nodes)
{
	const json_t *nodes = json_object_get(run_host(run), "numa");
	double bytes = 0;

	*ret_nr_nodes = json_array_size(nodes);
	for (size_t i = 0; i < *ret_nr_nodes; i++)
		bytes += number_of(json_array_get(nodes, i), "memory_bytes");
	return bytes;
}

size_t run_nr_vfio_devices(const json_t *run)
{
	const json_t *devices = json_object_get(run_host(run), "devices");
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(devices); i++)
		count += !strcmp(text_of(json_array_get(devices, i), "driver"), "vfio-pci");
	return count;
}

static bool has_integer(const json_t *object, const char *name, int64_t *ret_value)
{
	const json_t *value = json_object_get(object, name);

	if (!json_is_integer(value))
		return false;
	*ret_value = json_integer_value(value);
	return true;
}

bool run_seed(const json_t *run, int64_t *ret_seed)
{
	return has_integer(run, "seed", ret_seed);
}

bool run_pair(const json_t *run, int64_t *ret_pair)
{
	return has_integer(run_part(run, "series"), "pair", ret_pair);
}

int64_t run_position(const json_t *run)
{
	int64_t position = -1;

	has_integer(run_part(run, "series"), "position", &position);
	return position;
}

bool run_is_icount(const json_t *run)
{
	return !strcmp(run_text(run, "host", "timing"), "icount");
}

/* ---- records of trials and skips ---- */

const char *trial_cell(const json_t *trial)
{
	return text_of(trial, "cell");
}

const char *trial_bench(const json_t *trial)
{
	return text_of(trial, "bench");
}

bool trial_status(const json_t *trial, enum cell_status *ret_status)
{
	const char *name = trial_status_text(trial);

	for (enum cell_status status = CELL_OK; status < CELL_SKIPPED; status++) {
		if (!strcmp(name, cell_status_name(status))) {
			*ret_status = status;
			return true;
		}
	}
	return false;
}

bool trial_is_ok(const json_t *trial)
{
	enum cell_status status;

	return trial_status(trial, &status) && status == CELL_OK;
}

const char *trial_status_text(const json_t *trial)
{
	return text_of(trial, "status");
}

const char *trial_why(const json_t *record)
{
	const char *error = text_of(record, "error");

	return error[0] ? error : text_of(record, "reason");
}

int64_t trial_block(const json_t *trial)
{
	return integer_of(trial, "block");
}

const json_t *trial_block_value(const json_t *trial)
{
	return json_object_get(trial, "block");
}

const json_t *trial_order_value(const json_t *trial)
{
	return json_object_get(trial, "order");
}

int64_t trial_start_ns(const json_t *trial)
{
	return integer_of(json_object_get(trial, "phases"), "start_ns");
}

uint64_t trial_iterations(const json_t *trial)
{
	return (uint64_t)integer_of(trial, "iterations");
}

double trial_overhead_ns(const json_t *trial)
{
	const json_t *overhead = json_object_get(trial, "overhead_ns");

	return json_is_number(overhead) ? json_number_value(overhead) : -1;
}

size_t trial_nr_devices(const json_t *trial)
{
	return json_array_size(json_object_get(trial, "devices"));
}

json_t *trial_params(const json_t *trial)
{
	return json_object_get(trial, "params");
}

json_t *trial_placement(const json_t *trial)
{
	return json_object_get(trial, "placement");
}

json_t *trial_verified(const json_t *trial)
{
	return json_object_get(trial, "verified");
}

json_t *trial_metrics(const json_t *trial)
{
	return json_object_get(trial, "metrics");
}

json_t *trial_metric(const json_t *trial, const char *name)
{
	return json_object_get(trial_metrics(trial), name);
}

json_t *trial_notes(const json_t *trial)
{
	return json_object_get(trial, "notes");
}

/* ---- an end record ---- */

bool end_is_complete(const json_t *end)
{
	return !strcmp(text_of(end, "status"), "complete");
}

const char *end_why(const json_t *end)
{
	return text_of(end, "why");
}

/* ---- a metric of a trial ---- */

const char *metric_unit(const json_t *metric)
{
	return text_of(metric, "unit");
}

bool metric_is_higher_better(const json_t *metric)
{
	return !strcmp(text_of(metric, "better"), "higher");
}

bool metric_is_per_size(const json_t *metric)
{
	return flag_of(metric, "per_size");
}

bool metric_is_too_short(const json_t *metric)
{
	return flag_of(metric, "too_short");
}

uint64_t metric_batch(const json_t *metric)
{
	int64_t batch = integer_of(metric, "batch");

	return batch > 1 ? (uint64_t)batch : 1;
}

const json_t *metric_samples(const json_t *metric)
{
	const json_t *samples = json_object_get(metric, "samples");

	return json_is_array(samples) ? samples : NULL;
}

size_t metric_nr_samples(const json_t *metric)
{
	return json_array_size(metric_samples(metric));
}

void metric_reduce(json_t *metric, size_t count, double median)
{
	json_object_set_new(metric, "count", json_integer((json_int_t)count));
	json_object_set_new(metric, "median", json_real(median));
	json_object_del(metric, "samples");
}

size_t metric_count(const json_t *metric)
{
	return (size_t)integer_of(metric, "count");
}

double metric_median(const json_t *metric)
{
	return number_of(metric, "median");
}

/* ---- parameters, placement, and what was verified ---- */

const char *params_text(const json_t *params, const char *name)
{
	return text_of(params, name);
}

double params_number(const json_t *params, const char *name)
{
	return number_of(params, name);
}

const json_t *params_value(const json_t *params, const char *name)
{
	return json_object_get(params, name);
}

bool params_has(const json_t *params, const char *name)
{
	const json_t *value = params_value(params, name);

	return value && !json_is_null(value);
}

const json_t *params_bytes(const json_t *params, const char *name)
{
	char full[256];

	snprintf(full, sizeof(full), "%.200s_bytes", name);
	return params_value(params, full);
}

int64_t placement_cpu_node(const json_t *placement)
{
	return integer_of(placement, "cpu_node");
}

int64_t placement_mem_node(const json_t *placement, size_t *ret_several)
{
	*ret_several = json_array_size(json_object_get(placement, "mem_nodes"));
	return integer_of(placement, "mem_node");
}

bool verified_pages(const json_t *verified, double *ret_page_bytes, double *ret_count)
{
	json_t *pages = json_object_get(verified, "pages"), *count;
	const char *size;

	if (json_object_size(pages) != 1)
		return false;
	json_object_foreach(pages, size, count) {
		*ret_page_bytes = strtod(size, NULL);
		*ret_count = json_number_value(count);
	}
	return true;
}

uint64_t verified_least_page(const json_t *verified)
{
	uint64_t least = 0;
	const char *size;
	json_t *count;

	json_object_foreach(json_object_get(verified, "pages"), size, count) {
		uint64_t bytes = strtoull(size, NULL, 10);

		least = !least || bytes < least ? bytes : least;
	}
	return least;
}

double verified_main_page(const json_t *verified)
{
	double most = 0, main_bytes = 0;
	const char *size;
	json_t *count;

	json_object_foreach(json_object_get(verified, "pages"), size, count) {
		double bytes = strtod(size, NULL), all = bytes * json_number_value(count);

		if (bytes >= 1 && bytes <= 0x1p50 && all > most) {
			most = all;
			main_bytes = bytes;
		}
	}
	return main_bytes;
}

double verified_order_bytes(const json_t *verified)
{
	return number_of(verified, "order_bytes");
}
