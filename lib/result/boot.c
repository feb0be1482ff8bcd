#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "result/boot.h"
#include "result/reader.h"

/*
 * Samples of one boot held at once, 128 MiB of them: beyond, every second one is let go, of all
 * metrics alike. A boot of 500 cells would need some 30,000 samples a cell to get there.
 */
#define SAMPLES_MOST (16UL << 20)

/* A boot being loaded. */
struct loading {
	struct boot *boot;
	struct reader *reader;
	const char *path;
	unsigned int keep;
	size_t nr_samples; /* held, of all metrics */
	struct reason *reason;
};

static int bad(const struct loading *load, const char *cell, const char *what)
{
	return reason_set(load->reason, -EINVAL, "%s:%zu: %.120s: %s", load->path,
			  reader_line(load->reader), cell, what);
}

/* Doubling, told from the count alone. */
static void *grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return realloc(array, (count ? count * 2 : 1) * size);
}

/* ---- cells and metrics ---- */

static struct boot_cell *add_cell(struct boot *boot, const char *name)
{
	struct boot_cell *grown = grow(boot->cells, boot->nr_cells, sizeof(*grown));

	if (!grown)
		return NULL;
	boot->cells = grown;
	grown += boot->nr_cells;
	*grown = (struct boot_cell){ .name = strdup(name), .status = CELL_SKIPPED };
	if (!grown->name)
		return NULL;
	if (json_object_set_new(boot->index, name, json_integer((json_int_t)boot->nr_cells))) {
		free(grown->name);
		return NULL;
	}
	boot->nr_cells++;
	return grown;
}

static struct boot_cell *find_cell(const struct boot *boot, const char *name)
{
	const json_t *number = json_object_get(boot->index, name);

	return number ? &boot->cells[json_integer_value(number)] : NULL;
}

static struct boot_metric *find_metric(const struct boot_cell *cell, const char *name)
{
	for (size_t i = 0; i < cell->nr_metrics; i++)
		if (!strcmp(cell->metrics[i].name, name))
			return &cell->metrics[i];
	return NULL;
}

static struct boot_metric *add_metric(struct boot_cell *cell, const char *name, const char *unit)
{
	struct boot_metric *grown = grow(cell->metrics, cell->nr_metrics, sizeof(*grown));
	struct boot_metric *metric;

	if (!grown)
		return NULL;
	cell->metrics = grown;
	metric = &grown[cell->nr_metrics++];
	*metric = (struct boot_metric){ .name = strdup(name),
					.unit = strdup(unit),
					.summary = { .min = INFINITY, .max = -INFINITY },
					.every = 1 };
	return metric->name && metric->unit ? metric : NULL;
}

/* ---- samples ---- */

static void thin(struct loading *load, struct boot_metric *metric)
{
	size_t kept = 0;

	for (size_t i = 0; i < metric->nr_samples; i += 2)
		metric->samples[kept++] = metric->samples[i];
	load->nr_samples -= metric->nr_samples - kept;
	metric->nr_samples = kept;
	metric->every *= 2;
	if (metric->every > load->boot->every)
		load->boot->every = metric->every;
}

static void thin_all(struct loading *load)
{
	for (size_t i = 0; i < load->boot->nr_cells; i++)
		for (size_t j = 0; j < load->boot->cells[i].nr_metrics; j++)
			thin(load, &load->boot->cells[i].metrics[j]);
}

