#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "host/setting.h"
#include "pci/device.h"
#include "pci/sysfs.h"

#define CLASS_BRIDGE 0x06
#define DOMAIN_DIGITS 6 /* four, but for domains that bridges make up (VMD) */

/* Hexadecimal digits, at most @most of them, and @end behind them. */
static bool take_hex(const char **text, size_t most, char end, unsigned int *ret_number)
{
	size_t digits = strspn(*text, "0123456789abcdefABCDEF");

	if (!digits || digits > most || (*text)[digits] != end)
		return false;
	*ret_number = (unsigned int)strtoul(*text, NULL, 16);
	*text += digits + 1;
	return true;
}

struct address {
	unsigned int domain, bus, device, function;
};

static bool take_address(const char *text, bool with_domain, struct address *ret_address)
{
	struct address address = { 0 };

	if ((with_domain && !take_hex(&text, DOMAIN_DIGITS, ':', &address.domain)) ||
	    !take_hex(&text, 2, ':', &address.bus) || !take_hex(&text, 2, '.', &address.device) ||
	    !take_hex(&text, 1, '\0', &address.function))
		return false;
	*ret_address = address;
	return true;
}

int pci_parse_bdf(const char *text, char bdf[PCI_BDF], struct reason *reason)
{
	struct address address;

	if (!take_address(text, true, &address) && !take_address(text, false, &address))
		return reason_set(reason, -EINVAL,
				  "\"%.30s\" is no PCI address, expected one like 0000:01:00.0",
				  text);
	if (address.device > 0x1f || address.function > 7)
		return reason_set(reason, -EINVAL,
				  "\"%.30s\" is no PCI address: devices go to 1f, functions to 7",
				  text);
	snprintf(bdf, PCI_BDF, "%04x:%02x:%02x.%x", address.domain & 0xffffff, address.bus & 0xff,
		 address.device & 0x1f, address.function & 7);
	return 0;
}

int pci_nth_function(const struct pci_device *pf, unsigned int i, char bdf[PCI_BDF])
{
	struct address address;
	unsigned int id;

	if (!pf->vf_offset || !take_address(pf->bdf, true, &address))
		return -ENOENT;
	id = (address.bus << 8 | address.device << 3 | address.function) + pf->vf_offset +
	     i * pf->vf_stride;
	snprintf(bdf, PCI_BDF, "%04x:%02x:%02x.%x", address.domain & 0xffffff, id >> 8 & 0xff,
		 id >> 3 & 0x1f, id & 7);
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

static void read_text(const char *bdf, const char *file, char *text, size_t room)
{
	char path[512];

	if (file_read(text, room, "%s", pci_path(bdf, file, path, sizeof(path))) < 0)
		text[0] = '\0';
}

/* The kernel says "Unknown" of devices without a link, and a width of 0 or 255. */
static struct pci_link read_link_state(const char *bdf, const char *speed, const char *width)
{
	struct pci_link link = { "", 0 };
	int lanes = read_number(bdf, width, 0);

	read_text(bdf, speed, link.speed, sizeof(link.speed));
	if (lanes <= 0 || lanes >= 255 || text_starts_with(link.speed, "Unknown"))
		return (struct pci_link){ "", 0 };
	link.width = (unsigned int)lanes;
	return link;
}

/* VFIO makes such groups up where it was told to do without an IOMMU. */
static bool is_noiommu(int group)
{
	char name[32];

	return file_read(name, sizeof(name), "%s/kernel/iommu_groups/%d/name", sysfs_root(),
			 group) > 0 &&
	       !strcmp(name, "vfio-noiommu");
}

static void read_group(struct pci_device *device)
{
	char text[32];

	device->group = -1;
	if (!read_link(device->bdf, "iommu_group", text, sizeof(text)))
		return;
	device->group = (int)strtol(text, NULL, 10);
	device->noiommu = is_noiommu(device->group);
}

/* "vfio3": the only entry of a folder that VFIO makes for a device that it has. */
static void read_cdev(struct pci_device *device)
{
	struct dirent *entry;
	char path[512];
	DIR *dir = opendir(pci_path(device->bdf, "vfio-dev", path, sizeof(path)));

	while (dir && !device->cdev[0] && (entry = readdir(dir)))
		if (text_starts_with(entry->d_name, "vfio"))
			snprintf(device->cdev, sizeof(device->cdev), "%.15s", entry->d_name);
	if (dir)
		closedir(dir);
}

static void read_functions(struct pci_device *device)
{
	device->nr_vfs = (unsigned int)read_number(device->bdf, "sriov_numvfs", 0);
	device->max_vfs = (unsigned int)read_number(device->bdf, "sriov_totalvfs", 0);
	device->vf_offset = (unsigned int)read_number(device->bdf, "sriov_offset", 0);
	device->vf_stride = (unsigned int)read_number(device->bdf, "sriov_stride", 0);
	read_link(device->bdf, "physfn", device->pf, sizeof(device->pf));
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
		device->bars[i].size_bytes = last && last >= start ? last - start + 1 : 0;
		device->bars[i].flags = flags;
	}
}

int pci_read(const char *bdf, struct pci_device *ret_device, struct reason *reason)
{
	struct pci_device device = { .group = -1 };
	char path[512];

	if (access(pci_path(bdf, "", path, sizeof(path)), F_OK))
		return reason_set(reason, -ENODEV,
				  "there is no PCI device %s (lspci -D lists them)", bdf);
	snprintf(device.bdf, sizeof(device.bdf), "%s", bdf);
	device.vendor = read_hex(bdf, "vendor");
	device.device = read_hex(bdf, "device");
	device.class_code = read_hex(bdf, "class");
	device.numa_node = read_number(bdf, "numa_node", -1);
	if (setting_read(pci_path(bdf, "driver", path, sizeof(path)), device.driver,
			 sizeof(device.driver)))
		snprintf(device.driver, sizeof(device.driver), PCI_NO_DRIVER);
	read_group(&device);
	read_cdev(&device);
	read_functions(&device);
	read_text(bdf, "reset_method", device.reset_methods, sizeof(device.reset_methods));
	device.link = read_link_state(bdf, "current_link_speed", "current_link_width");
	device.max_link = read_link_state(bdf, "max_link_speed", "max_link_width");
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
