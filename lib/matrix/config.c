#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/random.h"
#include "matrix/config.h"
#include "matrix/parse.h"
#include "result/cell_name.h"
#include "measure/measure.h"
#include "measure/registry.h"

/* ---- keys of the config itself ---- */

static int parse_string(struct parse *p, const char *key, const json_t *json, struct config *config)
{
	(void)config;
	return json_is_string(json) ? 0 : parse_fail(p, false, "%s is a string", key);
}

static int parse_name(struct parse *p, const char *key, const json_t *json, struct config *config)
{
	int ret = parse_string(p, key, json, config);

	if (!ret)
		snprintf(config->name, sizeof(config->name), "%s", json_string_value(json));
	return ret;
}

static int parse_seed(struct parse *p, const char *key, const json_t *json, struct config *config)
{
	return parse_number(p, key, json, 0, INT64_MAX, &config->seed);
}

static int parse_time_budget(struct parse *p, const char *key, const json_t *json,
			     struct config *config)
{
	return parse_duration(p, key, json, &config->time_budget_ns);
}

static int parse_trial_limit(struct parse *p, const char *key, const json_t *json,
			     struct config *config)
{
	return parse_duration(p, key, json, &config->trial_limit_ns);
}

static int parse_counter(struct parse *p, const json_t *item, void *target)
{
	struct config *config = target;

	if (!json_is_string(item) || !json_string_value(item)[0] ||
	    strlen(json_string_value(item)) >= COUNTER_NAME)
		return parse_fail(p, false, "a counter is a name, like \"instructions:k\"");
	if (config->nr_counters == COUNTERS_MAX)
		return parse_fail(p, false, "more than %d counters", COUNTERS_MAX);
	config->counters[config->nr_counters++] = json_string_value(item);
	return 0;
}

static int parse_counters(struct parse *p, const char *key, const json_t *json,
			  struct config *config)
{
	(void)key;
	if (json_is_array(json) && !json_array_size(json))
		return 0;
	return parse_list(p, json, parse_counter, config);
}

static const struct config_key {
	const char *name;
	/* NULL: a key for all products, or one that builds on all others. */
	int (*parse)(struct parse *p, const char *key, const json_t *json, struct config *config);
} config_keys[] = {
	{ "name", parse_name },
	{ "about", parse_string },
	{ "rounds", NULL },
	{ "seed", parse_seed },
	{ "time_budget", parse_time_budget },
	{ "trial_limit", parse_trial_limit },
	{ "counters", parse_counters },
	{ "placement", NULL },
	{ "warmup", NULL },
	{ "iterations", NULL },
	{ "matrix", NULL },
	{ "exclude", NULL },
};

#define NR_CONFIG_KEYS (sizeof(config_keys) / sizeof(config_keys[0]))

static int unknown_key(struct parse *p, const char *key)
{
	const char *known[NR_CONFIG_KEYS];

	for (size_t i = 0; i < NR_CONFIG_KEYS; i++)
		known[i] = config_keys[i].name;
	return parse_unknown_key(p, key, known, NR_CONFIG_KEYS, NULL);
}

static int parse_key(struct parse *p, const char *key, const json_t *json, struct config *config,
		     struct product *defaults)
{
	bool is_shared;

	for (size_t i = 0; i < NR_CONFIG_KEYS; i++) {
		if (strcmp(key, config_keys[i].name))
			continue;
		if (config_keys[i].parse)
			return config_keys[i].parse(p, key, json, config);
		return product_parse_shared(p, key, json, defaults, &is_shared);
	}
	return unknown_key(p, key);
}

/* ---- the matrix, and all of it ---- */

/* An element may be a cell's name: the object that says the same takes its place. */
static int expand_cell(struct parse *p, json_t *matrix, size_t number)
{
	const char *name = json_string_value(json_array_get(matrix, number));
	json_t *object;
	int ret;

	if (!name)
		return 0;
	if (!cell_name_is_good(name))
		return parse_fail(p, false,
				  "\"%.80s\" is no name of a cell, like "
				  "\"vfio-map/backing=thp/size=64MiB\"",
				  name);
	ret = product_of_cell(p, name, &object);
	return ret ? ret : json_array_set_new(matrix, number, object) ? -ENOMEM : 0;
}

static int parse_products(struct parse *p, json_t *json, const struct product *defaults,
			  struct config *config)
{
	size_t count = json_array_size(json);
	int ret = 0;

	if (!json_is_array(json) || !count)
		return parse_fail(
			p, false,
			"expected a list of at least one {\"bench\": NAME, …}, or a cell's name");
	config->products = calloc(count, sizeof(*config->products));
	if (!config->products)
		return -ENOMEM;
	for (size_t i = 0; i < count && !ret; i++) {
		config->nr_products = i + 1;
		path_push_index(&p->path, i);
		ret = expand_cell(p, json, i);
		if (!ret)
			ret = product_parse(p, json_array_get(json, i), defaults,
					    &config->products[i]);
		path_pop(&p->path);
		if (config->products[i].rounds > config->rounds)
			config->rounds = config->products[i].rounds;
	}
	return ret;
}

