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
#include "pci/disks.h"
#include "pci/sysfs.h"
#include "pci/traces.h"

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
static bool is_mount(const char *line, const struct trace_search *search)
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
	struct trace_search search = {
		.file = "self/mountinfo", .matches = is_mount, .number = number, .name = node
	};
	int ret;

	if (file_read(number, sizeof(number), "%s/class/block/%.200s/dev", sysfs_root(), disk) <= 0)
		return 0;
	snprintf(node, sizeof(node), "/dev/%.200s", disk);
	ret = traces_find_line(&search);
	if (ret < 0)
		return traces_unseen(device, search.file, ret, reason);
	if (!ret || sscanf(search.line, "%*u %*u %*s %*s %255s", where) != 1)
		return 0;
	return reason_set(reason, -EBUSY, "%s: its disk %s is mounted on %s (umount %s)",
			  device->bdf, disk, where, where);
}

static bool is_swap(const char *line, const struct trace_search *search)
{
	char name[300];

	return sscanf(line, "%299s", name) == 1 && !strcmp(name, search->name);
}

static int check_swap(const char *disk, const struct pci_device *device, struct reason *reason)
{
	char node[300];
	struct trace_search search = { .file = "swaps", .matches = is_swap, .name = node };
	int ret;

	snprintf(node, sizeof(node), "/dev/%.200s", disk);
	ret = traces_find_line(&search);
	if (ret < 0)
		return traces_unseen(device, search.file, ret, reason);
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

/* Mounting, swapping, mapping and assembling open a disk exclusively: so an open(O_EXCL) tells. */
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

int disks_check(const char *name, const struct pci_device *device, struct reason *reason)
{
	int ret;

	if (!traces_sit_on("block", name, device) && !shares_subsystem(name, device))
		return 0;
	ret = check_mounted(name, device, reason);
	if (!ret)
		ret = check_swap(name, device, reason);
	return ret ? ret : check_lent(name, device, reason);
}
