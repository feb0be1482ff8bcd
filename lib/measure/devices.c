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

/* Without an IOMMU nothing can be mapped, and no benchmark has a use for it. */
static bool is_wanted(const struct pci_device *device, const char *word)
{
	uint64_t node;

	if (device->noiommu)
		return false;
	if (!word || !strcmp(word, ANY))
		return true;
	if (text_starts_with(word, NODE))
		return !text_to_u64(word + strlen(NODE), &node) && device->numa_node == (int)node;
	return !strcmp(device->bdf, word);
}

/* Explains why a device that was named is not one of VFIO's. */
static int explain_device(const char *bdf, struct reason *reason)
{
	struct pci_device device;

	if (pci_read(bdf, &device, reason))
		return SKIPPED;
	if (device.noiommu)
		return reason_set(reason, SKIPPED,
				  "VFIO has %s without an IOMMU (noiommu), where nothing can be "
				  "mapped: switch the IOMMU on in the firmware",
				  bdf);
	if (!strcmp(device.driver, PCI_NO_DRIVER))
		return reason_set(reason, SKIPPED, "%s has no driver: dmabench bind %s", bdf, bdf);
	return reason_set(reason, SKIPPED, "%s is bound to %s, not to vfio-pci: dmabench bind %s",
			  bdf, device.driver, bdf);
}

static int none_found(const char *word, const struct pci_device *bound, size_t count,
		      struct reason *reason)
{
	if (word && strcmp(word, ANY) && !text_starts_with(word, NODE))
		return explain_device(word, reason);
	for (size_t i = 0; i < count; i++)
		if (bound[i].noiommu)
			return explain_device(bound[i].bdf, reason);
	if (!count)
		return reason_set(reason, SKIPPED,
				  "no device is bound to vfio-pci: dmabench bind BDF");
	return reason_set(reason, SKIPPED,
			  "%zu device%s bound to vfio-pci, none is on memory node %s", count,
			  count == 1 ? " is" : "s are", word + strlen(NODE));
}

/* Moves those that are wanted to the front; returns how many they are. */
static size_t sift(struct pci_device *list, size_t count, const char *word)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		struct pci_device device = list[i];

		if (!is_wanted(&device, word))
			continue;
		list[i] = list[kept];
		list[kept++] = device;
	}
	return kept;
}

int devices_choose(const struct bench *bench, const struct value *values,
		   struct devices *ret_devices, struct reason *reason)
{
	const char *word = bench_word(bench, values, "device");
	struct pci_device *list = NULL;
	size_t bound = 0, count;
	int ret;

	*ret_devices = (struct devices){ NULL, 0 };
	if (!(bench->needs & NEEDS_VFIO_DEVICE))
		return 0;
	ret = pci_list_vfio(&list, &bound);
	if (ret == -ENOMEM)
		return ret;
	count = sift(list, bound, word);
	if (!count) {
		ret = none_found(word, list, bound, reason);
		free(list);
		return ret;
	}
	*ret_devices = (struct devices){ list, count };
	return 0;
}

void devices_release(struct devices *devices)
{
	free(devices->list);
	*devices = (struct devices){ NULL, 0 };
}

static bool is_first_of_group(const struct devices *devices, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (devices->list[j].group == devices->list[i].group)
			return false;
	return true;
}

const struct pci_device *devices_of_group(const struct devices *devices, size_t i)
{
	for (size_t j = 0; j < devices->count; j++)
		if (is_first_of_group(devices, j) && !i--)
			return &devices->list[j];
	return NULL;
}

int devices_node(const struct devices *devices)
{
	return devices->count ? devices->list[0].numa_node : -1;
}
