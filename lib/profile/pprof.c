#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "profile/pprof.h"

/* Numbers of fields in profile.proto. */
enum {
	PROFILE_SAMPLE_TYPE = 1,
	PROFILE_SAMPLE = 2,
	PROFILE_MAPPING = 3,
	PROFILE_LOCATION = 4,
	PROFILE_FUNCTION = 5,
	PROFILE_STRING_TABLE = 6,
	PROFILE_COMMENT = 13,
	PROFILE_DEFAULT_SAMPLE_TYPE = 14,
	VALUE_TYPE = 1,
	VALUE_UNIT = 2,
	SAMPLE_LOCATION_ID = 1,
	SAMPLE_VALUE = 2,
	SAMPLE_LABEL = 3,
	LABEL_KEY = 1,
	LABEL_STR = 2,
	MAPPING_ID = 1,
	MAPPING_FILENAME = 5,
	MAPPING_HAS_FUNCTIONS = 7,
	LOCATION_ID = 1,
	LOCATION_MAPPING_ID = 2,
	LOCATION_LINE = 4,
	LINE_FUNCTION_ID = 1,
	FUNCTION_ID = 1,
	FUNCTION_NAME = 2,
};

#define KERNEL_ITSELF "[kernel]"

struct pprof {
	struct text body; /* fields of the profile, but for its strings */
	struct text strings;
	json_t *numbers; /* text -> its place in the table of strings */
	json_t *mappings, *locations; /* "module", "module name" -> id; a location is a function */
	struct text message, inner; /* being made */
	char *unit, *event;
};

/* ---- the encoding: a key (field and how it is encoded), then a number or a length and bytes ---- */

static void add_varint(struct text *to, uint64_t value)
{
	char bytes[10];
	size_t length = 0;

	do {
		bytes[length++] = (char)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
		value >>= 7;
	} while (value);
	text_add_bytes(to, bytes, length);
}

static void add_number(struct text *to, unsigned int field, uint64_t value)
{
	add_varint(to, field << 3);
	add_varint(to, value);
}

static void add_bytes(struct text *to, unsigned int field, const char *bytes, size_t length)
{
	add_varint(to, field << 3 | 2);
	add_varint(to, length);
	text_add_bytes(to, bytes, length);
}

/* Adds a message that was made, and empties it for the next. */
static void add_message(struct text *to, unsigned int field, struct text *message)
{
	add_bytes(to, field, message->text ? message->text : "", message->length);
	to->failed |= message->failed;
	message->length = 0;
}

/* ---- tables ---- */

/* Returns the number that @text has in a table; 0, and a new number, if it was not there. */
static uint64_t number_of(json_t *table, const char *text, uint64_t *ret_new)
{
	const json_t *number = json_object_get(table, text);

	if (number)
		return (uint64_t)json_integer_value(number);
	*ret_new = json_object_size(table) + 1;
	json_object_set_new(table, text, json_integer((json_int_t)*ret_new));
	return 0;
}

/* Returns the place of a text in the table of strings, in which "" is the first. */
static uint64_t string(struct pprof *pprof, const char *text)
{
	uint64_t fresh = 0, number;

	if (!text[0])
		return 0;
	number = number_of(pprof->numbers, text, &fresh);
	if (number)
		return number;
	add_bytes(&pprof->strings, PROFILE_STRING_TABLE, text, strlen(text));
	return fresh;
}

static uint64_t mapping(struct pprof *pprof, const char *module)
{
	const char *name = module[0] ? module : KERNEL_ITSELF;
	uint64_t fresh = 0, number = number_of(pprof->mappings, name, &fresh);

	if (number)
		return number;
	add_number(&pprof->message, MAPPING_ID, fresh);
	add_number(&pprof->message, MAPPING_FILENAME, string(pprof, name));
	add_number(&pprof->message, MAPPING_HAS_FUNCTIONS, 1);
	add_message(&pprof->body, PROFILE_MAPPING, &pprof->message);
	return fresh;
}

/* A function has one location, of its own number. */
static uint64_t location(struct pprof *pprof, const struct call_node *node)
{
	struct text key = { 0 };
	uint64_t fresh = 0, number = 0, in;

	text_add(&key, "%s %s", node->module, node->name);
	pprof->body.failed |= key.failed;
	if (!key.failed)
		number = number_of(pprof->locations, key.text, &fresh);
	text_release(&key);
	if (number || !fresh)
		return number;
	in = mapping(pprof, node->module);
	add_number(&pprof->message, FUNCTION_ID, fresh);
	add_number(&pprof->message, FUNCTION_NAME, string(pprof, node->name));
	add_message(&pprof->body, PROFILE_FUNCTION, &pprof->message);
	add_number(&pprof->inner, LINE_FUNCTION_ID, fresh);
	add_number(&pprof->message, LOCATION_ID, fresh);
	add_number(&pprof->message, LOCATION_MAPPING_ID, in);
	add_message(&pprof->message, LOCATION_LINE, &pprof->inner);
	add_message(&pprof->body, PROFILE_LOCATION, &pprof->message);
	return fresh;
}

/* ---- samples ---- */

