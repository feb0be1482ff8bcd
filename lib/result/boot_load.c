#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/json.h"
#include "result/boot.h"
#include "result/boot_metric.h"
#include "result/cell_name.h"
#include "result/figures.h"
#include "result/profile_record.h"
#include "result/reader.h"

/* A boot being loaded. */
struct loading {
	struct boot *boot;
	struct reader *reader;
	const char *path;
	unsigned int keep;
	size_t nr_samples; /* held in memory, of all metrics */
	struct reason *reason;
};

static int bad(const struct loading *load, const char *cell, const char *what)
{
	return reason_set(load->reason, -EINVAL, "%s:%zu: %.120s: %s", load->path,
			  reader_line(load->reader), cell, what);
}

/* ---- cells ---- */

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

/* ---- metrics ---- */

static int add_samples(struct loading *load, const char *cell, struct boot_metric *metric,
		       const json_t *samples)
{
	size_t count = json_array_size(samples);
	int ret;

	if (!count)
		return bad(load, cell, "a metric without samples");
	ret = boot_metric_make_room(metric, count);
	for (size_t i = 0; i < count && !ret; i++) {
		const json_t *sample = json_array_get(samples, i);
		double value = json_number_value(sample);

		if (!json_is_number(sample) || value < 0)
			ret = bad(load, cell, "a sample is not a number from 0 on");
		else
			boot_metric_sample(load->boot, metric, value, &load->nr_samples);
	}
	return ret;
}

static int take_metric(struct loading *load, struct boot_cell *cell, const char *name,
		       const json_t *object)
{
	const char *unit = metric_unit(object);
	struct boot_metric *metric = boot_metric_find(cell, name);

	if (!unit[0])
		return bad(load, cell->name, "a metric without unit");
	if (metric && strcmp(metric->unit, unit))
		return bad(load, cell->name, "one metric in two units");
	if (!metric)
		metric = boot_metric_add(cell, name, unit);
	if (!metric)
		return -ENOMEM;
	metric->higher_is_better = metric_is_higher_better(object);
	metric->per_size |= metric_is_per_size(object);
	metric->too_short |= metric_is_too_short(object);
	return add_samples(load, cell->name, metric, metric_samples(object));
}

/* ---- trials ---- */

/* How bad the worst is that happened to a cell: 0 for nothing, then skipped, invalid, failed. */
static int worst_of(const struct boot_cell *cell)
{
	return cell->nr_failed ? 3 : cell->nr_invalid ? 2 : cell->why != NULL;
}

static int note_status(struct boot_cell *cell, enum cell_status status, const char *why)
{
	size_t *const counts[] = { &cell->nr_ok, &cell->nr_invalid, &cell->nr_failed };
	int before = worst_of(cell);

	if (status != CELL_SKIPPED)
		(*counts[status])++;
	if (cell->nr_ok)
		cell->status = CELL_OK;
	else if (cell->nr_failed)
		cell->status = CELL_FAILED;
	else
		cell->status = cell->nr_invalid ? CELL_INVALID : CELL_SKIPPED;
	if (status == CELL_OK || (cell->why && worst_of(cell) <= before))
		return 0;
	free(cell->why);
	cell->why = strdup(why[0] ? why : "no reason given");
	return cell->why ? 0 : -ENOMEM;
}

static int note_skip(struct boot_cell *cell, const char *why)
{
	if (!cell->why_skipped)
		cell->why_skipped = strdup(why);
	return cell->why_skipped ? note_status(cell, CELL_SKIPPED, why) : -ENOMEM;
}

static void take(json_t **place, json_t *object)
{
	json_decref(*place);
	*place = json_incref(object);
}

/* Takes what describes the cell from its first trial, then once more from the first that was ok. */
static int describe(struct boot_cell *cell, const json_t *record, bool ok)
{
	const char *bench = trial_bench(record);

	if (cell->params && (!ok || cell->nr_ok > 1))
		return 0;
	take(&cell->params, trial_params(record));
	take(&cell->placement, trial_placement(record));
	take(&cell->verified, trial_verified(record));
	cell->iterations = trial_iterations(record);
	if (!cell->bench && bench[0])
		cell->bench = strdup(bench);
	else if (!cell->bench) /* which every file of ours has */
		cell->bench = strndup(cell->name, cell_bench_length(cell->name));
	return cell->bench ? 0 : -ENOMEM;
}

/* Keeps the record without its samples. */
static int keep_trial(struct boot *boot, const struct boot_cell *cell, json_t *record)
{
	struct boot_trial *grown = grow(boot->trials, boot->nr_trials, sizeof(*grown));
	const char *name;
	json_t *metric;

	if (!grown)
		return -ENOMEM;
	boot->trials = grown;
	json_object_foreach(trial_metrics(record), name, metric) {
		struct summary summary;

		if (figures_summarize(metric, &summary))
			return -ENOMEM;
		metric_reduce(metric, summary.count, summary.median);
	}
	grown[boot->nr_trials++] = (struct boot_trial){ .cell = (size_t)(cell - boot->cells),
							.record = json_incref(record) };
	return 0;
}

static int take_trial(struct loading *load, struct boot_cell *cell, json_t *record)
{
	enum cell_status status;
	json_t *metrics = trial_metrics(record), *metric;
	const char *name;
	int ret;

	if (!trial_status(record, &status))
		return bad(load, cell->name, "a trial that is neither ok, invalid nor failed");
	ret = note_status(cell, status, trial_why(record));
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
	if (reader_line(load->reader) > 1 && !(load->keep & BOOT_SEVERAL_RUNS))
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
	const char *name = trial_cell(record);
	bool is_skip = !strcmp(kind, "skip");
	struct boot_cell *cell;

	if (!strcmp(kind, "run"))
		return take_run(load, record);
	if (profile_record_is(record))
		load->boot->has_profiles = true;
	if (!is_skip && strcmp(kind, "trial") != 0)
		return 0;
	if (!name[0])
		return bad(load, kind, "a record without its cell");
	cell = find_cell(load->boot, name);
	if (!cell)
		cell = add_cell(load->boot, name);
	if (!cell)
		return -ENOMEM;
	if (is_skip)
		return note_skip(cell, trial_why(record));
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

static int sum_up_all(struct boot *boot, bool keep_samples)
{
	int ret = 0;

	for (size_t i = 0; i < boot->nr_cells; i++)
		for (size_t j = 0; j < boot->cells[i].nr_metrics && !ret; j++)
			ret = boot_metric_sum_up(&boot->cells[i].metrics[j], keep_samples);
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