static int parse_matrix(struct parse *p, const struct product *defaults, struct config *config)
{
	json_t *matrix = json_object_get(config->json, "matrix");
	int ret;

	path_push_key(&p->path, "matrix");
	ret = matrix ? parse_products(p, matrix, defaults, config)
		     : parse_fail(p, false, "\"matrix\" is missing: there is nothing to measure");
	path_pop(&p->path);
	return ret;
}

static int parse_excludes(struct parse *p, struct config *config)
{
	json_t *excludes = json_object_get(config->json, "exclude");
	int ret;

	if (!excludes)
		return 0;
	path_push_key(&p->path, "exclude");
	ret = excludes_parse(p, excludes, config->products, config->nr_products, &config->excludes);
	path_pop(&p->path);
	return ret;
}

/* The matrix is read last, so that the order of keys in the file does not matter. */
static int parse_config(struct parse *p, struct config *config)
{
	struct product defaults = { .rounds = 1, .warmup = WARMUP_AUTO };
	const char *key;
	json_t *value;
	int ret = 0;

	if (!json_is_object(config->json))
		return parse_fail(p, false, "expected an object, {\"matrix\": […]}");
	json_object_foreach(config->json, key, value) {
		path_push_key(&p->path, key);
		ret = parse_key(p, key, value, config, &defaults);
		path_pop(&p->path);
		if (ret)
			return ret;
	}
	ret = parse_matrix(p, &defaults, config);
	return ret ? ret : parse_excludes(p, config);
}

/* Takes over @json. A config without a seed gets a random one, which is recorded. */
static int build(json_t *json, const char *source, const char *text, struct config **ret_config,
		 struct reason *reason)
{
	struct config *config = calloc(1, sizeof(*config));
	struct parse p = { .source = source, .text = text, .reason = reason };
	int ret;

	if (!config) {
		json_decref(json);
		return -ENOMEM;
	}
	config->json = json;
	config->seed = random_fresh_seed();
	ret = parse_config(&p, config);
	if (ret) {
		config_free(config);
		return ret;
	}
	json_object_set_new(json, "seed", json_integer((json_int_t)config->seed));
	if (json_ran_out()) {
		config_free(config);
		return -ENOMEM;
	}
	*ret_config = config;
	return 0;
}

/*
 * Reads the file unchanged first, so that its errors name a line; then again with the changes, whose
 * errors name the command line.
 */
static int build_with_changes(json_t *json, const char *source, const char *text,
			      const struct changes *changes, struct config **ret_config,
			      struct reason *reason)
{
	struct config *as_written;
	json_t *changed;
	int ret = build(json, source, text, &as_written, reason);

	if (ret)
		return ret;
	if (!changes_any(changes)) {
		*ret_config = as_written;
		return 0;
	}
	changed = json_deep_copy(as_written->json);
	config_free(as_written);
	ret = changes_apply(changed, changes, reason);
	if (ret) {
		json_decref(changed);
		return ret;
	}
	return build(changed, "command line", NULL, ret_config, reason);
}

int config_load(const char *path, const struct changes *changes, struct config **ret_config,
		struct reason *reason)
{
	json_error_t error;
	char *text;
	size_t length;
	json_t *json;
	int ret = file_read_all(path, &text, &length);

	if (ret)
		return reason_set(reason, ret, "%s: %s", path,
				  ret == -EISDIR ? "is a folder, expected a config"
						 : strerror(-ret));
	json = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
	if (json)
		ret = build_with_changes(json, path, text, changes, ret_config, reason);
	else
		ret = reason_set(reason, -EINVAL, "%s:%d:%d: %s", path, error.line, error.column,
				 error.text);
	free(text);
	return ret;
}

int config_for_bench(const struct bench *bench, const struct changes *changes,
		     struct config **ret_config, struct reason *reason)
{
	json_t *json =
		json_pack("{s:s, s:[{s:s}]}", "name", bench->name, "matrix", "bench", bench->name);

	return json ? build_with_changes(json, "command line", NULL, changes, ret_config, reason)
		    : -ENOMEM;
}

int config_for_cell(const char *cell, const struct changes *changes, struct config **ret_config,
		    struct reason *reason)
{
	json_t *json = json_pack("{s:s, s:[s]}", "name", "cell", "matrix", cell);

	return json ? build_with_changes(json, "command line", NULL, changes, ret_config, reason)
		    : -ENOMEM;
}

int config_from_json(json_t *json, struct config **ret_config, struct reason *reason)
{
	return build(json_incref(json), "the recorded config", NULL, ret_config, reason);
}

void config_free(struct config *config)
{
	if (!config)
		return;
	for (size_t i = 0; i < config->nr_products; i++)
		product_release(&config->products[i]);
	excludes_release(&config->excludes);
	free(config->products);
	json_decref(config->json);
	free(config);
}
