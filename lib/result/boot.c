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
	free(cell->why_skipped);
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

/* ---- lookups ---- */

const struct boot_cell *boot_find(const struct boot *boot, const char *cell)
{
	const json_t *number = json_object_get(boot->index, cell);

	return number ? &boot->cells[json_integer_value(number)] : NULL;
}

const struct boot_metric *boot_cell_find(const struct boot_cell *cell, const char *metric)
{
	return boot_metric_find(cell, metric);
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
	return run_is_icount(boot->run);
}

bool boot_pair(const struct boot *boot, int64_t *ret_pair)
{
	return run_pair(boot->run, ret_pair);
}

int64_t boot_position(const struct boot *boot)
{
	return run_position(boot->run);
}
