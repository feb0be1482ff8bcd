#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "matrix/parse.h"
#include "measure/registry.h"

int parse_fail(struct parse *p, bool at_key, const char *format, ...)
{
	char message[400];
	size_t line, column;
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	if (!p->text)
		return reason_set(p->reason, -EINVAL, "%s: %s", p->source, message);
	locate(p->text, &p->path, at_key, &line, &column);
	return reason_set(p->reason, -EINVAL, "%s:%zu:%zu: %s", p->source, line, column, message);
}

int parse_unknown_key(struct parse *p, const char *key, const char *const *known, size_t nr_known,
		      const struct bench *bench)
{
	const char *names[256 + PARAM_MAX + 1];
	size_t count = 0;
	char hint[80];

	for (; count < nr_known && count < 256; count++)
		names[count] = known[count];
	for (size_t i = 0; bench && i < bench_nr_params(bench); i++)
		names[count++] = bench->params[i].name;
	names[count] = NULL;
	return parse_fail(p, true, "unknown key \"%.40s\"%s%s%s", key,
			  text_suggest(key, names, hint, sizeof(hint)),
			  bench ? " for benchmark " : "", bench ? bench->name : "");
}

int parse_text(struct parse *p, const json_t *json, char *text, size_t room)
{
	if (json_is_string(json) && json_string_length(json) < room &&
	    strlen(json_string_value(json)) == json_string_length(json))
		snprintf(text, room, "%s", json_string_value(json));
	else if (json_is_integer(json))
		snprintf(text, room, "%lld", (long long)json_integer_value(json));
	else
		return parse_fail(p, false, "expected a word, a size or a whole number");
	return 0;
}

int parse_number(struct parse *p, const char *key, const json_t *json, uint64_t min, uint64_t max,
		 uint64_t *ret_number)
{
	char text[PARAM_TEXT];
	uint64_t number;
	int ret = parse_text(p, json, text, sizeof(text));

	if (ret)
		return ret;
	if (text_to_u64(text, &number))
		return parse_fail(p, false, "%s \"%s\" is no whole number", key, text);
	if (number < min || number > max)
		return parse_fail(p, false, "%s %s is out of range, expected %llu to %llu", key,
				  text, (unsigned long long)min, (unsigned long long)max);
	*ret_number = number;
	return 0;
}

int parse_u32(struct parse *p, const char *key, const json_t *json, uint64_t min, uint64_t max,
	      uint32_t *ret_number)
{
	uint64_t number = 0;
	int ret = parse_number(p, key, json, min, max, &number);

	if (!ret)
		*ret_number = (uint32_t)number;
	return ret;
}

int parse_duration(struct parse *p, const char *key, const json_t *json, uint64_t *ret_ns)
{
	char text[PARAM_TEXT];
	int ret = parse_text(p, json, text, sizeof(text));

	if (ret)
		return ret;
	if (time_parse(text, ret_ns) || !*ret_ns)
		return parse_fail(p, false,
				  "%s \"%s\" is no time, expected one like 500ms, 90s or 10m", key,
				  text);
	return 0;
}

int parse_bench(struct parse *p, const json_t *json, const struct bench **ret_bench)
{
	const char *name = json_string_value(json);
	char hint[80];

	if (!name)
		return parse_fail(p, false, "expected {\"bench\": NAME, …}");
	*ret_bench = bench_find(name);
	if (!*ret_bench)
		return parse_fail(p, false, "unknown benchmark \"%.40s\"%s", name,
				  text_suggest(name, bench_names(), hint, sizeof(hint)));
	return 0;
}

int parse_list(struct parse *p, const json_t *json, parse_item *parse, void *target)
{
	size_t i;
	json_t *item;
	int ret = 0;

	if (!json_is_array(json))
		return parse(p, json, target);
	if (!json_array_size(json))
		return parse_fail(p, false, "an empty list leaves nothing to measure");
	json_array_foreach(json, i, item) {
		path_push_index(&p->path, i);
		ret = parse(p, item, target);
		path_pop(&p->path);
		if (ret)
			return ret;
	}
	return 0;
}
