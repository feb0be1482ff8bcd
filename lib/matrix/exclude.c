#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/placement.h"
#include "matrix/exclude.h"

/* ---- reading rules ---- */

/* The products whose benchmarks a rule may be about. */
struct product_list {
	const struct product *products;
	size_t nr_products;
};

/* A parameter of that name, of any benchmark in the matrix. */
static const struct param *any_param(const struct product_list *list, const char *name)
{
	for (size_t i = 0; i < list->nr_products; i++) {
		int index = bench_param_index(list->products[i].bench, name);

		if (index >= 0)
			return &list->products[i].bench->params[index];
	}
	return NULL;
}

struct condition_target {
	const char *name;
	const struct param *param;
	json_t *values;
};

static int parse_condition_value(struct parse *p, const json_t *item, void *argument)
{
	struct condition_target *target = argument;
	char text[PARAM_TEXT], printed[PARAM_TEXT];
	const struct bench *bench;
	struct value value;
	struct reason why;
	int ret = parse_text(p, item, text, sizeof(text));

	if (ret)
		return ret;
	if (!strcmp(target->name, "bench"))
		ret = parse_bench(p, item, &bench);
	else if (!strcmp(target->name, "placement") && placement_check(text, &why))
		ret = parse_fail(p, false, "%s", why.text);
	if (ret)
		return ret;
	if (target->param) {
		if (target->param->type->parse(target->param, text, &value, &why))
			return parse_fail(p, false, "%s", why.text);
		snprintf(text, sizeof(text), "%s", target->param->type->print(&value, printed));
	}
	return json_array_append_new(target->values, json_string(text)) ? -ENOMEM : 0;
}

/* Suggests a parameter of any benchmark in the matrix. */
static int unknown_condition(struct parse *p, const char *key, const struct product_list *list)
{
	const char *known[256] = { "bench", "placement" };
	size_t count = 2;

	for (size_t i = 0; i < list->nr_products; i++) {
		const struct bench *bench = list->products[i].bench;

		for (size_t j = 0; j < bench_nr_params(bench) && count < 256; j++)
			known[count++] = bench->params[j].name;
	}
	return parse_unknown_key(p, key, known, count, NULL);
}

static int parse_condition(struct parse *p, const char *key, const json_t *json,
			   const struct product_list *list, struct exclude_rule *rule)
{
	struct condition_target target = { .name = key, .param = any_param(list, key) };

	if (!target.param && strcmp(key, "bench") && strcmp(key, "placement"))
		return unknown_condition(p, key, list);
	if (rule->nr_conditions == PARAM_MAX)
		return parse_fail(p, true, "more than %d conditions", PARAM_MAX);
	target.values = json_array();
	rule->conditions[rule->nr_conditions].values = target.values;
	snprintf(rule->conditions[rule->nr_conditions++].name, sizeof(rule->conditions[0].name),
		 "%s", key);
	return parse_list(p, json, parse_condition_value, &target);
}

static int parse_rule(struct parse *p, const json_t *json, const struct product_list *list,
		      struct exclude_rule *rule)
{
	const char *key;
	json_t *value;
	int ret = 0;

	if (!json_is_object(json) || !json_object_size(json))
		return parse_fail(
			p, false,
			"expected a rule like {\"backing\": \"anon\", \"size\": \"16GiB\"}");
	json_object_foreach((json_t *)json, key, value) {
		path_push_key(&p->path, key);
		ret = parse_condition(p, key, value, list, rule);
		path_pop(&p->path);
		if (ret)
			break;
	}
	return ret;
}

int excludes_parse(struct parse *p, const json_t *json, const struct product *products,
		   size_t nr_products, struct excludes *excludes)
{
	struct product_list list = { products, nr_products };
	size_t count = json_array_size(json);
	int ret = 0;

	if (!json_is_array(json))
		return parse_fail(p, false, "expected a list of rules");
	excludes->rules = calloc(count ? count : 1, sizeof(*excludes->rules));
	if (!excludes->rules)
		return -ENOMEM;
	excludes->nr_rules = count;
	for (size_t i = 0; i < count && !ret; i++) {
		path_push_index(&p->path, i);
		ret = parse_rule(p, json_array_get(json, i), &list, &excludes->rules[i]);
		path_pop(&p->path);
	}
	return ret;
}

void excludes_release(struct excludes *excludes)
{
	for (size_t i = 0; i < excludes->nr_rules; i++)
		for (size_t j = 0; j < excludes->rules[i].nr_conditions; j++)
			json_decref(excludes->rules[i].conditions[j].values);
	free(excludes->rules);
	*excludes = (struct excludes){ 0 };
}

/* ---- which cells rules match ---- */

static bool lists(const json_t *values, const char *text)
{
	for (size_t i = 0; i < json_array_size(values); i++)
		if (!strcmp(json_string_value(json_array_get(values, i)), text))
			return true;
	return false;
}

/* A condition on a parameter that the benchmark does not have is not met. */
static bool meets(const struct cell *cell, const char *name, const json_t *values)
{
	char text[PARAM_TEXT];
	int index = bench_param_index(cell->bench, name);

	if (index >= 0)
		return lists(values,
			     cell->bench->params[index].type->print(&cell->values[index], text));
	if (!strcmp(name, "bench"))
		return lists(values, cell->bench->name);
	return !strcmp(name, "placement") && lists(values, cell->placement);
}

static bool is_match(const struct exclude_rule *rule, const struct cell *cell)
{
	for (size_t i = 0; i < rule->nr_conditions; i++)
		if (!meets(cell, rule->conditions[i].name, rule->conditions[i].values))
			return false;
	return true;
}

bool excludes_match(const struct excludes *excludes, const struct cell *cell)
{
	for (size_t i = 0; i < excludes->nr_rules; i++)
		if (is_match(&excludes->rules[i], cell))
			return true;
	return false;
}
