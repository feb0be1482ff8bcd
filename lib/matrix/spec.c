#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "matrix/spec.h"
#include "measure/registry.h"

/*
 * How a member of the spec becomes JSON, and what is made of that again: 0, -ENOMEM, or -EINVAL
 * where it is something else. @at: the member.
 */
struct spec_type {
	json_t *(*write)(const struct trial_spec *spec, const void *at);
	int (*read)(struct trial_spec *spec, const json_t *json, void *at, struct reason *reason);
};

/* ---- numbers ---- */

static json_t *write_u64(const struct trial_spec *spec, const void *at)
{
	(void)spec;
	return json_integer((json_int_t) * (const uint64_t *)at);
}

static int read_u64(struct trial_spec *spec, const json_t *json, void *at, struct reason *reason)
{
	(void)spec;
	(void)reason;
	*(uint64_t *)at = (uint64_t)json_integer_value(json);
	return json_is_integer(json) ? 0 : -EINVAL;
}

static json_t *write_u32(const struct trial_spec *spec, const void *at)
{
	(void)spec;
	return json_integer(*(const uint32_t *)at);
}

static int read_u32(struct trial_spec *spec, const json_t *json, void *at, struct reason *reason)
{
	(void)spec;
	(void)reason;
	*(uint32_t *)at = (uint32_t)json_integer_value(json);
	return json_is_integer(json) ? 0 : -EINVAL;
}

static json_t *write_int(const struct trial_spec *spec, const void *at)
{
	(void)spec;
	return json_integer(*(const int *)at);
}

static int read_int(struct trial_spec *spec, const json_t *json, void *at, struct reason *reason)
{
	(void)spec;
	(void)reason;
	*(int *)at = (int)json_integer_value(json);
	return json_is_integer(json) ? 0 : -EINVAL;
}

static json_t *write_real(const struct trial_spec *spec, const void *at)
{
	(void)spec;
	return json_real(*(const double *)at);
}

static int read_real(struct trial_spec *spec, const json_t *json, void *at, struct reason *reason)
{
	(void)spec;
	(void)reason;
	*(double *)at = json_number_value(json);
	return json_is_number(json) ? 0 : -EINVAL;
}

/* ---- texts ---- */

static json_t *write_text(const struct trial_spec *spec, const void *at)
{
	(void)spec;
	return json_string(*(const char *const *)at);
}

static int read_text(struct trial_spec *spec, const json_t *json, void *at, struct reason *reason)
{
	(void)spec;
	(void)reason;
	*(const char **)at = json_string_value(json);
	return json_is_string(json) ? 0 : -EINVAL;
}

static json_t *write_texts(const struct trial_spec *spec, const void *at)
{
	const struct spec_texts *texts = at;
	json_t *list = json_array();

	(void)spec;
	for (size_t i = 0; i < texts->count; i++)
		json_array_append_new(list, json_string(texts->items[i]));
	return list;
}

static int read_texts(struct trial_spec *spec, const json_t *json, void *at, struct reason *reason)
{
	struct spec_texts *texts = at;
	size_t count = json_array_size(json);

	(void)spec;
	(void)reason;
	if (!json_is_array(json))
		return -EINVAL;
	texts->items = calloc(count + 1, sizeof(*texts->items));
	if (!texts->items)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		texts->items[i] = json_string_value(json_array_get(json, i));
		if (!texts->items[i])
			return -EINVAL;
		texts->count++;
	}
	return 0;
}

/* ---- the placement's own ---- */

static json_t *write_request(const struct trial_spec *spec, const void *at)
{
	(void)spec;
	return json_string(at);
}

static int read_request(struct trial_spec *spec, const json_t *json, void *at,
			struct reason *reason)
{
	(void)at;
	(void)reason;
	if (!json_is_string(json) || json_string_length(json) >= PLACEMENT_TEXT)
		return -EINVAL;
	strcpy(spec->placement.request, json_string_value(json));
	return 0;
}

static json_t *write_numbers(const unsigned int *numbers, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_integer(numbers[i]));
	return list;
}

static int read_numbers(const json_t *json, unsigned int *numbers, size_t room, size_t *ret_count)
{
	size_t count = json_array_size(json);

	if (!json_is_array(json) || count > room)
		return -EINVAL;
	for (size_t i = 0; i < count; i++)
		numbers[i] = (unsigned int)json_integer_value(json_array_get(json, i));
	*ret_count = count;
	return 0;
}

static json_t *write_cpus(const struct trial_spec *spec, const void *at)
{
	return write_numbers(at, spec->placement.nr_cpus);
}

static int read_cpus(struct trial_spec *spec, const json_t *json, void *at, struct reason *reason)
{
	(void)reason;
	return read_numbers(json, at, PLACEMENT_MAX_CPUS, &spec->placement.nr_cpus);
}

static json_t *write_nodes(const struct trial_spec *spec, const void *at)
{
	return write_numbers(at, spec->placement.nr_mem_nodes);
}

