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

/* Where it cannot be seen that nobody uses it, it is not taken. */
static int cannot_look(const struct pci_device *device, const char *path, int error,
		       struct reason *reason)
{
	return reason_set(reason, error, "%s: cannot see whether it is in use: %s: %s", device->bdf,
			  path, strerror(-error));
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
	if (!dir)
		return errno == ENOENT ? 0 : cannot_look(device, path, -errno, reason);
	while (!ret && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			ret = check(entry->d_name, device, reason);
	closedir(dir);
	return ret;
}

/* What is looked for in a table of /proc, and the line that it was found in. */
struct search {
	const char *file;
	bool (*matches)(const char *line, const struct search *search);
	const char *number, *name;
	char line[4096];
};

/* 1 where a line matches, 0 where none does or there is no such table; else -errno. */
static int find_line(struct search *search)
{
	char path[512];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", procfs_root(), search->file);
	file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? 0 : -errno;
	while (!found && fgets(search->line, sizeof(search->line), file))
		found = search->matches(search->line, search);
	fclose(file);
	return found;
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
static bool is_mount(const char *line, const struct search *search)
{
	char device[32], source[256] = "";
	const char *rest = strstr(line, " - ");

	if (sscanf(line, "%*u %*u %31s", device) != 1)
		return false;
	if (rest && sscanf(rest, " - %*s %255s", source) != 1)
		source[0] = '\0';
	return !strcmp(device, search->number) || !strcmp(source, search->name);
}

static int check_mounted(const char *disk, const struct pci_device *device, struct reason *reason)
{
	char number[32], node[300], where[256] = "";
	struct search search = {
		.file = "self/mountinfo", .matches = is_mount, .number = number, .name = node
	};
	int ret;

	if (file_read(number, sizeof(number), "%s/class/block/%.200s/dev", sysfs_root(), disk) <= 0)
		return 0;
	snprintf(node, sizeof(node), "/dev/%.200s", disk);
	ret = find_line(&search);
	if (ret < 0)
		return cannot_look(device, search.file, ret, reason);
	if (!ret || sscanf(search.line, "%*u %*u %*s %*s %255s", where) != 1)
		return 0;
	return reason_set(reason, -EBUSY, "%s: its disk %s is mounted on %s (umount %s)",
			  device->bdf, disk, where, where);
}

static bool is_swap(const char *line, const struct search *search)
{
	char name[300];

	return sscanf(line, "%299s", name) == 1 && !strcmp(name, search->name);
}

static int check_swap(const char *disk, const struct pci_device *device, struct reason *reason)
{
	char node[300];
	struct search search = { .file = "swaps", .matches = is_swap, .name = node };
	int ret;

	snprintf(node, sizeof(node), "/dev/%.200s", disk);
	ret = find_line(&search);
	if (ret < 0)
		return cannot_look(device, search.file, ret, reason);
	if (!ret)
		return 0;
	return reason_set(reason, -EBUSY, "%s: its disk %s is swap (swapoff %s)", device->bdf, disk,
			  node);
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

static int check_lent(const char *disk, const struct pci_device *device, struct reason *reason)
{
	char holder[256];

	if (has_holder(disk, holder, sizeof(holder)))
		return reason_set(reason, -EBUSY,
				  "%s: its disk %s is part of %s (LVM, RAID or the like: stop that "
				  "first)",
				  device->bdf, disk, holder);
	if (is_claimed(disk))
		return reason_set(reason, -EBUSY,
				  "%s: its disk %s is in use: the kernel has lent it to somebody",
				  device->bdf, disk);
	return 0;
}

static int check_disk(const char *name, const struct pci_device *device, struct reason *reason)
{
	int ret;

	if (!sits_on("block", name, device) && !shares_subsystem(name, device))
		return 0;
	ret = check_mounted(name, device, reason);
	if (!ret)
		ret = check_swap(name, device, reason);
	return ret ? ret : check_lent(name, device, reason);
}

/* ---- network interfaces ---- */

/*
 * IPv4: "eth0 00000000 0100000A …", the destination second. IPv6: "00…00 00 … eth0", destination
 * and prefix length first, the interface last.
 */
static bool is_default_v4(const char *line, const struct search *search)
{
	char name[64], destination[16];

	return sscanf(line, "%63s %15s", name, destination) == 2 && !strcmp(name, search->name) &&
	       !strcmp(destination, "00000000");
}

static bool is_default_v6(const char *line, const struct search *search)
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
	struct search tables[] = {
		{ .file = "net/route", .matches = is_default_v4, .name = interface },
		{ .file = "net/ipv6_route", .matches = is_default_v6, .name = interface },
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		int ret = find_line(&tables[i]);

		if (ret < 0)
			return cannot_look(device, tables[i].file, ret, reason);
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

	if (!sits_on("net", name, device))
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
