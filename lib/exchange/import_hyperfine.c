/*
 * Reads the JSON of hyperfine: each result is a command, each of its times a sample. If a run ended
 * with another status than 0, the trial is failed: it did not time what was meant.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "exchange/import.h"

#define NS_PER_S 1e9

/*
 * Rounds to nanoseconds, which is all that its clock tells: further digits come from writing
 * seconds in binary.
 */
static double to_ns(double seconds)
{
	return round(seconds * NS_PER_S * 100) / 100;
}

static int add_list(const struct imported *imported, json_t *trial, const json_t *list,
		    const struct imported_metric *metric, const char *member, size_t i)
{
	json_t *value;
	size_t j;

	json_array_foreach(list, j, value) {
		double figure = json_number_value(value);

		if (!imported_is_figure(value))
			return imported_refuse(imported, value, "a number from 0 on",
					       "results[%zu].%s[%zu]", i, member, j);
		imported_sample(trial, metric, metric->unit[0] == 'n' ? to_ns(figure) : figure);
	}
	return 0;
}

/*
 * Makes the trial failed if a run failed. Before hyperfine 1.12 there was one status for all runs.
 * null: ended by a signal.
 */
static void look_at_exits(json_t *trial, const json_t *codes)
{
	char error[80];
	json_t *code;
	size_t i;

	json_array_foreach(codes, i, code) {
		if (json_is_integer(code) && !json_integer_value(code))
			continue;
		if (json_is_integer(code))
			snprintf(error, sizeof(error), "run %zu ended with exit code %lld", i,
				 (long long)json_integer_value(code));
		else
			snprintf(error, sizeof(error), "run %zu was ended by a signal", i);
		imported_failed(trial, error);
		return;
	}
}

static int add_result(struct imported *imported, const json_t *result, size_t i)
{
	static const struct imported_metric time = { "time_ns", "ns", "lower" };
	static const struct imported_metric memory = { "memory_bytes", "bytes", "lower" };
	json_t *command = json_object_get(result, "command"), *trial;
	json_t *times = json_object_get(result, "times");
	int ret;

	if (!json_is_object(result))
		return imported_refuse(imported, result, "an object", "results[%zu]", i);
	if (!json_string_length(command))
		return imported_refuse(imported, command, "a command", "results[%zu].command", i);
	if (!json_array_size(times))
		return imported_refuse(imported, times,
				       "the time of each run: without them there is only a mean; "
				       "run it again with hyperfine --export-json",
				       "results[%zu].times", i);
	trial = imported_trial(imported, "", json_string_value(command), true);
	if (!trial)
		return -ENOMEM;
	ret = add_list(imported, trial, times, &time, "times", i);
	if (!ret)
		ret = add_list(imported, trial, json_object_get(result, "memory_usage_byte"),
			       &memory, "memory_usage_byte", i);
	look_at_exits(trial, json_object_get(result, "exit_codes"));
	return ret;
}

static int read_hyperfine(struct imported *imported, json_t *root)
{
	json_t *list = json_object_get(root, "results"), *result;
	size_t i;
	int ret = 0;

	if (!json_is_array(list))
		return imported_refuse(imported, list, "a list", "results");
	json_array_foreach(list, i, result) {
		ret = add_result(imported, result, i);
		if (ret)
			break;
	}
	return ret;
}

static bool is_like_hyperfine(const json_t *root, const char *text)
{
	json_t *first = json_array_get(json_object_get(root, "results"), 0);

	(void)text;
	return json_object_get(first, "command") != NULL;
}

const struct import_format import_hyperfine = {
	.name = "hyperfine",
	.summary = "JSON of --export-json",
	.read_json = read_hyperfine,
	.is_like = is_like_hyperfine,
};
