#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/interned.h"
#include "base/text.h"
#include "base/units.h"
#include "host/memory.h"
#include "mem/backing.h"
#include "measure/param.h"

const char *const param_no_yes[] = { "no", "yes", NULL };

static int check_bounds(const struct param *param, const char *text, uint64_t number,
			const char *(*print)(const struct value *, char *), struct reason *reason)
{
	char bound[PARAM_TEXT];

	if (param->min && number < param->min)
		return reason_set(reason, -ERANGE, "%s %s is below the least, %s", param->name,
				  text, print(&(struct value){ param->min, NULL }, bound));
	if (param->max && number > param->max)
		return reason_set(reason, -ERANGE, "%s %s is above the most, %s", param->name, text,
				  print(&(struct value){ param->max, NULL }, bound));
	return 0;
}

/* ---- sizes ---- */

#define PAGE "page"
#define LEAST_PAGE (4 * KIB) /* of all kernels: what is no multiple of it can be had nowhere */

static const char *print_size(const struct value *value, char text[PARAM_TEXT])
{
	return size_format(value->number, text);
}

static int parse_size(const struct param *param, const char *text, struct value *ret_value,
		      struct reason *reason)
{
	uint64_t bytes = memory_page_size();
	char size[UNIT_TEXT], hint[UNIT_HINT];
	int ret = strcmp(text, PAGE) ? size_parse(text, &bytes) : 0;

	if (ret == -ERANGE)
		return reason_set(reason, ret, "%s \"%s\" does not fit in 64 bits", param->name,
				  text);
	if (ret && size_is_ambiguous(text, hint))
		return reason_set(reason, ret, "%s \"%s\" could mean either: %s", param->name, text,
				  hint);
	if (ret)
		return reason_set(reason, ret,
				  "%s \"%s\" is no size, expected one like 4K, 2MiB or 16G",
				  param->name, text);
	if (!bytes)
		return reason_set(reason, -EINVAL, "%s is 0, expected at least one page",
				  param->name);
	/* One config serves kernels of all page sizes: bench_check_pages() skips what they lack. */
	if (bytes % LEAST_PAGE)
		return reason_set(reason, -EINVAL,
				  "%s \"%s\" is not a multiple of the page, %s or more",
				  param->name, text, size_format(LEAST_PAGE, size));
	ret = check_bounds(param, text, bytes, print_size, reason);
	if (!ret)
		*ret_value = (struct value){ .number = bytes };
	return ret;
}

/* Powers of two, from the least to half of what is free. */
static size_t list_sizes(const struct param *param, struct value values[PARAM_MAX_ALL])
{
	uint64_t bytes = param->min ? param->min : memory_page_size();
	uint64_t most = param->max;
	size_t count = 0;

	if (!most && !memory_available(NULL, 0, &most))
		most /= 2;
	for (; bytes <= most && count < PARAM_MAX_ALL; bytes *= 2)
		values[count++] = (struct value){ .number = bytes };
	return count;
}

static json_t *number_to_json(const struct value *value)
{
	return json_integer((json_int_t)value->number);
}

const struct param_type param_size = {
	.name = "size",
	.key_suffix = "_bytes",
	.describe = "a size: 4K, 2MiB, 16G, page",
	.parse = parse_size,
	.print = print_size,
	.to_json = number_to_json,
	.list = list_sizes,
};

/* ---- chunks: a size, or all with one call ---- */

#define WHOLE "whole"
#define CHUNK_STEP 8 /* from 4 KiB by eights: 2 MiB and 1 GiB are among them */

static const char *print_chunk(const struct value *value, char text[PARAM_TEXT])
{
	return value->number ? size_format(value->number, text) : WHOLE;
}

static int parse_chunk(const struct param *param, const char *text, struct value *ret_value,
		       struct reason *reason)
{
	if (strcmp(text, WHOLE))
		return parse_size(param, text, ret_value, reason);
	*ret_value = (struct value){ .number = 0 };
	return 0;
}

static size_t list_chunks(const struct param *param, struct value values[PARAM_MAX_ALL])
{
	size_t count = 0;

	(void)param;
	values[count++] = (struct value){ .number = 0 };
	for (uint64_t bytes = memory_page_size(); bytes <= GIB; bytes *= CHUNK_STEP)
		values[count++] = (struct value){ .number = bytes };
	return count;
}

/* No number stands for all of it: null. */
static json_t *chunk_to_json(const struct value *value)
{
	return value->number ? number_to_json(value) : json_null();
}

const struct param_type param_chunk = {
	.name = "chunk",
	.key_suffix = "_bytes",
	.describe = "whole (one call for all), or a size: 4K, 2MiB, page",
	.parse = parse_chunk,
	.print = print_chunk,
	.to_json = chunk_to_json,
	.list = list_chunks,
};

