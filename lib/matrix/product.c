#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "host/placement.h"
#include "matrix/product.h"
#include "result/cell_name.h"
#include "measure/measure.h"

static int parse_warmup(struct parse *p, const json_t *json, uint32_t *ret_warmup)
{
	if (json_is_string(json) && !strcmp(json_string_value(json), "auto")) {
		*ret_warmup = WARMUP_AUTO;
		return 0;
	}
	return parse_u32(p, "warmup", json, 0, PRODUCT_MOST_ITERATIONS, ret_warmup);
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

int product_parse_shared(struct parse *p, const char *key, const json_t *json,
			 struct product *product, bool *ret_is_shared)
{
	*ret_is_shared = true;
	if (!strcmp(key, "placement")) {
		product->nr_placements = 0;
		return parse_list(p, json, parse_placement, product);
	}
	if (!strcmp(key, "rounds"))
		return parse_u32(p, key, json, 1, PRODUCT_MOST_ROUNDS, &product->rounds);
	if (!strcmp(key, "iterations"))
		return parse_u32(p, key, json, 1, PRODUCT_MOST_ITERATIONS, &product->iterations);
	if (!strcmp(key, "warmup"))
		return parse_warmup(p, json, &product->warmup);
	*ret_is_shared = false;
	return 0;
}

static int parse_key(struct parse *p, struct product *product, const char *key, const json_t *json)
{
	static const char *const known[] = { "bench",  "placement",  "rounds",
					     "warmup", "iterations", "about" };
	int index = bench_param_index(product->bench, key), ret;
	bool is_shared;

	if (index >= 0) {
		struct param_target target = { product, (size_t)index };

		return parse_list(p, json, parse_value, &target);
	}
	ret = product_parse_shared(p, key, json, product, &is_shared);
	if (is_shared || !strcmp(key, "bench") || !strcmp(key, "about"))
		return ret;
	return parse_unknown_key(p, key, known, sizeof(known) / sizeof(known[0]), product->bench);
}

int product_parse(struct parse *p, const json_t *json, const struct product *defaults,
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
	*product = *defaults;
	path_push_key(&p->path, "bench");
	ret = parse_bench(p, bench, &product->bench);
	path_pop(&p->path);
	if (ret)
		return ret;
	if (!product->iterations)
		product->iterations = product->bench->iterations;
	json_object_foreach((json_t *)json, key, value) {
		path_push_key(&p->path, key);
		ret = parse_key(p, product, key, value);
		path_pop(&p->path);
		if (ret)
			return ret;
	}
	return set_defaults(p, product);
}

/* Whether a part of a cell's name can be one: a parameter, or the placement, once, with one value. */
static int check_part(struct parse *p, const struct bench *bench, const json_t *product,
		      const char *key, const char *value)
{
	if (bench_param_index(bench, key) < 0 && strcmp(key, "placement") != 0)
		return parse_unknown_key(p, key, NULL, 0, bench);
	if (json_object_get(product, key))
		return parse_fail(p, false, "%s stands there twice", key);
	if (!strcmp(value, "all"))
		return parse_fail(p, false, "%s=all is no cell: name one value", key);
	return 0;
}

static int take_part(struct parse *p, const struct bench *bench, const struct cell_part *part,
		     json_t *product)
{
	char key[PARAM_TEXT], text[CELL_NAME];
	size_t length;
	const char *value = cell_part_value(part, &length);
	int ret;

	snprintf(key, sizeof(key), "%.*s", (int)part->key_length, part->text);
	snprintf(text, sizeof(text), "%.*s", (int)length, value);
	ret = check_part(p, bench, product, key, text);
	return ret ? ret : json_object_set_new(product, key, json_string(text)) ? -ENOMEM : 0;
}

int product_of_cell(struct parse *p, const char *cell, json_t **ret_product)
{
	json_t *name = json_stringn(cell, cell_bench_length(cell)), *product = json_object();
	const char *at = cell_parts(cell);
	const struct bench *bench;
	struct cell_part part;
	int ret = name && product ? parse_bench(p, name, &bench) : -ENOMEM;

	while (!ret && cell_next_part(&at, &part))
		ret = take_part(p, bench, &part, product);
	if (!ret && json_object_set(product, "bench", name))
		ret = -ENOMEM;
	json_decref(name);
	if (ret)
		json_decref(product);
	else
		*ret_product = product;
	return ret;
}

void product_release(struct product *product)
{
	for (size_t i = 0; i < PARAM_MAX; i++)
		free(product->params[i].values);
}
