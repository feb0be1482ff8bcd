#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "measure/devices.h"

#define ANY "any"
#define NODE "node:"

static int parse_device(const struct param *param, const char *text, struct value *ret_value,
			struct reason *reason)
{
	char bdf[PCI_BDF];
	uint64_t node;

	if (!strcmp(text, ANY) ||
	    (text_starts_with(text, NODE) && !text_to_u64(text + strlen(NODE), &node)))
		return param_take_word(text, 0, ret_value);
	if (pci_parse_bdf(text, bdf, NULL))
		return reason_set(reason, -EINVAL,
				  "%s \"%.40s\" is no device, expected any, node:N or an address "
				  "like 0000:01:00.0",
				  param->name, text);
	return param_take_word(bdf, 0, ret_value);
}

static size_t list_devices(const struct param *param, struct value values[PARAM_MAX_ALL])
{
	struct pci_device *devices;
	size_t count;

	(void)param;
	if (pci_list_vfio(&devices, &count))
		return 0;
	if (count > PARAM_MAX_ALL)
		count = PARAM_MAX_ALL;
	for (size_t i = 0; i < count; i++)
		if (param_take_word(devices[i].bdf, 0, &values[i]))
			count = 0;
	free(devices);
	return count;
}

const struct param_type param_device = {
	.name = "device",
	.key_suffix = "",
	.describe = "any, node:N or an address like 0000:01:00.0",
	.parse = parse_device,
	.print = param_print_word,
	.to_json = param_word_to_json,
	.list = list_devices,
};

static bool is_wanted(const struct pci_device *device, const char *word)
{
	uint64_t node;

	if (!word || !strcmp(word, ANY))
		return true;
	if (text_starts_with(word, NODE))
		return !text_to_u64(word + strlen(NODE), &node) && device->numa_node == (int)node;
	return !strcmp(device->bdf, word);
}

static int none_found(const char *word, size_t bound, struct reason *reason)
{
	if (!bound)
		return reason_set(reason, SKIPPED,
				  "no device is bound to vfio-pci: dmabench bind BDF");
	return reason_set(reason, SKIPPED, "%zu device%s bound to vfio-pci, none is %s", bound,
			  bound == 1 ? " is" : "s are", word);
}

int devices_choose(const struct bench *bench, const struct value *values,
		   struct devices *ret_devices, struct reason *reason)
{
	const char *word = bench_word(bench, values, "device");
	struct pci_device *list;
	size_t bound, count = 0;

	*ret_devices = (struct devices){ NULL, 0 };
	if (!(bench->needs & NEEDS_VFIO_DEVICE))
		return 0;
	if (pci_list_vfio(&list, &bound))
		return none_found(word, 0, reason);
	for (size_t i = 0; i < bound; i++)
		if (is_wanted(&list[i], word))
			list[count++] = list[i];
	if (!count) {
		free(list);
		return none_found(word, bound, reason);
	}
	*ret_devices = (struct devices){ list, count };
	return 0;
}

void devices_release(struct devices *devices)
{
	free(devices->list);
	*devices = (struct devices){ NULL, 0 };
}

int devices_node(const struct devices *devices)
{
	return devices->count ? devices->list[0].numa_node : -1;
}
