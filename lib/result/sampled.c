#include <inttypes.h>
#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "result/sampled.h"

#define MEMBER "sampled"

/* ---- writing ---- */

static void write_stack(const struct profiled *profiled, const struct profiled_sample *sample,
			struct text *text)
{
	const uint64_t *frames = profiled->frames + sample->first_frame;

	text->length = 0;
	text_add(text, "%s", "");
	for (size_t i = sample->nr_frames; i-- > 0;)
		text_add(text, "%" PRIx64 "%s", frames[i], i ? ";" : "");
}

static void count_stack(json_t *stacks, const char *stack, uint64_t weight)
{
	json_t *count = json_object_get(stacks, stack);

	if (count)
		json_integer_set(count, json_integer_value(count) + (json_int_t)weight);
	else
		json_object_set_new(stacks, stack, json_integer((json_int_t)weight));
}

static json_t *make_stacks(const struct profiled *profiled, size_t metric)
{
	json_t *stacks = json_object();
	struct text text = { 0 };

	for (size_t i = 0; i < profiled->nr_samples; i++) {
		const struct profiled_sample *sample = &profiled->samples[i];

		if (!(sample->metrics & UINT32_C(1) << metric))
			continue;
		write_stack(profiled, sample, &text);
		if (text.failed)
			break;
		count_stack(stacks, text.text, sample->weight);
	}
	if (text.failed) {
		json_decref(stacks);
		stacks = NULL;
	}
	text_release(&text);
	return stacks;
}

json_t *sampled_make(const struct trial *t, const struct profiled *profiled)
{
	json_t *metrics = json_object(), *stacks;

	for (size_t i = 0; i < bench_nr_metrics(t->bench); i++) {
		if (!profiling_has_metric(profiled, i))
			continue;
		stacks = make_stacks(profiled, i);
		if (!stacks) {
			json_decref(metrics);
			return NULL;
		}
		json_object_set_new(metrics, t->bench->metrics[i].name,
				    json_pack("{s:I, s:o}", "operations",
					      (json_int_t)profiled->metrics[i].operations, "stacks",
					      stacks));
	}
	return json_whole(json_pack("{s:s, s:b, s:I, s:o}", "event", profiled->event, "clock",
				    profiled->by_clock, "lost", (json_int_t)profiled->losses.lost,
				    "metrics", metrics));
}

void sampled_put(json_t *outcome, json_t *sampled)
{
	if (sampled)
		json_object_set_new(outcome, MEMBER, sampled);
}

/* ---- reading ---- */

json_t *sampled_take(json_t *outcome)
{
	json_t *sampled = json_incref(json_object_get(outcome, MEMBER));

	json_object_del(outcome, MEMBER);
	return sampled;
}

static uint64_t number(const json_t *object, const char *name)
{
	json_int_t value = json_integer_value(json_object_get(object, name));

	return value > 0 ? (uint64_t)value : 0;
}

const char *sampled_event(const json_t *sampled)
{
	const char *event = json_string_value(json_object_get(sampled, "event"));

	return event ? event : "";
}

bool sampled_is_by_clock(const json_t *sampled)
{
	return json_is_true(json_object_get(sampled, "clock"));
}

uint64_t sampled_lost(const json_t *sampled)
{
	return number(sampled, "lost");
}

json_t *sampled_metrics(const json_t *sampled)
{
	return json_object_get(sampled, "metrics");
}

uint64_t sampled_operations(const json_t *metric)
{
	return number(metric, "operations");
}

json_t *sampled_stacks(const json_t *metric)
{
	return json_object_get(metric, "stacks");
}
