#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/file.h"
#include "pci/sysfs.h"
#include "pci/usage.h"

#define IFF_UP_BIT 1

/* Whether the device behind a class entry (block, net, …) sits on this PCI device. */
static bool sits_on(const char *class, const char *name, const struct pci_device *device)
{
	char link[512], real[PATH_MAX], component[PCI_BDF + 2];

	snprintf(link, sizeof(link), "%s/class/%s/%.200s", sysfs_root(), class, name);
	if (!realpath(link, real))
		return false;
	snprintf(component, sizeof(component), "/%s/", device->bdf);
	return strstr(real, component) != NULL;
}

typedef int check_entry(const char *name, const struct pci_device *device, struct reason *reason);

/* Calls @check for each entry of a class; stops at the first error. */
static int for_each_of_class(const char *class, const struct pci_device *device, check_entry *check,
			     struct reason *reason)
{
	char path[512];
	struct dirent *entry;
	DIR *dir;
	int ret = 0;

	snprintf(path, sizeof(path), "%s/class/%s", sysfs_root(), class);
	dir = opendir(path);
	while (dir && !ret && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			ret = check(entry->d_name, device, reason);
	if (dir)
		closedir(dir);
	return ret;
}

/* ---- disks ---- */

/*
 * With NVMe multipath a disk hangs under a virtual subsystem, beside links to the controllers
 * that lead to it.
 */
static bool shares_subsystem(const char *disk, const struct pci_device *device)
{
	char link[512], real[PATH_MAX], component[PCI_BDF + 2];
	struct dirent *entry;
	bool found = false;
	char *slash;
	DIR *dir;

	snprintf(link, sizeof(link), "%s/class/block/%.200s", sysfs_root(), disk);
	if (!realpath(link, real) || !strstr(real, "/nvme-subsystem/"))
		return false;
	slash = strchr(strstr(real, "/nvme-subsystem/") + strlen("/nvme-subsystem/"), '/');
	if (slash)
		*slash = '\0';
	snprintf(component, sizeof(component), "/%s/", device->bdf);
	dir = opendir(real);
	while (dir && !found && (entry = readdir(dir))) {
		char controller[PATH_MAX], target[PATH_MAX];

		snprintf(controller, sizeof(controller), "%.3000s/%.200s", real, entry->d_name);
		found = entry->d_name[0] == 'n' && realpath(controller, target) &&
			strstr(target, component);
	}
	if (dir)
		closedir(dir);
	return found;
}

/*
 * "36 35 98:0 /mnt1 /mnt2 rw … - ext3 /dev/root …": by number, and by name where a file system has
 * a number of its own (btrfs).
 */
static bool is_mount_of(const char *line, const char *number, const char *node, char *where,
			size_t room)
{
	char device[32], target[256], source[256] = "";
	const char *rest = strstr(line, " - ");

	if (sscanf(line, "%*u %*u %31s %*s %255s", device, target) != 2)
		return false;
	if (rest && sscanf(rest, " - %*s %255s", source) != 1)
		source[0] = '\0';
	if (strcmp(device, number) && strcmp(source, node))
		return false;
	snprintf(where, room, "%s", target);
	return true;
}

static bool is_mounted(const char *disk, char *where, size_t room)
{
	char number[32], node[300], line[4096], path[512];
	bool found = false;
	FILE *file;

	if (file_read(number, sizeof(number), "%s/class/block/%.200s/dev", sysfs_root(), disk) <= 0)
		return false;
	snprintf(node, sizeof(node), "/dev/%.200s", disk);
	snprintf(path, sizeof(path), "%s/self/mountinfo", procfs_root());
	file = fopen(path, "re");
	while (file && !found && fgets(line, sizeof(line), file))
		found = is_mount_of(line, number, node, where, room);
	if (file)
		fclose(file);
	return found;
}

static bool is_swapped_to(const char *disk)
{
	char line[512], path[512], node[300], name[300];
	bool found = false;
	FILE *file;

	snprintf(node, sizeof(node), "/dev/%.200s", disk);
	snprintf(path, sizeof(path), "%s/swaps", procfs_root());
	file = fopen(path, "re");
	while (file && !found && fgets(line, sizeof(line), file))
		found = sscanf(line, "%299s", name) == 1 && !strcmp(name, node);
	if (file)
		fclose(file);
	return found;
}

/* LVM, RAID and the like: the device that is built on this one. */
static bool has_holder(const char *disk, char *holder, size_t room)
{
	char path[512];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/class/block/%.200s/holders", sysfs_root(), disk);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir))) {
		found = entry->d_name[0] != '.';
		if (found)
			snprintf(holder, room, "%.*s", (int)room - 1, entry->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}

/* Whether /dev/NAME stands for the disk that sysfs calls so. */
static bool is_node_of(const char *node, const char *disk)
{
	unsigned int major, minor;
	char number[32];
	struct stat info;

	return file_read(number, sizeof(number), "%s/class/block/%.200s/dev", sysfs_root(), disk) >
		       0 &&
	       sscanf(number, "%u:%u", &major, &minor) == 2 && !stat(node, &info) &&
	       S_ISBLK(info.st_mode) && info.st_rdev == makedev(major, minor);
}

/* The kernel lends a disk exclusively to who mounts, swaps, maps or assembles it. */
static bool is_claimed(const char *disk)
{
	char node[300];
	int fd;

	snprintf(node, sizeof(node), "/dev/%.200s", disk);
	if (!is_node_of(node, disk))
		return false;
	fd = open(node, O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == EBUSY;
}

static int check_disk(const char *name, const struct pci_device *device, struct reason *reason)
{
	char by[256];

	if (!sits_on("block", name, device) && !shares_subsystem(name, device))
		return 0;
	if (is_mounted(name, by, sizeof(by)))
		return reason_set(reason, -EBUSY, "%s: its disk %s is mounted on %s (umount %s)",
				  device->bdf, name, by, by);
	if (is_swapped_to(name))
		return reason_set(reason, -EBUSY, "%s: its disk %s is swap (swapoff /dev/%s)",
				  device->bdf, name, name);
	if (has_holder(name, by, sizeof(by)))
		return reason_set(reason, -EBUSY,
				  "%s: its disk %s is part of %s (LVM, RAID or the like: stop that "
				  "first)",
				  device->bdf, name, by);
	if (is_claimed(name))
		return reason_set(reason, -EBUSY,
				  "%s: its disk %s is in use: the kernel has lent it to somebody",
				  device->bdf, name);
	return 0;
}

/* ---- network interfaces ---- */

/*
 * IPv4: "eth0 00000000 0100000A …", the destination second. IPv6: "00…00 00 … eth0", destination
 * and prefix length first, the interface last.
 */
static bool is_default_v4(const char *line, const char *interface)
{
	char name[64], destination[16];

	return sscanf(line, "%63s %15s", name, destination) == 2 && !strcmp(name, interface) &&
	       !strcmp(destination, "00000000");
}

static bool is_default_v6(const char *line, const char *interface)
{
	char destination[40], prefix[4], name[64];

	return sscanf(line, "%39s %3s %*s %*s %*s %*s %*s %*s %*s %63s", destination, prefix,
		      name) == 3 &&
	       !strcmp(name, interface) && !strcmp(prefix, "00") &&
	       strspn(destination, "0") == strlen(destination);
}

static bool has_default_route(const char *interface)
{
	static const struct {
		const char *file;
		bool (*is_default)(const char *line, const char *interface);
	} tables[] = { { "route", is_default_v4 }, { "ipv6_route", is_default_v6 } };
	bool found = false;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && !found; i++) {
		char line[512], path[512];
		FILE *file;

		snprintf(path, sizeof(path), "%s/net/%s", procfs_root(), tables[i].file);
		file = fopen(path, "re");
		while (file && !found && fgets(line, sizeof(line), file))
			found = tables[i].is_default(line, interface);
		if (file)
			fclose(file);
	}
	return found;
}

static int check_interface(const char *name, const struct pci_device *device, struct reason *reason)
{
	char flags[32];

	if (!sits_on("net", name, device))
		return 0;
	if (has_default_route(name))
		return reason_set(reason, -EBUSY,
				  "%s: the default route goes over its interface %s", device->bdf,
				  name);
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
	if (!sits_on("graphics", name, device))
		return 0;
	return reason_set(reason, -EBUSY, "%s: the console is on its display (%s)", device->bdf,
			  name);
}

/* A connector ("card0-HDMI-A-1") that a console or a desktop drives now. */
static int check_connector(const char *name, const struct pci_device *device, struct reason *reason)
{
	char enabled[16];

	if (!strchr(name, '-') || !sits_on("drm", name, device) ||
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
		check_entry *check;
	} classes[] = {
		{ "block", check_disk },
		{ "net", check_interface },
		{ "graphics", check_framebuffer },
		{ "drm", check_connector },
	};
	int ret = check_boot_display(device, reason);

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]) && !ret; i++)
		ret = for_each_of_class(classes[i].class, device, classes[i].check, reason);
	return ret ? ret : check_functions(device, reason);
}

/* From what VFIO has already, the system can have nothing any more. */
int usage_check(const struct pci_device *device, struct reason *reason)
{
	int ret = 0;

	if (strcmp(device->driver, PCI_DRIVER_VFIO))
		ret = check_system(device, reason);
	return ret ? ret : check_vfio(device, reason);
}
