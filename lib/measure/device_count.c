#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "measure/device_count.h"

static const char *print_devices(const struct value *value, char text[PARAM_TEXT])
{
	if (!value->number)
		return DEVICES_MOST;
	snprintf(text, PARAM_TEXT, "%llu", (unsigned long long)value->number);
	return text;
}

static int parse_devices(const struct param *param, const char *text, struct value *ret_value,
			 struct reason *reason)
{
	*ret_value = (struct value){ .number = 0 };
	if (!strcmp(text, DEVICES_MOST))
		return 0;
	if (!text_to_u64(text, &ret_value->number) && ret_value->number)
		return 0;
	return reason_set(reason, -EINVAL,
			  "%s \"%.40s\" is no number of devices, expected 1 or "
			  "more, or " DEVICES_MOST,
			  param->name, text);
}

static json_t *devices_to_json(const struct value *value)
{
	return value->number ? json_integer((json_int_t)value->number) : json_string(DEVICES_MOST);
}

/*
 * Each number from one to all: a curve of how bringing up scales. One where there are none here:
 * that it cannot run is for the cell to say, since a config may be meant for another host.
 */
static size_t list_counts(const struct param *param, struct value values[PARAM_MAX_ALL])
{
	struct pci_device *devices;
	size_t count = 0;

	(void)param;
	if (!pci_list_vfio(&devices, &count))
		free(devices);
	if (!count)
		count = 1;
	if (count > PARAM_MAX_ALL)
		count = PARAM_MAX_ALL;
	for (size_t i = 0; i < count; i++)
		values[i] = (struct value){ .number = i + 1 };
	return count;
}

const struct param_type param_device_count = {
	.name = "devices",
	.key_suffix = "",
	.describe = "a number, or most (as many as there are)",
	.parse = parse_devices,
	.print = print_devices,
	.to_json = devices_to_json,
	.list = list_counts,
};

int device_count_check(const struct devices *devices, uint64_t wanted, size_t most,
		       size_t *ret_count, struct reason *reason)
{
	uint64_t count = wanted ? wanted : devices->count;

	if (count > devices->count)
		return reason_set(
			reason, SKIPPED,
			"%llu devices asked for, vfio-pci has %zu of those: dmabench bind "
			"gives it more",
			(unsigned long long)count, devices->count);
	if (count > most)
		return reason_set(reason, SKIPPED,
				  "%llu devices, at most %zu can be used at a time",
				  (unsigned long long)count, most);
	*ret_count = count;
	return 0;
}
