#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pci/sysfs.h"
#include "pci/traces.h"

bool traces_sit_on(const char *class, const char *name, const struct pci_device *device)
{
	char link[512], real[PATH_MAX], component[PCI_BDF + 2];

	snprintf(link, sizeof(link), "%s/class/%s/%.200s", sysfs_root(), class, name);
	if (!realpath(link, real))
		return false;
	snprintf(component, sizeof(component), "/%s/", device->bdf);
	return strstr(real, component) != NULL;
}

int traces_unseen(const struct pci_device *device, const char *path, int error,
		  struct reason *reason)
{
	return reason_set(reason, error, "%s: cannot see whether it is in use: %s: %s", device->bdf,
			  path, strerror(-error));
}

int traces_for_each(const char *class, const struct pci_device *device, trace_check *check,
		    struct reason *reason)
{
	char path[512];
	struct dirent *entry;
	DIR *dir;
	int ret = 0;

	snprintf(path, sizeof(path), "%s/class/%s", sysfs_root(), class);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : traces_unseen(device, path, -errno, reason);
	while (!ret && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			ret = check(entry->d_name, device, reason);
	closedir(dir);
	return ret;
}

int traces_find_line(struct trace_search *search)
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
