#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "pci/sysfs.h"
#include "pci/usage.h"

#define CLASS_DISPLAY 0x03
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

/* Calls @check for each entry of a class; stops at the first error. */
static int for_each_of_class(const char *class, const struct pci_device *device,
			     int (*check)(const char *name, const struct pci_device *device,
					  struct reason *reason),
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

/* Mounted by number: "36 35 98:0 /mnt1 /mnt2 rw - ext3 …". */
static bool is_mounted(const char *disk, char *where, size_t room)
{
	char number[32], line[4096], path[512];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/self/mountinfo", procfs_root());
	if (file_read(number, sizeof(number), "%s/class/block/%.200s/dev", sysfs_root(), disk) <= 0)
		return false;
	file = fopen(path, "re");
	while (file && !found && fgets(line, sizeof(line), file)) {
		char device[32], target[256];

		found = sscanf(line, "%*u %*u %31s %*s %255s", device, target) == 2 &&
			!strcmp(device, number);
		if (found)
			snprintf(where, room, "%s", target);
	}
	if (file)
		fclose(file);
	return found;
}

/* The kernel lends a disk exclusively to who mounts, swaps, maps or assembles it. */
static bool is_claimed(const char *disk)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "/dev/%.200s", disk);
	fd = open(path, O_RDONLY | O_EXCL | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == EBUSY;
}

static int check_disk(const char *name, const struct pci_device *device, struct reason *reason)
{
	char where[256];

	if (!sits_on("block", name, device) && !shares_subsystem(name, device))
		return 0;
	if (is_mounted(name, where, sizeof(where)))
		return reason_set(reason, -EBUSY, "%s: its disk %s is mounted on %s", device->bdf,
				  name, where);
	if (is_claimed(name))
		return reason_set(reason, -EBUSY,
				  "%s: its disk %s is in use (swap, LVM, RAID or the like)",
				  device->bdf, name);
	return 0;
}

/* ---- network interfaces ---- */

static bool has_default_route(const char *interface)
{
	char line[512], path[512];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/net/route", procfs_root());
	file = fopen(path, "re");
	while (file && !found && fgets(line, sizeof(line), file)) {
		char name[64], destination[16];

		found = sscanf(line, "%63s %15s", name, destination) == 2 &&
			!strcmp(name, interface) && !strcmp(destination, "00000000");
	}
	if (file)
		fclose(file);
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

static int check_display(const struct pci_device *device, struct reason *reason)
{
	char path[512];
	uint64_t boot_vga = 0;

	if (device->class_code >> 16 != CLASS_DISPLAY)
		return 0;
	file_read_u64(&boot_vga, "%s", pci_path(device->bdf, "boot_vga", path, sizeof(path)));
	if (boot_vga)
		return reason_set(reason, -EBUSY,
				  "%s: is the display that this machine booted with", device->bdf);
	return for_each_of_class("graphics", device, check_framebuffer, reason);
}

/* ---- VFIO itself ---- */

static bool has_open(const char *pid, const char *target)
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
		found = !strcmp(link, target);
	}
	if (dir)
		closedir(dir);
	return found;
}

int usage_group_holder(int group)
{
	char target[32];
	struct dirent *entry;
	int pid = 0;
	DIR *dir = opendir(procfs_root());

	snprintf(target, sizeof(target), "/dev/vfio/%d", group);
	while (dir && !pid && (entry = readdir(dir)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    has_open(entry->d_name, target))
			pid = (int)strtol(entry->d_name, NULL, 10);
	if (dir)
		closedir(dir);
	return pid;
}

static int check_vfio(const struct pci_device *device, struct reason *reason)
{
	int holder = device->group < 0 ? 0 : usage_group_holder(device->group);

	if (!holder)
		return 0;
	return reason_set(reason, -EBUSY, "%s: process %d has its group %d open through VFIO",
			  device->bdf, holder, device->group);
}

int usage_check(const struct pci_device *device, struct reason *reason)
{
	int ret = for_each_of_class("block", device, check_disk, reason);

	if (!ret)
		ret = for_each_of_class("net", device, check_interface, reason);
	if (!ret)
		ret = check_display(device, reason);
	if (!ret)
		ret = check_vfio(device, reason);
	return ret;
}
