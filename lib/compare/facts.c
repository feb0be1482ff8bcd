#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/text.h"
#include "compare/facts.h"

static void add_fact(struct facts *facts, const char *key, char *value, double number)
{
	struct fact *grown = grow(facts->list, facts->count, sizeof(*grown));

	if (grown)
		facts->list = grown;
	if (grown && value) {
		grown[facts->count].key = strdup(key);
		grown[facts->count].value = value;
		grown[facts->count].number = number;
		if (grown[facts->count].key) {
			facts->count++;
			return;
		}
	}
	free(value);
	facts->failed = true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(json_string_value(*(const json_t *const *)a),
		      json_string_value(*(const json_t *const *)b));
}

/* Copies an array and sorts it if it holds texts: names read from a folder come in any order. */
static json_t *sorted_copy(const json_t *array)
{
	size_t count = json_array_size(array);
	json_t **items = calloc(count + 1, sizeof(*items));
	json_t *copy = json_array();
	bool texts = items != NULL;

	for (size_t i = 0; i < count && items; i++) {
		items[i] = json_array_get(array, i);
		texts &= json_is_string(items[i]);
	}
	if (texts && count)
		qsort(items, count, sizeof(json_t *), by_text);
	for (size_t i = 0; i < count && items; i++)
		json_array_append(copy, items[i]);
	free(items);
	return copy;
}

static bool is_of_objects(const json_t *json)
{
	return json_is_array(json) && json_is_object(json_array_get(json, 0));
}

static void add_leaf(struct facts *facts, const char *key, const json_t *json)
{
	json_t *sorted = json_is_array(json) ? sorted_copy(json) : NULL;

	add_fact(facts, key, json_dumps(sorted ? sorted : json, JSON_ENCODE_ANY | JSON_COMPACT),
		 json_is_number(json) ? json_number_value(json) : NAN);
	json_decref(sorted);
}

/*
 * Adds the command line without the names of the boot images: the kernel is recorded elsewhere, and
 * its initrd has no effect.
 */
static void add_command_line(struct facts *facts, const char *key, const char *line)
{
	static const char *const named[] = { "BOOT_IMAGE=", "initrd=" };
	struct text kept = { 0 };
	json_t *json;

	while (*line) {
		size_t length = strcspn(line, " ");
		bool drop = !length;

		for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
			drop |= text_starts_with(line, named[i]);
		if (!drop)
			text_add(&kept, "%s%.*s", kept.length ? " " : "", (int)length, line);
		line += length + (line[length] != '\0');
	}
	json = json_string(kept.text ? kept.text : "");
	facts->failed |= kept.failed || !json;
	if (json)
		add_leaf(facts, key, json);
	json_decref(json);
	text_release(&kept);
}

#define DEEPEST 16

static void add_facts(struct facts *facts, const char *prefix, const json_t *json,
		      unsigned int depth);

static void add_member(struct facts *facts, const char *prefix, const char *name,
		       const json_t *json, unsigned int depth)
{
	char key[256];

	snprintf(key, sizeof(key), "%.150s%s%.80s", prefix, prefix[0] ? "." : "", name);
	if (!strcmp(key, "command_line") && json_is_string(json))
		add_command_line(facts, key, json_string_value(json));
	else
		add_facts(facts, key, json, depth + 1);
}

/* NOLINTNEXTLINE(misc-no-recursion): ends at DEEPEST, however deep the record nests */
static void add_facts(struct facts *facts, const char *prefix, const json_t *json,
		      unsigned int depth)
{
	const char *name;
	json_t *value;
	char index[24];
	size_t i;

	if (depth < DEEPEST && json_is_object(json)) {
		json_object_foreach((json_t *)(uintptr_t)json, name, value)
			add_member(facts, prefix, name, value, depth);
	} else if (depth < DEEPEST && is_of_objects(json)) {
		json_array_foreach(json, i, value) {
			snprintf(index, sizeof(index), "%zu", i);
			add_member(facts, prefix, index, value, depth);
		}
	} else if (prefix[0]) {
		add_leaf(facts, prefix, json);
	}
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct fact *)a)->key, ((const struct fact *)b)->key);
}

struct facts facts_of(const struct boot *boot)
{
	static const char *const parts[] = { "tool", "clock", "config", "imported" };
	struct facts facts = { 0 };

	add_facts(&facts, "", run_host(boot->run), 0);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const json_t *part = run_part(boot->run, parts[i]);

		if (part)
			add_facts(&facts, parts[i], part, 1);
	}
	if (facts.count)
		qsort(facts.list, facts.count, sizeof(*facts.list), by_key);
	return facts;
}

void facts_release(struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++) {
		free(facts->list[i].key);
		free(facts->list[i].value);
	}
	free(facts->list);
	*facts = (struct facts){ 0 };
}
