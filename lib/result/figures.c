#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "result/fields.h"
#include "result/figures.h"

static const struct figure_unit units[] = {
	{ "ns", "seconds", 1e9 }, { "bytes", "bytes", 1 }, { "bytes/s", "bytes_per_second", 1 },
	{ "count", "", 1 },	  { "ratio", "ratio", 1 },
};

const struct figure_unit *figure_unit_find(const char *name)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(units[i].name, name))
			return &units[i];
	return NULL;
}

bool figure_name_is_good(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return name[0] >= 'a' && name[0] <= 'z' && !name[length];
}

/* The place that an error message names. */
struct complaint {
	const char *path;
	size_t line;
	const char *metric; /* NULL: the trial itself */
	struct reason *reason;
};

static int complain(const struct complaint *place, const char *member, const char *found,
		    const char *expected)
{
	return reason_set(place->reason, -EINVAL, "%s:%zu: %s%.80s%s%s: %.80s, expected %s",
			  place->path, place->line, place->metric ? "metrics." : "",
			  place->metric ? place->metric : "", place->metric && member[0] ? "." : "",
			  member, found, expected);
}

static int check_samples(const struct complaint *place, const json_t *samples)
{
	char member[48];
	json_t *sample;
	size_t i;

	if (!json_is_array(samples) || !json_array_size(samples))
		return complain(place, "samples", "none", "a list of numbers");
	json_array_foreach(samples, i, sample) {
		if (json_is_number(sample) && json_number_value(sample) >= 0)
			continue;
		snprintf(member, sizeof(member), "samples[%zu]", i);
		return complain(place, member, json_is_number(sample) ? "negative" : "no number",
				"a number from 0 on");
	}
	return 0;
}

static int check_metric(const struct complaint *place, const json_t *metric)
{
	const char *unit = metric_unit(metric);

	if (!figure_name_is_good(place->metric))
		return complain(place, "", "no name of a metric", "[a-z][a-z0-9_]*");
	if (!unit[0])
		return complain(place, "unit", "none", "ns, bytes, bytes/s, count or ratio");
	if (!figure_unit_find(unit))
		return complain(place, "unit", unit, "ns, bytes, bytes/s, count or ratio");
	return check_samples(place, metric_samples(metric));
}

static int check_params(struct complaint *place, const json_t *params)
{
	char text[FIGURE_TEXT];
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)params, name, value) {
		if (!figure_name_is_good(name))
			return complain(place, "params", name, "names like [a-z][a-z0-9_]*");
		if (!figure_param(value, text) && !json_is_null(value))
			return complain(place, "params", name,
					"a text, a whole number, a boolean or null as its value");
	}
	return 0;
}

int figures_check(const json_t *trial, const char *path, size_t line, struct reason *reason)
{
	struct complaint place = { .path = path, .line = line, .reason = reason };
	json_t *metrics = trial_metrics(trial), *metric;
	int ret;

	if (!trial_cell(trial)[0])
		return complain(&place, "cell", "none", "a text");
	if (!trial_bench(trial)[0])
		return complain(&place, "bench", "none", "a text");
	if (!json_object_size(metrics))
		return complain(&place, "metrics", "none", "those of an \"ok\" trial");
	ret = check_params(&place, trial_params(trial));
	if (ret)
		return ret;
	json_object_foreach(metrics, place.metric, metric) {
		ret = check_metric(&place, metric);
		if (ret)
			return ret;
	}
	return 0;
}

const char *figure_param(const json_t *value, char text[FIGURE_TEXT])
{
	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	if (!json_is_integer(value))
		return NULL;
	snprintf(text, FIGURE_TEXT, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return text;
}

int figures_summarize(const json_t *metric, struct summary *ret_summary)
{
	const json_t *samples = metric_samples(metric);
	size_t count = json_array_size(samples);
	double *values = malloc((count ? count : 1) * sizeof(*values));

	if (!values)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		values[i] = json_number_value(json_array_get(samples, i));
	*ret_summary = summarize(values, count);
	free(values);
	return 0;
}

const char *figure_format(double value, char text[FIGURE_TEXT])
{
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, FIGURE_TEXT, "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	return text;
}
