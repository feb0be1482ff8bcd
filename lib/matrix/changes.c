#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "matrix/changes.h"
#include "measure/registry.h"

static bool applies(const json_t *product, const char *name)
{
	static const char *const shared[] = { "iterations", "warmup", "rounds", "placement", NULL };
	const char *bench_name = json_string_value(json_object_get(product, "bench"));
	const struct bench *bench = bench_name ? bench_find(bench_name) : NULL;

	for (const char *const *key = shared; *key; key++)
		if (!strcmp(*key, name))
			return true;
	return bench && bench_param_index(bench, name) >= 0;
}

static json_t *split_values(const char *values)
{
	json_t *list = json_array();
	char *copy = strdup(values);
	char *next = copy, *word;

	while (copy && (word = strsep(&next, ",")))
		json_array_append_new(list, json_string(word));
	free(copy);
	return list;
}

/* Suggests a parameter of any benchmark in the matrix. */
static int unknown_set(const json_t *matrix, const char *set, const char *name,
		       struct reason *reason)
{
	const char *names[256] = { "iterations", "warmup", "rounds", "placement" };
	size_t count = 4, i;
	char hint[80];
	json_t *product;

	json_array_foreach(matrix, i, product) {
		const char *bench_name = json_string_value(json_object_get(product, "bench"));
		const struct bench *bench = bench_name ? bench_find(bench_name) : NULL;

		for (size_t j = 0; bench && j < bench_nr_params(bench) && count < 255; j++)
			names[count++] = bench->params[j].name;
	}
	names[count] = NULL;
	return reason_set(reason, -EINVAL, "--set %s: no benchmark of this matrix has \"%s\"%s",
			  set, name, text_suggest(name, names, hint, sizeof(hint)));
}

static int apply_set(json_t *config, const char *set, struct reason *reason)
{
	json_t *matrix = json_object_get(config, "matrix");
	const char *equals = strchr(set, '=');
	char name[64];
	bool applied = false;
	json_t *product, *values;
	size_t i;

	if (!equals || equals == set || !equals[1] || (size_t)(equals - set) >= sizeof(name))
		return reason_set(reason, -EINVAL, "--set %s: expected param=value[,value…]", set);
	snprintf(name, sizeof(name), "%.*s", (int)(equals - set), set);
	values = split_values(equals + 1);
	if (!strcmp(name, "iterations") || !strcmp(name, "warmup") || !strcmp(name, "rounds")) {
		json_t *one = json_string(equals + 1);

		json_decref(values);
		values = one;
	}
	json_array_foreach(matrix, i, product) {
		if (!json_is_object(product) || !applies(product, name))
			continue;
		json_object_set(product, name, values);
		applied = true;
	}
	json_decref(values);
	return applied ? 0 : unknown_set(matrix, set, name, reason);
}

/* --rounds is for all products: their own rounds are removed. */
static void apply_rounds(json_t *config, const char *rounds)
{
	json_t *product;
	size_t i;

	json_object_set_new(config, "rounds", json_string(rounds));
	json_array_foreach(json_object_get(config, "matrix"), i, product)
		json_object_del(product, "rounds");
}

/* JSON cannot hold bytes that are not UTF-8. */
static int check_text(const char *option, const char *value, struct reason *reason)
{
	json_t *text = value ? json_string(value) : NULL;

	json_decref(text);
	if (!value || text)
		return 0;
	return reason_set(reason, -EINVAL, "%s: its value is no UTF-8 text", option);
}

static int check_texts(const struct changes *changes, struct reason *reason)
{
	int ret = check_text("--rounds", changes->rounds, reason);

	if (!ret)
		ret = check_text("--seed", changes->seed, reason);
	if (!ret)
		ret = check_text("--time-budget", changes->time_budget, reason);
	for (size_t i = 0; i < changes->nr_sets && !ret; i++) {
		char option[64];

		snprintf(option, sizeof(option), "--set %.*s", (int)strcspn(changes->sets[i], "="),
			 changes->sets[i]);
		ret = check_text(option, changes->sets[i], reason);
	}
	return ret;
}

int changes_apply(json_t *json, const struct changes *changes, struct reason *reason)
{
	int ret = check_texts(changes, reason);

	for (size_t i = 0; i < changes->nr_sets && !ret; i++)
		ret = apply_set(json, changes->sets[i], reason);
	if (changes->rounds)
		apply_rounds(json, changes->rounds);
	if (changes->seed)
		json_object_set_new(json, "seed", json_string(changes->seed));
	if (changes->time_budget)
		json_object_set_new(json, "time_budget", json_string(changes->time_budget));
	return !ret && json_ran_out() ? -ENOMEM : ret;
}

bool changes_any(const struct changes *changes)
{
	return changes &&
	       (changes->nr_sets || changes->rounds || changes->seed || changes->time_budget);
}