static void add_label(struct pprof *pprof, struct text *sample, const char *key, const char *text)
{
	if (!text || !text[0])
		return;
	add_number(&pprof->inner, LABEL_KEY, string(pprof, key));
	add_number(&pprof->inner, LABEL_STR, string(pprof, text));
	add_message(sample, SAMPLE_LABEL, &pprof->inner);
}

/* Adds a stack, innermost function first; @text is empty and stays so. */
static void add_sample(struct pprof *pprof, const struct profile *profile, size_t node,
		       const char *label, struct text *sample)
{
	const struct call_tree *tree = &profile->tree;

	for (size_t i = node; i; i = tree->nodes[i].parent)
		add_number(sample, SAMPLE_LOCATION_ID, location(pprof, &tree->nodes[i]));
	add_number(sample, SAMPLE_VALUE, tree->nodes[node].self);
	if (!profile_is_samples(profile))
		add_number(sample, SAMPLE_VALUE, tree->nodes[node].calls);
	add_label(pprof, sample, "kernel", label);
	add_label(pprof, sample, "cell", profile->cell);
	add_label(pprof, sample, "metric", profile->metric);
	add_message(&pprof->body, PROFILE_SAMPLE, sample);
}

static void add_value_type(struct pprof *pprof, const char *type)
{
	add_number(&pprof->message, VALUE_TYPE, string(pprof, type));
	add_number(&pprof->message, VALUE_UNIT, string(pprof, "count"));
	add_message(&pprof->body, PROFILE_SAMPLE_TYPE, &pprof->message);
}

/* Adds what stands once in a file, and what pprof has no field for. */
static int begin(struct pprof *pprof, const struct profile *profile)
{
	pprof->unit = strdup(profile->unit);
	pprof->event = strdup(profile->event);
	if (!pprof->unit || !pprof->event)
		return -ENOMEM;
	add_value_type(pprof, profile->unit);
	if (!profile_is_samples(profile))
		add_value_type(pprof, "calls");
	add_number(&pprof->body, PROFILE_DEFAULT_SAMPLE_TYPE, string(pprof, profile->unit));
	mapping(pprof, ""); /* by the first one pprof calls the profile */
	return 0;
}

static void add_comment(struct pprof *pprof, const struct profile *profile, const char *label)
{
	struct text comment = { 0 };

	text_add(&comment, "%s%s%s %s: %llu operations, %llu %s in interrupts, by %s",
		 label ? label : "", label ? " " : "", profile->cell, profile->metric,
		 (unsigned long long)profile->operations, (unsigned long long)profile->interrupts,
		 profile->unit, profile->event);
	pprof->body.failed |= comment.failed;
	if (!comment.failed)
		add_number(&pprof->body, PROFILE_COMMENT, string(pprof, comment.text));
	text_release(&comment);
}

static bool has_failed(const struct pprof *pprof)
{
	return json_ran_out() || pprof->body.failed || pprof->strings.failed ||
	       pprof->message.failed || pprof->inner.failed;
}

/* ---- from outside ---- */

int pprof_new(struct pprof **ret_pprof)
{
	struct pprof *pprof = calloc(1, sizeof(*pprof));

	if (!pprof)
		return -ENOMEM;
	pprof->numbers = json_object();
	pprof->mappings = json_object();
	pprof->locations = json_object();
	add_bytes(&pprof->strings, PROFILE_STRING_TABLE, "", 0);
	if (has_failed(pprof)) {
		pprof_free(pprof);
		return -ENOMEM;
	}
	*ret_pprof = pprof;
	return 0;
}

void pprof_free(struct pprof *pprof)
{
	if (!pprof)
		return;
	text_release(&pprof->body);
	text_release(&pprof->strings);
	text_release(&pprof->message);
	text_release(&pprof->inner);
	json_decref(pprof->numbers);
	json_decref(pprof->mappings);
	json_decref(pprof->locations);
	free(pprof->unit);
	free(pprof->event);
	free(pprof);
}

int pprof_add(struct pprof *pprof, const struct profile *profile, const char *label,
	      struct reason *reason)
{
	struct text sample = { 0 };
	int ret = pprof->unit ? 0 : begin(pprof, profile);

	if (ret)
		return ret;
	if (strcmp(pprof->unit, profile->unit) || strcmp(pprof->event, profile->event))
		return reason_set(
			reason, -EINVAL,
			"%.120s %.60s: is of %.40s in %.20s, what is before it of %.40s in "
			"%.20s: export them apart",
			profile->cell, profile->metric, profile->event, profile->unit, pprof->event,
			pprof->unit);
	add_comment(pprof, profile, label);
	for (size_t i = 1; i < profile->tree.count; i++)
		if (profile->tree.nodes[i].self || profile->tree.nodes[i].calls)
			add_sample(pprof, profile, i, label, &sample);
	text_release(&sample);
	return has_failed(pprof) ? -ENOMEM : 0;
}

int pprof_write(struct pprof *pprof, FILE *file)
{
	if (has_failed(pprof))
		return -ENOMEM;
	fwrite(pprof->body.text ? pprof->body.text : "", 1, pprof->body.length, file);
	fwrite(pprof->strings.text, 1, pprof->strings.length, file);
	return 0;
}