/* ---- counts ---- */

static const char *print_count(const struct value *value, char text[PARAM_TEXT])
{
	snprintf(text, PARAM_TEXT, "%llu", (unsigned long long)value->number);
	return text;
}

static int parse_count(const struct param *param, const char *text, struct value *ret_value,
		       struct reason *reason)
{
	uint64_t number;
	int ret = text_to_u64(text, &number);

	if (ret)
		return reason_set(reason, ret, "%s \"%s\" is no whole number", param->name, text);
	ret = check_bounds(param, text, number, print_count, reason);
	if (!ret)
		*ret_value = (struct value){ .number = number };
	return ret;
}

/* Powers of two up to the CPUs that we may use, and that number itself. */
static size_t list_counts(const struct param *param, struct value values[PARAM_MAX_ALL])
{
	uint64_t most = param->max, number = param->min ? param->min : 1;
	size_t count = 0;
	cpu_set_t set;

	if (!sched_getaffinity(0, sizeof(set), &set) && (!most || (uint64_t)CPU_COUNT(&set) < most))
		most = (uint64_t)CPU_COUNT(&set);
	for (; number < most && count < PARAM_MAX_ALL - 1; number *= 2)
		values[count++] = (struct value){ .number = number };
	if (number >= most && most >= param->min)
		values[count++] = (struct value){ .number = most };
	return count;
}

const struct param_type param_count = {
	.name = "count",
	.key_suffix = "",
	.describe = "a number",
	.parse = parse_count,
	.print = print_count,
	.to_json = number_to_json,
	.list = list_counts,
};

/* ---- words ---- */

int param_take_word(const char *word, uint64_t number, struct value *ret_value)
{
	static struct interned words;
	const char *kept = interned_add(&words, word);

	if (!kept)
		return -ENOMEM;
	*ret_value = (struct value){ .number = number, .word = kept };
	return 0;
}

const char *param_print_word(const struct value *value, char text[PARAM_TEXT])
{
	(void)text;
	return value->word;
}

static int parse_word(const struct param *param, const char *text, struct value *ret_value,
		      struct reason *reason)
{
	char hint[80], all[160];

	for (size_t i = 0; param->choices[i]; i++) {
		if (strcmp(param->choices[i], text))
			continue;
		*ret_value = (struct value){ .number = i, .word = param->choices[i] };
		return 0;
	}
	param_describe(param, all, sizeof(all));
	return reason_set(reason, -EINVAL, "unknown %s \"%s\"%s, expected %s", param->name, text,
			  text_suggest(text, param->choices, hint, sizeof(hint)), all);
}

static size_t list_words(const struct param *param, struct value values[PARAM_MAX_ALL])
{
	size_t count = 0;

	for (; count < PARAM_MAX_ALL && param->choices[count]; count++)
		values[count] = (struct value){ .number = count, .word = param->choices[count] };
	return count;
}

json_t *param_word_to_json(const struct value *value)
{
	return json_string(value->word);
}

const struct param_type param_word = {
	.name = "word",
	.key_suffix = "",
	.parse = parse_word,
	.print = param_print_word,
	.to_json = param_word_to_json,
	.list = list_words,
};

/* ---- backings ---- */

static int parse_backing(const struct param *param, const char *text, struct value *ret_value,
			 struct reason *reason)
{
	struct backing backing;
	int ret = backing_find(text, &backing, reason);

	(void)param;
	return ret ? ret : param_take_word(text, backing.page_bytes, ret_value);
}

static size_t list_backings(const struct param *param, struct value values[PARAM_MAX_ALL])
{
	struct backing list[BACKING_MAX];
	size_t count = backing_list(list);

	(void)param;
	for (size_t i = 0; i < count; i++)
		if (param_take_word(list[i].name, list[i].page_bytes, &values[i]))
			return 0;
	return count;
}

const struct param_type param_backing = {
	.name = "backing",
	.key_suffix = "",
	.describe = "a backing (`dmabench help backings`)",
	.parse = parse_backing,
	.print = param_print_word,
	.to_json = param_word_to_json,
	.list = list_backings,
};

/* ---- all types ---- */

static void describe_choices(const char *const *choices, char *text, size_t room)
{
	struct text all = { 0 };

	for (size_t i = 0; choices[i]; i++)
		text_add(&all, "%s%s", i ? ", " : "", choices[i]);
	snprintf(text, room, "%s", all.text ? all.text : "");
	text_release(&all);
}

void param_describe(const struct param *param, char *text, size_t room)
{
	if (param->choices)
		describe_choices(param->choices, text, room);
	else
		snprintf(text, room, "%s", param->type->describe);
}
