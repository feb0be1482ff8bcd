#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "exchange/pool.h"
#include "result/fields.h"

int pool_init(struct pool *pool)
{
	*pool = (struct pool){ .index = json_object() };
	return pool->index ? 0 : -ENOMEM;
}

void pool_release(struct pool *pool)
{
	for (size_t i = 0; i < pool->nr_rows; i++) {
		free(pool->rows[i].cell);
		free(pool->rows[i].metric);
		free(pool->rows[i].values);
		json_decref(pool->rows[i].run);
		json_decref(pool->rows[i].trial);
	}
	free(pool->rows);
	json_decref(pool->index);
	*pool = (struct pool){ 0 };
}

/* Copies a trial without its metrics, which would take the most memory. */
static json_t *without_figures(const json_t *trial)
{
	json_t *copy = json_copy((json_t *)trial);

	json_object_del(copy, "metrics");
	return copy;
}

static int new_row(struct pool *pool, const struct source_record *record, const char *metric,
		   struct pool_row **ret_row)
{
	const char *cell = trial_cell(record->record);
	struct pool_row *row;

	if (!(pool->nr_rows & (pool->nr_rows - 1))) { /* full: room is doubled */
		size_t room = pool->nr_rows ? pool->nr_rows * 2 : 1;
		struct pool_row *grown = realloc(pool->rows, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		pool->rows = grown;
	}
	row = &pool->rows[pool->nr_rows++];
	*row = (struct pool_row){ .cell = strdup(cell),
				  .metric = strdup(metric),
				  .run = json_incref(record->run),
				  .trial = without_figures(record->record),
				  .batch = 1 };
	*ret_row = row;
	return row->cell && row->metric && row->trial ? 0 : -ENOMEM;
}

static int find_row(struct pool *pool, const struct source_record *record, const char *metric,
		    size_t group, struct pool_row **ret_row)
{
	struct text key = { 0 };
	json_t *number;
	int ret = 0;

	text_add(&key, "%zu %s %s", group, metric, trial_cell(record->record));
	if (key.failed) {
		text_release(&key);
		return -ENOMEM;
	}
	number = json_object_get(pool->index, key.text);
	if (number) {
		*ret_row = &pool->rows[json_integer_value(number)];
	} else {
		ret = new_row(pool, record, metric, ret_row);
		json_object_set_new(pool->index, key.text,
				    json_integer((json_int_t)pool->nr_rows - 1));
	}
	text_release(&key);
	return ret;
}

static int add_values(struct pool_row *row, const json_t *samples)
{
	size_t count = json_array_size(samples);
	double *grown = realloc(row->values, (row->count + count) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	row->values = grown;
	for (size_t i = 0; i < count; i++)
		grown[row->count++] = json_number_value(json_array_get(samples, i));
	return 0;
}

static int add_metric(struct pool_row *row, const json_t *metric, struct reason *reason)
{
	const char *name = metric_unit(metric);
	const struct figure_unit *unit = figure_unit_find(name);
	uint64_t batch = metric_batch(metric);

	if (row->unit && row->unit != unit)
		return reason_set(reason, -EINVAL,
				  "%.160s: %.60s is in %s in one trial and in %s in another: "
				  "export the files apart",
				  row->cell, row->metric, row->unit->name, name);
	row->unit = unit;
	if (batch > 1)
		row->batch = batch;
	return add_values(row, metric_samples(metric));
}

int pool_add(struct pool *pool, const struct source_record *record, size_t group,
	     struct reason *reason)
{
	const char *name;
	struct pool_row *row;
	json_t *metric;
	int ret = 0;

	if (!record->has_figures)
		return 0;
	json_object_foreach(trial_metrics(record->record), name, metric) {
		ret = find_row(pool, record, name, group, &row);
		if (!ret)
			ret = add_metric(row, metric, reason);
		if (ret)
			break;
	}
	return ret;
}
