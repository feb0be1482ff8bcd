#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/random.h"
#include "host/placement.h"
#include "matrix/config.h"
#include "matrix/parse.h"
#include "measure/measure.h"

const char *const *config_bench_names(void)
{
	static const char *names[64];
	size_t count = 0;

	for (const struct bench *const *bench = benches; *bench && count < 63; bench++)
		names[count++] = (*bench)->name;
	return names;
}

static int parse_warmup(struct parse *p, const json_t *json, uint32_t *ret_warmup)
{
	if (json_is_string(json) && !strcmp(json_string_value(json), "auto")) {
		*ret_warmup = WARMUP_AUTO;
		return 0;
	}
	return parse_u32(p, "warmup", json, 0, CONFIG_MOST_ITERATIONS, ret_warmup);
}

static int parse_placement(struct parse *p, const json_t *item, void *target)
{
	struct product *product = target;
	struct reason why;

	if (!json_is_string(item))
		return parse_fail(p, false,
				  "a placement is a string, like \"local\" or \"node:1\"");
	if (placement_check(json_string_value(item), &why))
		return parse_fail(p, false, "%s", why.text);
	if (product->nr_placements == sizeof(product->placements) / sizeof(char *))
		return parse_fail(p, false, "more than %zu placements", product->nr_placements);
	product->placements[product->nr_placements++] = json_string_value(item);
	return 0;
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

/* ---- products ---- */

struct param_target {
	struct product *product;
	size_t index;
};

static int add_values(struct product *product, size_t index, const struct value *values,
		      size_t count)
{
	size_t old = product->params[index].count;
	struct value *grown =
		realloc(product->params[index].values, (old + count) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	memcpy(grown + old, values, count * sizeof(*values));
	product->params[index].values = grown;
	product->params[index].count = old + count;
	return 0;
}

static int parse_value(struct parse *p, const json_t *item, void *argument)
{
	struct param_target *target = argument;
	const struct param *param = &target->product->bench->params[target->index];
	struct value all[PARAM_MAX_ALL];
	char text[PARAM_TEXT];
	struct reason why;
	size_t count = 1;
	int ret = parse_text(p, item, text, sizeof(text));

	if (ret)
		return ret;
	if (!strcmp(text, "all")) {
		count = param->type->list(param, all);
		if (!count)
			return parse_fail(p, false, "no value of %s is possible here", param->name);
	} else if (param->type->parse(param, text, &all[0], &why)) {
		return parse_fail(p, false, "%s", why.text);
	}
	return add_values(target->product, target->index, all, count);
}

static int set_defaults(struct parse *p, struct product *product)
{
	for (size_t i = 0; i < bench_nr_params(product->bench); i++) {
		const struct param *param = &product->bench->params[i];
		struct value value;
		struct reason why;
		int ret;

		if (product->params[i].count)
			continue;
		ret = param->type->parse(param, param->fallback, &value, &why);
		if (ret)
			return parse_fail(p, false, "default of %s: %s", param->name, why.text);
		ret = add_values(product, i, &value, 1);
		if (ret)
			return ret;
	}
	if (!product->nr_placements)
		product->placements[product->nr_placements++] = PLACEMENT_DEFAULT;
	return 0;
}

static int parse_product_key(struct parse *p, struct product *product, const char *key,
			     const json_t *json)
{
	static const char *const known[] = { "bench",  "placement",  "rounds",
					     "warmup", "iterations", "about" };
	int index = bench_param_index(product->bench, key);

	if (index >= 0) {
		struct param_target target = { product, (size_t)index };

		return parse_list(p, json, parse_value, &target);
	}
	if (!strcmp(key, "bench") || !strcmp(key, "about"))
		return 0;
	if (!strcmp(key, "placement")) {
		product->nr_placements = 0;
		return parse_list(p, json, parse_placement, product);
	}
	if (!strcmp(key, "rounds"))
		return parse_u32(p, key, json, 1, CONFIG_MOST_ROUNDS, &product->rounds);
	if (!strcmp(key, "iterations"))
		return parse_u32(p, key, json, 1, CONFIG_MOST_ITERATIONS, &product->iterations);
	if (!strcmp(key, "warmup"))
		return parse_warmup(p, json, &product->warmup);
	return parse_unknown_key(p, key, known, sizeof(known) / sizeof(known[0]), product->bench);
}

/* What holds for all products unless they say otherwise. */
struct shared {
	struct product defaults;
	bool has_iterations;
};

static int parse_product(struct parse *p, const json_t *json, struct shared *shared,
			 struct product *product)
{
	json_t *bench = json_object_get(json, "bench");
	const char *key;
	json_t *value;
	int ret;

	if (!json_is_object(json))
		return parse_fail(p, false, "expected an object, {\"bench\": NAME, …}");
	if (!bench)
		return parse_fail(p, false, "\"bench\" is missing");
	*product = shared->defaults;
	path_push_key(&p->path, "bench");
	ret = parse_bench(p, bench, &product->bench);
	path_pop(&p->path);
	if (ret)
		return ret;
	if (!shared->has_iterations)
		product->iterations = product->bench->iterations;
	json_object_foreach((json_t *)json, key, value) {
		path_push_key(&p->path, key);
		ret = parse_product_key(p, product, key, value);
		path_pop(&p->path);
		if (ret)
			return ret;
	}
	return set_defaults(p, product);
}

static int parse_matrix(struct parse *p, const json_t *json, struct shared *shared)
{
	size_t count = json_array_size(json);
	int ret = 0;

	if (!json_is_array(json) || !count)
		return parse_fail(p, false, "expected a list of at least one {\"bench\": NAME, …}");
	p->config->products = calloc(count, sizeof(*p->config->products));
	if (!p->config->products)
		return -ENOMEM;
	for (size_t i = 0; i < count && !ret; i++) {
		p->config->nr_products = i + 1;
		path_push_index(&p->path, i);
		ret = parse_product(p, json_array_get(json, i), shared, &p->config->products[i]);
		path_pop(&p->path);
	}
	return ret;
}

/* ---- the whole ---- */

static int parse_top_key(struct parse *p, const char *key, const json_t *json,
			 struct shared *shared)
{
	static const char *const known[] = { "name",	    "about",	   "rounds",   "seed",
					     "time_budget", "trial_limit", "counters", "placement",
					     "warmup",	    "iterations",  "matrix",   "exclude" };
	struct config *config = p->config;

	if (!strcmp(key, "name") || !strcmp(key, "about")) {
		if (!json_is_string(json))
			return parse_fail(p, false, "%s is a string", key);
		if (key[0] == 'n')
			snprintf(config->name, sizeof(config->name), "%s", json_string_value(json));
		return 0;
	}
	if (!strcmp(key, "rounds"))
		return parse_u32(p, key, json, 1, CONFIG_MOST_ROUNDS, &shared->defaults.rounds);
	if (!strcmp(key, "seed"))
		return parse_number(p, key, json, 0, INT64_MAX, &config->seed);
	if (!strcmp(key, "time_budget"))
		return parse_duration(p, key, json, &config->time_budget_ns);
	if (!strcmp(key, "trial_limit"))
		return parse_duration(p, key, json, &config->trial_limit_ns);
	if (!strcmp(key, "counters"))
		return json_is_array(json) && !json_array_size(json)
			       ? 0
			       : parse_list(p, json, parse_counter, config);
	if (!strcmp(key, "placement"))
		return parse_list(p, json, parse_placement, &shared->defaults);
	if (!strcmp(key, "warmup"))
		return parse_warmup(p, json, &shared->defaults.warmup);
	if (!strcmp(key, "iterations")) {
		shared->has_iterations = true;
		return parse_u32(p, key, json, 1, CONFIG_MOST_ITERATIONS,
				 &shared->defaults.iterations);
	}
	if (!strcmp(key, "matrix") || !strcmp(key, "exclude"))
		return 0; /* after all that they build on */
	return parse_unknown_key(p, key, known, sizeof(known) / sizeof(known[0]), NULL);
}

static int parse_under(struct parse *p, const char *key, struct shared *shared)
{
	json_t *json = json_object_get(p->config->json, key);
	int ret;

	if (!json && !strcmp(key, "exclude"))
		return 0;
	path_push_key(&p->path, key);
	if (!json)
		ret = parse_fail(p, false, "\"matrix\" is missing: there is nothing to measure");
	else if (!strcmp(key, "matrix"))
		ret = parse_matrix(p, json, shared);
	else
		ret = parse_excludes(p, json);
	path_pop(&p->path);
	return ret;
}

static int parse_config(struct parse *p)
{
	struct shared shared = { .defaults = { .rounds = 1, .warmup = WARMUP_AUTO } };
	struct config *config = p->config;
	const char *key;
	json_t *value;
	int ret = 0;

	if (!json_is_object(config->json))
		return parse_fail(p, false, "expected an object, {\"matrix\": […]}");
	json_object_foreach(config->json, key, value) {
		path_push_key(&p->path, key);
		ret = parse_top_key(p, key, value, &shared);
		path_pop(&p->path);
		if (ret)
			return ret;
	}
	ret = parse_under(p, "matrix", &shared);
	if (!ret)
		ret = parse_under(p, "exclude", &shared);
	for (size_t i = 0; i < config->nr_products; i++)
		if (config->products[i].rounds > config->rounds)
			config->rounds = config->products[i].rounds;
	return ret;
}

/* Takes @json. Without a seed of its own, the config is given one, which is recorded. */
static int build(json_t *json, const char *source, const char *text, struct config **ret_config,
		 struct reason *reason)
{
	struct config *config = calloc(1, sizeof(*config));
	struct parse p = { .source = source, .text = text, .reason = reason, .config = config };
	int ret;

	if (!config) {
		json_decref(json);
		return -ENOMEM;
	}
	config->json = json;
	config->seed = random_fresh_seed();
	ret = parse_config(&p);
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
 * The file is checked as it stands, so that its errors have a line; then as the command line
 * changes it, whose errors name the command line.
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

int config_from_json(json_t *json, struct config **ret_config, struct reason *reason)
{
	return build(json_incref(json), "the recorded config", NULL, ret_config, reason);
}

void config_free(struct config *config)
{
	if (!config)
		return;
	for (size_t i = 0; i < config->nr_products; i++)
		for (size_t j = 0; j < PARAM_MAX; j++)
			free(config->products[i].params[j].values);
	for (size_t i = 0; i < config->nr_excludes; i++)
		for (size_t j = 0; j < config->excludes[i].nr_conditions; j++)
			json_decref(config->excludes[i].conditions[j].values);
	free(config->products);
	free(config->excludes);
	json_decref(config->json);
	free(config);
}