static int read_nodes(struct trial_spec *spec, const json_t *json, void *at, struct reason *reason)
{
	(void)reason;
	return read_numbers(json, at, PLACEMENT_MAX_NODES, &spec->placement.nr_mem_nodes);
}

/* ---- the benchmark and its values ---- */

static json_t *write_bench(const struct trial_spec *spec, const void *at)
{
	(void)at;
	return json_string(spec->bench->name);
}

static int read_bench(struct trial_spec *spec, const json_t *json, void *at, struct reason *reason)
{
	(void)at;
	(void)reason;
	spec->bench = json_is_string(json) ? bench_find(json_string_value(json)) : NULL;
	return spec->bench ? 0 : -EINVAL;
}

static json_t *write_values(const struct trial_spec *spec, const void *at)
{
	const struct value *values = at;
	json_t *params = json_object();

	for (size_t i = 0; i < bench_nr_params(spec->bench); i++) {
		const struct param *param = &spec->bench->params[i];
		char text[PARAM_TEXT];

		json_object_set_new(params, param->name,
				    json_string(param->type->print(&values[i], text)));
	}
	return params;
}

static int read_values(struct trial_spec *spec, const json_t *json, void *at, struct reason *reason)
{
	struct value *values = at;
	int ret = 0;

	for (size_t i = 0; i < bench_nr_params(spec->bench) && !ret; i++) {
		const struct param *param = &spec->bench->params[i];
		const char *text = json_string_value(json_object_get(json, param->name));

		ret = text ? param->type->parse(param, text, &values[i], reason) : -EINVAL;
	}
	return ret;
}

/* ---- all members ---- */

static const struct spec_type u64 = { write_u64, read_u64 }, u32 = { write_u32, read_u32 },
			      integer = { write_int, read_int }, real = { write_real, read_real },
			      text = { write_text, read_text }, texts = { write_texts, read_texts },
			      request = { write_request, read_request },
			      cpus = { write_cpus, read_cpus }, nodes = { write_nodes, read_nodes },
			      bench_name = { write_bench, read_bench },
			      params = { write_values, read_values };

#define MEMBER(key, type, member)                                 \
	{                                                         \
		key, &(type), offsetof(struct trial_spec, member) \
	}

/* Read in this order: which parameters there are is known by the benchmark. */
static const struct spec_member {
	const char *key;
	const struct spec_type *type;
	size_t offset;
} members[] = {
	MEMBER("runner_pid", integer, runner_pid),
	MEMBER("run_start_ns", u64, run_start_ns),
	MEMBER("start_ns", u64, start_ns),
	MEMBER("clock", text, clock),
	MEMBER("ns_per_tick", real, ns_per_tick),
	MEMBER("topology", text, topology),
	MEMBER("request", request, placement.request),
	MEMBER("cpus", cpus, placement.cpus),
	MEMBER("mem_nodes", nodes, placement.mem_nodes),
	MEMBER("cpu_node", integer, placement.cpu_node),
	MEMBER("device_node", integer, placement.device_node),
	MEMBER("devices", texts, devices),
	MEMBER("bench", bench_name, bench),
	MEMBER("params", params, values),
	MEMBER("iterations", u32, iterations),
	MEMBER("warmup", u32, warmup),
	MEMBER("counters", texts, counters),
	MEMBER("profile", text, profile),
};

#define NR_MEMBERS (sizeof(members) / sizeof(members[0]))

int spec_write(const struct trial_spec *spec, int fd)
{
	json_t *json = json_object();
	char *written = NULL;
	int ret = -ENOMEM;

	for (size_t i = 0; i < NR_MEMBERS; i++)
		json_object_set_new(
			json, members[i].key,
			members[i].type->write(spec, (const char *)spec + members[i].offset));
	json = json_whole(json);
	if (json)
		written = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(17));
	if (written)
		ret = file_write_all(fd, written, strlen(written));
	free(written);
	json_decref(json);
	return ret;
}

static int read_members(struct trial_spec *spec, struct reason *reason)
{
	for (size_t i = 0; i < NR_MEMBERS; i++) {
		struct reason why = { "" };
		const json_t *json = json_object_get(spec->json, members[i].key);
		int ret = json ? members[i].type->read(spec, json, (char *)spec + members[i].offset,
						       &why)
			       : -EINVAL;

		if (ret)
			return reason_set(reason, ret, "%s of the trial cannot be read%s%s",
					  members[i].key, why.text[0] ? ": " : "", why.text);
	}
	return 0;
}

int spec_read(int fd, struct trial_spec *ret_spec, struct reason *reason)
{
	char path[32], *written;
	size_t length;
	int ret;

	*ret_spec = (struct trial_spec){ 0 };
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ret = file_read_all(path, &written, &length);
	if (ret)
		return reason_set(reason, ret, "%s: %s", path, strerror(-ret));
	ret_spec->json = json_loadb(written, length, 0, NULL);
	free(written);
	return read_members(ret_spec, reason);
}

void spec_release(struct trial_spec *spec)
{
	free(spec->devices.items);
	free(spec->counters.items);
	json_decref(spec->json);
	*spec = (struct trial_spec){ 0 };
}
