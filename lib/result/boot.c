#include <stdlib.h>
#include <string.h>

#include "result/boot.h"
#include "result/boot_metric.h"

static void release_cell(struct boot_cell *cell)
{
	for (size_t i = 0; i < cell->nr_metrics; i++)
		boot_metric_release(&cell->metrics[i]);
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
	const json_t *number = json_object_get(boot->index, cell);

	return number ? &boot->cells[json_integer_value(number)] : NULL;
}

const struct boot_metric *boot_cell_find(const struct boot_cell *cell, const char *metric)
{
	return boot_metric_find(cell, metric);
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
