#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "compare/selection.h"
#include "result/cell_name.h"

#define VALUE_MOST 256

/* ---- what a cell has ---- */

/* Compares sizes as people write them: size=1GiB for size_bytes. */
static bool is_bytes(const json_t *bytes, const char *value)
{
	uint64_t wanted;

	return json_is_integer(bytes) && !size_parse(value, &wanted) &&
	       (uint64_t)json_integer_value(bytes) == wanted;
}

static bool is_param(const json_t *param, const char *value)
{
	char text[32];

	if (json_is_string(param))
		return !strcmp(json_string_value(param), value);
	if (!json_is_integer(param))
		return false;
	snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT, json_integer_value(param));
	return !strcmp(text, value);
}

static bool has_key(const struct boot_cell *cell, const char *key)
{
	return !strcmp(key, "bench") || !strcmp(key, "metric") || cell_has_part(cell->name, key) ||
	       params_value(cell->params, key) || params_bytes(cell->params, key);
}

static bool has_value(const struct boot_cell *cell, const char *metric, const char *key,
		      const char *value)
{
	if (!strcmp(key, "metric"))
		return !metric || !strcmp(metric, value);
	if (!strcmp(key, "bench"))
		return cell_is_of(cell->name, value);
	return cell_has_value(cell->name, key, value) ||
	       is_param(params_value(cell->params, key), value) ||
	       is_bytes(params_bytes(cell->params, key), value);
}

/* ---- filters ---- */

/*
 * Splits "key=value,value": returns the key, and in *ret_values what follows; NULL if it is no
 * filter.
 */
static const char *split(const char *filter, char key[VALUE_MOST], const char **ret_values)
{
	size_t length = strcspn(filter, "=");

	if (!length || length >= VALUE_MOST || filter[length] != '=' || !filter[length + 1])
		return NULL;
	snprintf(key, VALUE_MOST, "%.*s", (int)length, filter);
	*ret_values = filter + length + 1;
	return key;
}

static bool passes(const char *filter, const struct boot_cell *cell, const char *metric)
{
	char key[VALUE_MOST], value[VALUE_MOST];
	const char *values;

	if (!split(filter, key, &values))
		return false;
	while (true) {
		size_t length = strcspn(values, ",");

		snprintf(value, sizeof(value), "%.*s", (int)length, values);
		if (has_value(cell, metric, key, value))
			return true;
		if (!values[length])
			return false;
		values += length + 1;
	}
}

static bool matches(const char *pattern, const char *cell, const char *metric)
{
	char row[1024];

	snprintf(row, sizeof(row), "%s%s%s", cell, metric ? " " : "", metric ? metric : "");
	if (strpbrk(pattern, "*?["))
		return !fnmatch(pattern, row, 0);
	return strstr(row, pattern) != NULL;
}

bool selection_wants(const struct selection *selection, const struct boot_cell *cell,
		     const char *metric)
{
	bool any = !selection->nr_rows;

	for (size_t i = 0; i < selection->nr_filters; i++)
		if (!passes(selection->filters[i], cell, metric))
			return false;
	for (size_t i = 0; i < selection->nr_rows && !any; i++)
		any = matches(selection->rows[i], cell->name, metric);
	return any;
}

bool selection_wants_any(const struct selection *selection, const struct boot_cell *cell)
{
	bool wanted = !cell->nr_metrics && selection_wants(selection, cell, NULL);

	for (size_t i = 0; i < cell->nr_metrics && !wanted; i++)
		wanted = selection_wants(selection, cell, cell->metrics[i].name);
	return wanted;
}

static bool any_has(const struct sides *sides, const char *key)
{
	for (size_t i = 0; i < sides->count; i++)
		for (size_t j = 0; j < sides->list[i].nr_boots; j++)
			for (size_t k = 0; k < sides->list[i].boots[j]->nr_cells; k++)
				if (has_key(&sides->list[i].boots[j]->cells[k], key))
					return true;
	return false;
}

#define NAMES_MOST 64

/* Suggests a name from the parameters of all cells, without units. */
static void suggest(const struct sides *sides, const char *key, char *hint, size_t room)
{
	static char names[NAMES_MOST][48];
	const char *list[NAMES_MOST + 3] = { "bench", "metric" };
	const struct boot *boot = sides->list[0].boots[0];
	size_t count = 0;
	const char *name;
	json_t *value;

	for (size_t i = 0; i < boot->nr_cells; i++)
		json_object_foreach(boot->cells[i].params, name, value) {
			size_t length = strlen(name), end = strlen("_bytes");

			if (count == NAMES_MOST)
				break;
			if (length > end && !strcmp(name + length - end, "_bytes"))
				length -= end;
			snprintf(names[count], sizeof(names[0]), "%.*s", (int)length, name);
			list[2 + count] = names[count];
			count++;
		}
	list[2 + count] = NULL;
	text_suggest(key, list, hint, room);
}

int selection_check(const struct selection *selection, const struct sides *sides,
		    struct reason *reason)
{
	for (size_t i = 0; i < selection->nr_filters; i++) {
		char key[VALUE_MOST], hint[80];
		const char *values;

		if (!split(selection->filters[i], key, &values))
			return reason_set(
				reason, -EINVAL,
				"--filter \"%.60s\": expected PARAM=VALUE[,VALUE...], such "
				"as backing=thp,hugetlb-2m",
				selection->filters[i]);
		if (any_has(sides, key))
			continue;
		suggest(sides, key, hint, sizeof(hint));
		return reason_set(reason, -EINVAL,
				  "--filter \"%.60s\": no cell has a parameter "
				  "\"%.40s\"%s",
				  selection->filters[i], key, hint);
	}
	return 0;
}
