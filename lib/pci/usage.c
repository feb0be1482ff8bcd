#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "pci/disks.h"
#include "pci/sysfs.h"
#include "pci/traces.h"
#include "pci/usage.h"

#define IFF_UP_BIT 1

/* ---- network interfaces ---- */

/*
 * IPv4: "eth0 00000000 0100000A …", the destination second. IPv6: "00…00 00 … eth0", destination
 * and prefix length first, the interface last.
 */
static bool is_default_v4(const char *line, const struct trace_search *search)
{
	char name[64], destination[16];

	return sscanf(line, "%63s %15s", name, destination) == 2 && !strcmp(name, search->name) &&
	       !strcmp(destination, "00000000");
}

static bool is_default_v6(const char *line, const struct trace_search *search)
{
	char destination[40], prefix[4], name[64];

	return sscanf(line, "%39s %3s %*s %*s %*s %*s %*s %*s %*s %63s", destination, prefix,
		      name) == 3 &&
	       !strcmp(name, search->name) && !strcmp(prefix, "00") &&
	       strspn(destination, "0") == strlen(destination);
}

static int check_routes(const char *interface, const struct pci_device *device,
			struct reason *reason)
{
	struct trace_search tables[] = {
		{ .file = "net/route", .matches = is_default_v4, .name = interface },
		{ .file = "net/ipv6_route", .matches = is_default_v6, .name = interface },
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		int ret = traces_find_line(&tables[i]);

		if (ret < 0)
			return traces_unseen(device, tables[i].file, ret, reason);
		if (ret)
			return reason_set(reason, -EBUSY,
					  "%s: the default route goes over its interface %s",
					  device->bdf, interface);
	}
	return 0;
}

static int check_interface(const char *name, const struct pci_device *device, struct reason *reason)
{
	char flags[32];
	int ret;

	if (!traces_sit_on("net", name, device))
		return 0;
	ret = check_routes(name, device, reason);
	if (ret)
		return ret;
	if (file_read(flags, sizeof(flags), "%s/class/net/%.200s/flags", sysfs_root(), name) > 0 &&
	    strtoul(flags, NULL, 16) & IFF_UP_BIT)
		return reason_set(reason, -EBUSY,
				  "%s: its interface %s is up (ip link set %s down)", device->bdf,
				  name, name);
	return 0;
}

/* ---- displays ---- */

static int check_framebuffer(const char *name, const struct pci_device *device,
			     struct reason *reason)
{
	if (!traces_sit_on("graphics", name, device))
		return 0;
	return reason_set(reason, -EBUSY, "%s: the console is on its display (%s)", device->bdf,
			  name);
}

/* A connector ("card0-HDMI-A-1") that a console or a desktop drives now. */
static int check_connector(const char *name, const struct pci_device *device, struct reason *reason)
{
	char enabled[16];

	if (!strchr(name, '-') || !traces_sit_on("drm", name, device) ||
	    file_read(enabled, sizeof(enabled), "%s/class/drm/%.200s/enabled", sysfs_root(),
		      name) <= 0 ||
	    strcmp(enabled, "enabled"))
		return 0;
	return reason_set(reason, -EBUSY, "%s: drives a display (%s)", device->bdf, name);
}

static int check_boot_display(const struct pci_device *device, struct reason *reason)
{
	char path[512];
	uint64_t boot_vga = 0;

	file_read_u64(&boot_vga, "%s", pci_path(device->bdf, "boot_vga", path, sizeof(path)));
	if (!boot_vga)
		return 0;
	return reason_set(reason, -EBUSY, "%s: is the display that this machine booted with",
			  device->bdf);
}

/* ---- virtual functions ---- */

static int check_functions(const struct pci_device *device, struct reason *reason)
{
	if (!device->nr_vfs)
		return 0;
	return reason_set(reason, -EBUSY,
			  "%s: has %u virtual functions, which would go with its driver %s",
			  device->bdf, device->nr_vfs, device->driver);
}

/* ---- VFIO itself ---- */

#define MOST_NODES 3

/* The device files through which VFIO gives this device away. */
struct nodes {
	char names[MOST_NODES][64];
	size_t count;
};

static struct nodes vfio_nodes(const struct pci_device *device)
{
	struct nodes nodes = { .count = 0 };
	struct dirent *entry;
	char path[512];
	DIR *dir;

	if (device->group >= 0) {
		snprintf(nodes.names[nodes.count++], 64, "/dev/vfio/%d", device->group);
		snprintf(nodes.names[nodes.count++], 64, "/dev/vfio/noiommu-%d", device->group);
	}
	dir = opendir(pci_path(device->bdf, "vfio-dev", path, sizeof(path)));
	while (dir && nodes.count < MOST_NODES && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			snprintf(nodes.names[nodes.count++], 64, "/dev/vfio/devices/%.40s",
				 entry->d_name);
	if (dir)
		closedir(dir);
	return nodes;
}

static bool is_node(const char *link, const struct nodes *nodes)
{
	for (size_t i = 0; i < nodes->count; i++)
		if (!strcmp(link, nodes->names[i]))
			return true;
	return false;
}

static bool has_open(const char *pid, const struct nodes *nodes)
{
	char path[512], link[PATH_MAX];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%.20s/fd", procfs_root(), pid);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir))) {
		char name[600];
		ssize_t length;

		snprintf(name, sizeof(name), "%s/%.20s", path, entry->d_name);
		length = readlink(name, link, sizeof(link) - 1);
		if (length < 0)
			continue;
		link[length] = '\0';
		found = is_node(link, nodes);
	}
	if (dir)
		closedir(dir);
	return found;
}

int usage_holder(const struct pci_device *device)
{
	const struct nodes nodes = vfio_nodes(device);
	struct dirent *entry;
	int pid = 0;
	DIR *dir = nodes.count ? opendir(procfs_root()) : NULL;

	while (dir && !pid && (entry = readdir(dir)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    has_open(entry->d_name, &nodes))
			pid = (int)strtol(entry->d_name, NULL, 10);
	if (dir)
		closedir(dir);
	return pid;
}

static int check_vfio(const struct pci_device *device, struct reason *reason)
{
	int holder = usage_holder(device);

	if (!holder)
		return 0;
	return reason_set(reason, -EBUSY, "%s: process %d has it or its group open through VFIO",
			  device->bdf, holder);
}

/* ---- all of them ---- */

static int check_system(const struct pci_device *device, struct reason *reason)
{
	static const struct {
		const char *class;
		trace_check *check;
	} classes[] = {
		{ "block", disks_check },
		{ "net", check_interface },
		{ "graphics", check_framebuffer },
		{ "drm", check_connector },
	};
	int ret = check_boot_display(device, reason);

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]) && !ret; i++)
		ret = traces_for_each(classes[i].class, device, classes[i].check, reason);
	return ret ? ret : check_functions(device, reason);
}

/* What VFIO has already, the system cannot be using. */
int usage_check(const struct pci_device *device, struct reason *reason)
{
	int ret = 0;

	if (strcmp(device->driver, PCI_DRIVER_VFIO))
		ret = check_system(device, reason);
	return ret ? ret : check_vfio(device, reason);
}
