#include <errno.h>
#include <string.h>

#include "base/json.h"
#include "result/profile_record.h"
#include "result/reader.h"

/* ---- writing ---- */

static json_t *integer(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static void set_told(json_t *record, const char *name, const char *text)
{
	if (text && text[0])
		json_object_set_new(record, name, json_string(text));
}

json_t *profile_record_begin(const struct profile_facts *facts)
{
	json_t *record =
		json_pack("{s:s, s:s, s:s, s:I, s:I, s:s, s:s, s:s}", "record", "profile", "cell",
			  facts->cell, "metric", facts->metric, "block", (json_int_t)facts->block,
			  "order", (json_int_t)facts->order, "source", facts->source, "event",
			  facts->event, "unit", facts->unit);

	set_told(record, "boot_id", facts->boot_id);
	set_told(record, "kernel", facts->kernel);
	json_object_set_new(record, "operations", integer(facts->operations));
	json_object_set_new(record, "total", integer(facts->total));
	json_object_set_new(record, "interrupts", integer(facts->interrupts));
	if (facts->idle_ns)
		json_object_set_new(record, "idle_ns", integer(facts->idle_ns));
	if (facts->lost)
		json_object_set_new(record, "lost", integer(facts->lost));
	json_object_set_new(record, "functions", json_array());
	json_object_set_new(record, "stacks", json_object());
	return json_whole(record);
}

void profile_record_add_function(json_t *record, const struct profile_function *function)
{
	json_t *object = json_object();

	json_object_set_new(object, "name", json_string(function->name));
	set_told(object, "module", function->module);
	json_object_set_new(object, "self", integer(function->self));
	json_object_set_new(object, "inclusive", integer(function->inclusive));
	if (function->calls)
		json_object_set_new(object, "calls", integer(function->calls));
	json_array_append_new(json_object_get(record, "functions"), object);
}

static void set_of_stack(json_t *record, const char *name, const char *frames, uint64_t value)
{
	json_t *stacks = json_object_get(record, name);

	if (!value)
		return;
	if (!stacks) {
		stacks = json_object();
		json_object_set_new(record, name, stacks);
	}
	json_object_set_new(stacks, frames, integer(value));
}

void profile_record_add_stack(json_t *record, const char *frames, uint64_t self, uint64_t calls)
{
	set_of_stack(record, "stacks", frames, self);
	set_of_stack(record, "stack_calls", frames, calls);
}

json_t *profile_record_end(json_t *record)
{
	return json_whole(record);
}

/* ---- reading ---- */

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* A number below 0 reads as 0: profile_record_read() tells it from one. */
static uint64_t count_of(const json_t *object, const char *name)
{
	json_int_t value = json_integer_value(json_object_get(object, name));

	return value > 0 ? (uint64_t)value : 0;
}

bool profile_record_is(const json_t *record)
{
	return !strcmp(reader_kind(record), "profile");
}

static int check_members(const json_t *record, struct reason *reason)
{
	static const char *const texts[] = { "cell", "metric", "source", "event", "unit" };
	static const char *const counts[] = { "block", "order", "operations", "total",
					      "interrupts" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!text_of(record, texts[i])[0])
			return reason_set(reason, -EINVAL, "a profile without its %s", texts[i]);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		const json_t *count = json_object_get(record, counts[i]);

		if (!json_is_integer(count) || json_integer_value(count) < 0)
			return reason_set(reason, -EINVAL,
					  "a profile whose %s is no number from 0 on", counts[i]);
	}
	if (!count_of(record, "operations"))
		return reason_set(reason, -EINVAL, "a profile of no operation");
	if (!json_is_array(json_object_get(record, "functions")) ||
	    !json_is_object(json_object_get(record, "stacks")))
		return reason_set(reason, -EINVAL, "a profile without functions or stacks");
	return 0;
}

int profile_record_read(const json_t *record, struct profile_facts *ret_facts,
			struct reason *reason)
{
	int ret = check_members(record, reason);

	if (ret)
		return ret;
	*ret_facts = (struct profile_facts){
		.cell = text_of(record, "cell"),
		.metric = text_of(record, "metric"),
		.boot_id = text_of(record, "boot_id"),
		.kernel = text_of(record, "kernel"),
		.source = text_of(record, "source"),
		.event = text_of(record, "event"),
		.unit = text_of(record, "unit"),
		.block = (int64_t)count_of(record, "block"),
		.order = (int64_t)count_of(record, "order"),
		.operations = count_of(record, "operations"),
		.total = count_of(record, "total"),
		.interrupts = count_of(record, "interrupts"),
		.idle_ns = count_of(record, "idle_ns"),
		.lost = count_of(record, "lost"),
	};
	return 0;
}

size_t profile_record_nr_functions(const json_t *record)
{
	return json_array_size(json_object_get(record, "functions"));
}

struct profile_function profile_record_function(const json_t *record, size_t i)
{
	const json_t *object = json_array_get(json_object_get(record, "functions"), i);

	return (struct profile_function){
		.name = text_of(object, "name"),
		.module = text_of(object, "module"),
		.self = count_of(object, "self"),
		.inclusive = count_of(object, "inclusive"),
		.calls = count_of(object, "calls"),
	};
}

json_t *profile_record_stacks(const json_t *record)
{
	return json_object_get(record, "stacks");
}

json_t *profile_record_stack_calls(const json_t *record)
{
	return json_object_get(record, "stack_calls");
}