static int make_room(struct boot_metric *metric, size_t more)
{
	double *grown = realloc(metric->samples, (metric->nr_samples + more) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	metric->samples = grown;
	return 0;
}

static void add_sample(struct loading *load, struct boot_metric *metric, double value)
{
	struct summary *summary = &metric->summary;

	summary->min = fmin(summary->min, value);
	summary->max = fmax(summary->max, value);
	if (summary->count++ % metric->every)
		return;
	metric->samples[metric->nr_samples++] = value;
	if (++load->nr_samples >= SAMPLES_MOST)
		thin_all(load);
}

static int add_samples(struct loading *load, const char *cell, struct boot_metric *metric,
		       const json_t *samples)
{
	size_t count = json_array_size(samples);
	int ret;

	if (!json_is_array(samples) || !count)
		return bad(load, cell, "a metric without samples");
	ret = make_room(metric, count);
	for (size_t i = 0; i < count && !ret; i++) {
		const json_t *sample = json_array_get(samples, i);
		double value = json_number_value(sample);

		if (!json_is_number(sample) || value < 0)
			ret = bad(load, cell, "a sample is not a number from 0 on");
		else
			add_sample(load, metric, value);
	}
	return ret;
}

static int take_metric(struct loading *load, struct boot_cell *cell, const char *name,
		       const json_t *object)
{
	const char *unit = json_string_value(json_object_get(object, "unit"));
	const char *better = json_string_value(json_object_get(object, "better"));
	struct boot_metric *metric = find_metric(cell, name);

	if (!unit)
		return bad(load, cell->name, "a metric without unit");
	if (metric && strcmp(metric->unit, unit))
		return bad(load, cell->name, "one metric in two units");
	if (!metric)
		metric = add_metric(cell, name, unit);
	if (!metric)
		return -ENOMEM;
	metric->higher_is_better = better && !strcmp(better, "higher");
	metric->per_size |= json_is_true(json_object_get(object, "per_size"));
	metric->too_short |= json_is_true(json_object_get(object, "too_short"));
	return add_samples(load, cell->name, metric, json_object_get(object, "samples"));
}

/* ---- trials ---- */

static int note_status(struct boot_cell *cell, enum cell_status status, const char *why)
{
	size_t *const counts[] = { &cell->nr_ok, &cell->nr_invalid, &cell->nr_failed };

	if (status != CELL_SKIPPED)
		(*counts[status])++;
	if (cell->nr_ok)
		cell->status = CELL_OK;
	else if (cell->nr_failed)
		cell->status = CELL_FAILED;
	else
		cell->status = cell->nr_invalid ? CELL_INVALID : CELL_SKIPPED;
	if (status == CELL_OK || cell->why)
		return 0;
	cell->why = strdup(why ? why : "no reason given");
	return cell->why ? 0 : -ENOMEM;
}

static void take(json_t **place, const json_t *record, const char *name)
{
	json_decref(*place);
	*place = json_incref(json_object_get(record, name));
}

/* What describes the cell is taken from its first trial, or better from the first that was ok. */
static int describe(struct boot_cell *cell, const json_t *record, bool ok)
{
	const char *bench = json_string_value(json_object_get(record, "bench"));

	if (cell->params && (!ok || cell->nr_ok > 1))
		return 0;
	take(&cell->params, record, "params");
	take(&cell->placement, record, "placement");
	take(&cell->verified, record, "verified");
	cell->iterations = (uint64_t)json_integer_value(json_object_get(record, "iterations"));
	if (!cell->bench && bench)
		cell->bench = strdup(bench);
	return !cell->bench && bench ? -ENOMEM : 0;
}

static double median_of(const json_t *samples)
{
	size_t count = json_array_size(samples);
	double *values = malloc((count ? count : 1) * sizeof(*values)), median;

	for (size_t i = 0; i < count && values; i++)
		values[i] = json_number_value(json_array_get(samples, i));
	median = values ? summarize(values, count).median : 0;
	free(values);
	return median;
}

/* The record goes on without its samples. */
static int keep_trial(struct boot *boot, const struct boot_cell *cell, json_t *record)
{
	struct boot_trial *grown = grow(boot->trials, boot->nr_trials, sizeof(*grown));
	const char *name;
	json_t *metric;

	if (!grown)
		return -ENOMEM;
	boot->trials = grown;
	json_object_foreach(json_object_get(record, "metrics"), name, metric) {
		const json_t *samples = json_object_get(metric, "samples");

		json_object_set_new(metric, "count",
				    json_integer((json_int_t)json_array_size(samples)));
		json_object_set_new(metric, "median", json_real(median_of(samples)));
		json_object_del(metric, "samples");
	}
	grown[boot->nr_trials++] = (struct boot_trial){ .cell = (size_t)(cell - boot->cells),
							.record = json_incref(record) };
	return 0;
}

static int find_status(const char *name, enum cell_status *ret_status)
{
	for (enum cell_status status = CELL_OK; status < CELL_SKIPPED; status++) {
		if (name && !strcmp(name, cell_status_name(status))) {
			*ret_status = status;
			return 0;
		}
	}
	return -EINVAL;
}

static int take_trial(struct loading *load, struct boot_cell *cell, json_t *record)
{
	enum cell_status status;
	json_t *metrics = json_object_get(record, "metrics"), *metric;
	const char *name;
	int ret;

	if (find_status(json_string_value(json_object_get(record, "status")), &status))
		return bad(load, cell->name, "a trial that is neither ok, invalid nor failed");
	ret = note_status(cell, status, json_string_value(json_object_get(record, "error")));
	if (!ret)
		ret = describe(cell, record, status == CELL_OK);
	if (!ret && status == CELL_OK && !json_object_size(metrics))
		ret = bad(load, cell->name, "a trial that is ok has no metrics");
	if (!ret && status == CELL_OK)
		json_object_foreach(metrics, name, metric) {
			ret = take_metric(load, cell, name, metric);
			if (ret)
				break;
		}
	if (!ret && load->keep & BOOT_KEEP_TRIALS)
		ret = keep_trial(load->boot, cell, record);
	return ret;
}

/* ---- records ---- */

static int take_run(struct loading *load, json_t *record)
{
	if (reader_line(load->reader) > 1)
		return reason_set(load->reason, -EINVAL,
				  "%s:%zu: a second run begins here: keep one file a run",
				  load->path, reader_line(load->reader));
	if (!load->boot->run)
		load->boot->run = json_incref(record);
	return 0;
}

static int take_record(struct loading *load, json_t *record)
{
	const char *kind = reader_kind(record);
	const char *name = json_string_value(json_object_get(record, "cell"));
	bool is_skip = !strcmp(kind, "skip");
	struct boot_cell *cell;

	if (!strcmp(kind, "run"))
		return take_run(load, record);
	if (!is_skip && strcmp(kind, "trial") != 0)
		return 0;
	if (!name)
		return bad(load, kind, "a record without its cell");
	cell = find_cell(load->boot, name);
	if (!cell)
		cell = add_cell(load->boot, name);
	if (!cell)
		return -ENOMEM;
	if (is_skip)
		return note_status(cell, CELL_SKIPPED,
				   json_string_value(json_object_get(record, "reason")));
	return take_trial(load, cell, record);
}

static int load_file(struct loading *load, const char *path)
{
	json_t *record;
	int ret = reader_open(path, &load->reader, load->reason);

	if (ret)
		return ret;
	load->path = path;
	while ((ret = reader_next(load->reader, &record, load->reason)) > 0) {
		ret = take_record(load, record);
		json_decref(record);
		if (ret)
			break;
	}
	load->boot->torn |= reader_was_torn(load->reader);
	reader_close(load->reader);
	if (!ret && !load->boot->run)
		ret = reason_set(load->reason, -ENODATA, "%s: is empty, expected a result file",
				 path);
	return ret;
}

/* ---- summing up ---- */

static int sum_up(struct boot_metric *metric, bool keep_samples)
{
	struct summary whole = metric->summary;
	double *sorted = metric->samples;
	size_t count = metric->nr_samples;

	if (keep_samples) {
		sorted = malloc(count * sizeof(*sorted));
		if (!sorted)
			return -ENOMEM;
		memcpy(sorted, metric->samples, count * sizeof(*sorted));
	} else {
		metric->samples = NULL;
		metric->nr_samples = 0;
	}
	metric->summary = summarize(sorted, count);
	metric->summary.count = whole.count;
	metric->summary.min = whole.min;
	metric->summary.max = whole.max;
	metric->p95 = quantile(sorted, count, 0.95);
	metric->p99 = quantile(sorted, count, 0.99);
	metric->p999 = quantile(sorted, count, 0.999);
	free(sorted);
	return 0;
}

static int sum_up_all(struct boot *boot, bool keep_samples)
{
	int ret = 0;

	for (size_t i = 0; i < boot->nr_cells; i++)
		for (size_t j = 0; j < boot->cells[i].nr_metrics && !ret; j++)
			ret = sum_up(&boot->cells[i].metrics[j], keep_samples);
	return ret;
}

static int note_paths(struct boot *boot, const char *const *paths, size_t nr_paths)
{
	boot->paths = calloc(nr_paths, sizeof(*boot->paths));
	if (!boot->paths)
		return -ENOMEM;
	for (; boot->nr_paths < nr_paths; boot->nr_paths++) {
		boot->paths[boot->nr_paths] = strdup(paths[boot->nr_paths]);
		if (!boot->paths[boot->nr_paths])
			return -ENOMEM;
	}
	return 0;
}

int boot_load(const char *const *paths, size_t nr_paths, unsigned int keep, struct boot **ret_boot,
	      struct reason *reason)
{
	struct boot *boot = calloc(1, sizeof(*boot));
	struct loading load = { .boot = boot, .keep = keep, .reason = reason };
	int ret = 0;

	if (!boot)
		return -ENOMEM;
	boot->every = 1;
	boot->index = json_object();
	if (!boot->index)
		ret = -ENOMEM;
	if (!ret)
		ret = note_paths(boot, paths, nr_paths);
	for (size_t i = 0; i < nr_paths && !ret; i++)
		ret = load_file(&load, paths[i]);
	if (!ret)
		ret = sum_up_all(boot, keep & BOOT_KEEP_SAMPLES);
	if (!ret && json_ran_out())
		ret = -ENOMEM;
	if (ret) {
		boot_free(boot);
		return ret;
	}
	*ret_boot = boot;
	return 0;
}

static void release_cell(struct boot_cell *cell)
{
	for (size_t i = 0; i < cell->nr_metrics; i++) {
		free(cell->metrics[i].name);
		free(cell->metrics[i].unit);
		free(cell->metrics[i].samples);
	}
	free(cell->metrics);
	free(cell->name);
	free(cell->bench);
	free(cell->why);
	json_decref(cell->params);
	json_decref(cell->placement);
	json_decref(cell->verified);
}

void boot_free(struct boot *boot)
{
	if (!boot)
		return;
	for (size_t i = 0; i < boot->nr_cells; i++)
		release_cell(&boot->cells[i]);
	for (size_t i = 0; i < boot->nr_trials; i++)
		json_decref(boot->trials[i].record);
	for (size_t i = 0; i < boot->nr_paths; i++)
		free(boot->paths[i]);
	free(boot->cells);
	free(boot->trials);
	free(boot->paths);
	json_decref(boot->run);
	json_decref(boot->index);
	free(boot);
}

/* ---- looking things up ---- */

const struct boot_cell *boot_find(const struct boot *boot, const char *cell)
{
	return find_cell(boot, cell);
}

const struct boot_metric *boot_cell_find(const struct boot_cell *cell, const char *metric)
{
	return find_metric(cell, metric);
}

const char *run_text(const json_t *run, const char *object, const char *name)
{
	const json_t *from = object ? json_object_get(run, object) : run;
	const char *text = json_string_value(json_object_get(from, name));

	return text ? text : "";
}

const char *run_label(const json_t *run)
{
	const char *label = run_text(run, "series", "label");

	return label[0] ? label : run_text(run, "host", "kernel");
}

const char *boot_label(const struct boot *boot)
{
	return run_label(boot->run);
}

const char *boot_kernel(const struct boot *boot)
{
	return run_text(boot->run, "host", "kernel");
}

const char *boot_series(const struct boot *boot)
{
	return run_text(boot->run, "series", "id");
}

const char *boot_started(const struct boot *boot)
{
	return run_text(boot->run, NULL, "started");
}

bool boot_is_icount(const struct boot *boot)
{
	return !strcmp(run_text(boot->run, "host", "timing"), "icount");
}

bool boot_pair(const struct boot *boot, int64_t *ret_pair)
{
	const json_t *pair = json_object_get(json_object_get(boot->run, "series"), "pair");

	if (!json_is_integer(pair))
		return false;
	*ret_pair = json_integer_value(pair);
	return true;
}

int64_t boot_position(const struct boot *boot)
{
	const json_t *position = json_object_get(json_object_get(boot->run, "series"), "position");

	return json_is_integer(position) ? json_integer_value(position) : -1;
}

const char *cell_status_name(enum cell_status status)
{
	static const char *const names[] = { "ok", "invalid", "failed", "skipped" };

	return names[status];
}
