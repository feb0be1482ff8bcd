#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "pci/device.h"
#include "pci/facts.h"

/* Numbers as lspci prints them. */
static json_t *hex(int digits, unsigned int number)
{
	char text[16];

	snprintf(text, sizeof(text), "%0*x", digits, number);
	return json_string(text);
}

static const char *bar_type(const struct pci_bar *bar)
{
	if (bar->flags & PCI_BAR_IO)
		return "io";
	return bar->flags & PCI_BAR_64_BIT ? "mem64" : "mem32";
}

/* Without their addresses, which differ from boot to boot and explain nothing. */
static json_t *collect_bars(const struct pci_device *device)
{
	json_t *bars = json_array();

	for (int i = 0; i < PCI_BARS; i++) {
		const struct pci_bar *bar = &device->bars[i];

		if (bar->size_bytes)
			json_array_append_new(bars,
					      json_pack("{s:i, s:s, s:b, s:I}", "index", i, "type",
							bar_type(bar), "prefetchable",
							!!(bar->flags & PCI_BAR_PREFETCHABLE),
							"size_bytes", (json_int_t)bar->size_bytes));
	}
	return bars;
}

static void add_link(json_t *object, const char *name, const struct pci_link *link)
{
	if (link->width)
		json_object_set_new(
			object, name,
			json_pack("{s:s, s:i}", "speed", link->speed, "width", (int)link->width));
}

static json_t *collect_reset_methods(const struct pci_device *device)
{
	json_t *methods = json_array();
	char list[sizeof(device->reset_methods)];
	char *next = list, *method;

	snprintf(list, sizeof(list), "%s", device->reset_methods);
	while ((method = strsep(&next, " ")))
		if (method[0])
			json_array_append_new(methods, json_string(method));
	return methods;
}

static json_t *collect_device(const struct pci_device *device)
{
	json_t *object = json_object();

	json_object_set_new(object, "address", json_string(device->bdf));
	json_object_set_new(object, "vendor", hex(4, device->vendor));
	json_object_set_new(object, "device", hex(4, device->device));
	json_object_set_new(object, "class", hex(6, device->class_code));
	json_object_set_new(object, "driver", json_string(device->driver));
	if (device->group >= 0)
		json_object_set_new(object, "group", json_integer(device->group));
	if (device->numa_node >= 0)
		json_object_set_new(object, "numa_node", json_integer(device->numa_node));
	if (device->noiommu)
		json_object_set_new(object, "noiommu", json_true());
	if (device->pf[0])
		json_object_set_new(object, "physical_function", json_string(device->pf));
	add_link(object, "link", &device->link);
	add_link(object, "max_link", &device->max_link);
	json_object_set_new(object, "reset_methods", collect_reset_methods(device));
	json_object_set_new(object, "bars", collect_bars(device));
	return object;
}

json_t *pci_facts(void)
{
	struct pci_device *devices;
	json_t *list = json_array();
	size_t count;
	int ret = pci_list_vfio(&devices, &count);

	if (ret == -ENOMEM) {
		json_decref(list);
		return NULL;
	}
	for (size_t i = 0; !ret && i < count; i++)
		json_array_append_new(list, collect_device(&devices[i]));
	if (!ret)
		free(devices);
	return json_whole(list);
}
