#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "host/setting.h"
#include "pci/device.h"
#include "pci/sysfs.h"

#define CLASS_BRIDGE 0x06

int pci_parse_bdf(const char *text, char bdf[PCI_BDF], struct reason *reason)
{
	unsigned int domain = 0, bus, device, function;
	int end = 0;

	if (sscanf(text, "%4x:%2x:%2x.%1u%n", &domain, &bus, &device, &function, &end) < 4 ||
	    text[end]) {
		domain = 0;
		end = 0;
		if (sscanf(text, "%2x:%2x.%1u%n", &bus, &device, &function, &end) < 3 || text[end])
			return reason_set(reason, -EINVAL,
					  "\"%.30s\" is no PCI address, expected one like "
					  "0000:01:00.0",
					  text);
	}
	if (device > 31 || function > 7)
		return reason_set(reason, -EINVAL,
				  "\"%.30s\" is no PCI address: devices go to 1f, functions to 7",
				  text);
	snprintf(bdf, PCI_BDF, "%04x:%02x:%02x.%x", domain & 0xffff, bus & 0xff, device, function);
	return 0;
}

const char *pci_path(const char *bdf, const char *file, char *path, size_t room)
{
	snprintf(path, room, "%s/bus/pci/devices/%s%s%s", sysfs_root(), bdf, file[0] ? "/" : "",
		 file);
	return path;
}

static unsigned int read_hex(const char *bdf, const char *file)
{
	char path[512], text[32];

	if (file_read(text, sizeof(text), "%s", pci_path(bdf, file, path, sizeof(path))) < 0)
		return 0;
	return (unsigned int)strtoul(text, NULL, 16);
}

static int read_number(const char *bdf, const char *file, int fallback)
{
	char path[512], text[32];

	if (file_read(text, sizeof(text), "%s", pci_path(bdf, file, path, sizeof(path))) <= 0)
		return fallback;
	return (int)strtol(text, NULL, 10);
}

/* The last part of what a link points to. */
static bool read_link(const char *bdf, const char *file, char *name, size_t room)
{
	char path[512], target[PATH_MAX];
	ssize_t length =
		readlink(pci_path(bdf, file, path, sizeof(path)), target, sizeof(target) - 1);

	if (length < 0)
		return false;
	target[length] = '\0';
	snprintf(name, room, "%.*s", (int)room - 1, basename(target));
	return true;
}

static void read_bars(struct pci_device *device)
{
	char path[512], table[2048];
	char *next = table;

	if (file_read(table, sizeof(table), "%s",
		      pci_path(device->bdf, "resource", path, sizeof(path))) < 0)
		return;
	for (size_t i = 0; i < PCI_BARS; i++) {
		char *line = strsep(&next, "\n");
		unsigned long long start, last, flags;

		if (!line || sscanf(line, "%llx %llx %llx", &start, &last, &flags) != 3)
			return;
		device->bars[i].start = start;
		device->bars[i].size_bytes = last ? last - start + 1 : 0;
		device->bars[i].flags = flags;
	}
}

int pci_read(const char *bdf, struct pci_device *ret_device, struct reason *reason)
{
	struct pci_device device = { .group = -1 };
	char path[512], text[32];

	if (access(pci_path(bdf, "", path, sizeof(path)), F_OK))
		return reason_set(reason, -ENODEV,
				  "there is no PCI device %s (lspci -D lists them)", bdf);
	snprintf(device.bdf, sizeof(device.bdf), "%s", bdf);
	device.vendor = read_hex(bdf, "vendor");
	device.device = read_hex(bdf, "device");
	device.class_code = read_hex(bdf, "class");
	device.numa_node = read_number(bdf, "numa_node", -1);
	device.nr_vfs = (unsigned int)read_number(bdf, "sriov_numvfs", 0);
	device.max_vfs = (unsigned int)read_number(bdf, "sriov_totalvfs", 0);
	if (read_link(bdf, "iommu_group", text, sizeof(text)))
		device.group = (int)strtol(text, NULL, 10);
	read_link(bdf, "physfn", device.pf, sizeof(device.pf));
	if (setting_read(pci_path(bdf, "driver", path, sizeof(path)), device.driver,
			 sizeof(device.driver)))
		snprintf(device.driver, sizeof(device.driver), "none");
	file_read(device.reset_methods, sizeof(device.reset_methods), "%s",
		  pci_path(bdf, "reset_method", path, sizeof(path)));
	read_bars(&device);
	*ret_device = device;
	return 0;
}

static int compare_bdfs(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int list_folder(const char *path, char (**ret_bdfs)[PCI_BDF], size_t *ret_count)
{
	DIR *dir = opendir(path);
	char(*bdfs)[PCI_BDF];
	struct dirent *entry;
	size_t count = 0;

	if (!dir)
		return -errno;
	bdfs = calloc(PCI_MAX_DEVICES, sizeof(*bdfs));
	while (bdfs && count < PCI_MAX_DEVICES && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && !pci_parse_bdf(entry->d_name, bdfs[count], NULL))
			count++;
	closedir(dir);
	if (!bdfs)
		return -ENOMEM;
	qsort(bdfs, count, sizeof(*bdfs), compare_bdfs);
	*ret_bdfs = bdfs;
	*ret_count = count;
	return 0;
}

int pci_list(char (**ret_bdfs)[PCI_BDF], size_t *ret_count)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/bus/pci/devices", sysfs_root());
	return list_folder(path, ret_bdfs, ret_count);
}

/* Reads all devices that a folder names. */
static int read_folder(const char *path, struct pci_device **ret_devices, size_t *ret_count)
{
	char(*bdfs)[PCI_BDF] = NULL;
	struct pci_device *devices;
	size_t listed = 0, count = 0;
	int ret = list_folder(path, &bdfs, &listed);

	if (ret)
		return ret;
	devices = calloc(listed + 1, sizeof(*devices));
	for (size_t i = 0; devices && i < listed; i++)
		if (!pci_read(bdfs[i], &devices[count], NULL))
			count++;
	free(bdfs);
	if (!devices)
		return -ENOMEM;
	*ret_devices = devices;
	*ret_count = count;
	return 0;
}

int pci_group(int group, struct pci_device **ret_members, size_t *ret_count)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/kernel/iommu_groups/%d/devices", sysfs_root(), group);
	return read_folder(path, ret_members, ret_count);
}

int pci_list_vfio(struct pci_device **ret_devices, size_t *ret_count)
{
	char path[512];
	int ret;

	snprintf(path, sizeof(path), "%s/bus/pci/drivers/" PCI_DRIVER_VFIO, sysfs_root());
	ret = read_folder(path, ret_devices, ret_count);
	if (ret != -ENOENT)
		return ret;
	*ret_devices = NULL; /* the module is not loaded: nothing is bound to it */
	*ret_count = 0;
	return 0;
}

bool pci_is_bridge(const struct pci_device *device)
{
	return device->class_code >> 16 == CLASS_BRIDGE;
}
