#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "exchange/imported.h"
#include "result/cell_name.h"
#include "result/record.h"
#include "result/version.h"

/* Makes the run's id from the text alone: the same file imported twice is the same run. */
static json_t *make_run_id(const char *text, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3ULL;
	return json_sprintf("import-%016" PRIx64, hash);
}

/*
 * Makes the run's record. All of these tools measure by the wall clock; nothing else is known of
 * their host.
 */
static json_t *make_run(const char *from, const char *text, size_t length)
{
	json_t *run = json_pack("{s:s, s:i, s:o}", "record", "run", "schema", RESULT_SCHEMA, "tool",
				version_json());

	json_object_set_new(run, "run_id", make_run_id(text, length));
	json_object_set_new(run, "boot_id", json_string(""));
	json_object_set_new(run, "imported", json_pack("{s:s, s:{}}", "from", from, "facts"));
	json_object_set_new(run, "host", json_pack("{s:s}", "timing", "wall"));
	return run;
}

int imported_init(struct imported *imported, const char *from, const char *file, const char *text,
		  size_t length, struct reason *reason)
{
	*imported = (struct imported){
		.from = from,
		.file = file,
		.run = make_run(from, text, length),
		.trials = json_array(),
		.index = json_object(),
		.reason = reason,
	};
	return json_ran_out() ? -ENOMEM : 0;
}

void imported_release(struct imported *imported)
{
	json_decref(imported->run);
	json_decref(imported->trials);
	json_decref(imported->index);
	*imported = (struct imported){ 0 };
}

void imported_fact(struct imported *imported, const char *name, const char *value)
{
	json_t *facts = json_object_get(json_object_get(imported->run, "imported"), "facts");

	json_object_set_new(facts, name, json_string(value));
}

/* ---- cells ---- */

static void name_cell(const struct imported *imported, const char *group, const char *name,
		      struct text *cell)
{
	if (!group[0] && cell_name_is_good(name)) {
		text_add(cell, "%s", name);
		return;
	}
	text_add(cell, "%s", imported->from);
	if (group[0])
		cell_name_add_escaped(cell, "group", group);
	cell_name_add_escaped(cell, "name", name);
}

/* ---- trials ---- */

static json_t *add_trial(struct imported *imported, const char *cell, const char *name,
			 json_int_t block)
{
	json_int_t order = (json_int_t)json_array_size(imported->trials);
	json_t *trial = json_pack("{s:s, s:s}", "record", "trial", "cell", cell);

	json_object_set_new(trial, "bench", json_stringn(cell, cell_bench_length(cell)));
	json_object_set_new(trial, "params", json_pack("{s:s}", "name", name));
	json_object_set_new(trial, "block", json_integer(block));
	json_object_set_new(trial, "order", json_integer(order));
	json_object_set_new(trial, "status", json_string("ok"));
	json_object_set_new(trial, "imported", json_string(imported->from));
	json_object_set_new(trial, "metrics", json_object());
	json_object_set_new(imported->index, cell, json_integer(order));
	json_array_append_new(imported->trials, trial);
	return json_array_get(imported->trials, (size_t)order);
}

json_t *imported_trial(struct imported *imported, const char *group, const char *name, bool again)
{
	struct text cell = { 0 };
	json_t *number, *trial = NULL;

	name_cell(imported, group, name, &cell);
	if (!cell.failed) {
		number = json_object_get(imported->index, cell.text);
		trial = json_array_get(imported->trials, (size_t)json_integer_value(number));
		if (!number)
			trial = add_trial(imported, cell.text, name, 0);
		else if (again)
			trial = add_trial(imported, cell.text, name,
					  json_integer_value(json_object_get(trial, "block")) + 1);
	}
	text_release(&cell);
	return json_ran_out() ? NULL : trial;
}

/* Makes whole numbers integers. Others keep all digits: the tool's clock may be finer than ours. */
static json_t *make_number(double value)
{
	if (value == floor(value) && value < 1e15)
		return json_integer((json_int_t)value);
	return json_real(value);
}

void imported_sample(json_t *trial, const struct imported_metric *metric, double value)
{
	json_t *metrics = json_object_get(trial, "metrics");
	json_t *object = json_object_get(metrics, metric->name);

	if (!object) {
		json_object_set_new(metrics, metric->name,
				    json_pack("{s:s, s:s, s:[]}", "unit", metric->unit, "better",
					      metric->better, "samples"));
		object = json_object_get(metrics, metric->name);
	}
	json_array_append_new(json_object_get(object, "samples"), make_number(value));
}

void imported_failed(json_t *trial, const char *error)
{
	json_object_set_new(trial, "status", json_string("failed"));
	json_object_set_new(trial, "error", json_string(error[0] ? error : "no reason given"));
	json_object_del(trial, "metrics");
}

/* ---- refusals ---- */

static void describe(const json_t *found, char *text, size_t room)
{
	if (!found)
		snprintf(text, room, "nothing");
	else if (json_is_string(found))
		snprintf(text, room, "\"%.60s\"", json_string_value(found));
	else if (json_is_number(found))
		snprintf(text, room, "%.15g", json_number_value(found));
	else
		snprintf(text, room, "%s",
			 json_is_array(found)	  ? "a list"
			 : json_is_object(found)  ? "an object"
			 : json_is_boolean(found) ? "a boolean"
						  : "null");
}

int imported_refuse(const struct imported *imported, const json_t *found, const char *expected,
		    const char *path, ...)
{
	char place[120], what[80];
	va_list args;

	va_start(args, path);
	vsnprintf(place, sizeof(place), path, args);
	va_end(args);
	describe(found, what, sizeof(what));
	return reason_set(imported->reason, -EINVAL, "%s: %s: found %s, expected %s",
			  imported->file, place, what, expected);
}

bool imported_is_figure(const json_t *value)
{
	return json_is_number(value) && json_number_value(value) >= 0;
}

/* ---- the file ---- */

static void write_record(const json_t *record, FILE *file)
{
	json_dumpf(record, file, JSON_COMPACT | JSON_REAL_PRECISION(15));
	fputc('\n', file);
}

static json_t *make_end(const struct imported *imported)
{
	json_int_t failed = 0;
	json_t *trial;
	size_t i;

	json_array_foreach(imported->trials, i, trial)
		failed += !json_object_get(trial, "metrics");
	return json_pack("{s:s, s:s, s:I, s:i, s:I, s:s}", "record", "end", "status", "complete",
			 "trials", (json_int_t)json_array_size(imported->trials) - failed,
			 "skipped", 0, "failed", failed, "imported", imported->from);
}

int imported_write(struct imported *imported, FILE *file)
{
	json_t *end = make_end(imported), *trial;
	size_t i;

	if (json_ran_out() || !end) {
		json_decref(end);
		return -ENOMEM;
	}
	write_record(imported->run, file);
	json_array_foreach(imported->trials, i, trial)
		write_record(trial, file);
	write_record(end, file);
	json_decref(end);
	return json_ran_out() ? -ENOMEM : 0;
}
