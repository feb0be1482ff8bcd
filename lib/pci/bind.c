#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/setting.h"
#include "pci/bind.h"
#include "pci/sysfs.h"
#include "pci/usage.h"

#define NO_DRIVER "none"

/* A change, or in a dry run the writes that it would take. */
static int change(struct journal *journal, const char *bdf, const char *file, const char *value,
		  const struct bind_options *options, struct reason *reason)
{
	char path[512], now[64];

	pci_path(bdf, file, path, sizeof(path));
	if (!options->plan)
		return journal_set(journal, path, value, reason);
	if (!setting_read(path, now, sizeof(now)) && strcmp(now, value))
		setting_describe(path, value, options->plan);
	return 0;
}

/* The module may not be loaded yet; where modprobe cannot help, binding says so. */
static void load_vfio_pci(void)
{
	char path[512];
	pid_t pid;

	snprintf(path, sizeof(path), "%s/bus/pci/drivers/" PCI_DRIVER_VFIO, sysfs_root());
	if (!access(path, F_OK))
		return;
	pid = fork();
	if (!pid) {
		execlp("modprobe", "modprobe", "-q", "vfio-pci", NULL);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

static int bind_one(struct journal *journal, const struct pci_device *device,
		    const struct bind_options *options, struct reason *reason)
{
	int ret;

	if (!strcmp(device->driver, PCI_DRIVER_VFIO))
		return 0;
	/* In this order, so that undone in reverse the old driver is asked last. */
	ret = change(journal, device->bdf, "driver", NO_DRIVER, options, reason);
	if (!ret)
		ret = change(journal, device->bdf, "driver_override", PCI_DRIVER_VFIO, options,
			     reason);
	if (!ret)
		ret = change(journal, device->bdf, "driver", PCI_DRIVER_VFIO, options, reason);
	if (ret == -ENODEV)
		return reason_set(reason, ret,
				  "%s: vfio-pci did not take it: modprobe vfio-pci, and see dmesg",
				  device->bdf);
	return ret;
}

/* One that uses it is reason enough to leave it alone, unless told otherwise. */
static int check_free(const struct pci_device *device, const struct bind_options *options,
		      struct reason *reason)
{
	struct reason why = { "" };

	if (pci_is_bridge(device) || !usage_check(device, &why))
		return 0;
	if (!options->force)
		return reason_set(reason, -EBUSY, "%s", why.text);
	if (options->warnings)
		text_add(options->warnings, "%s: taken all the same\n", why.text);
	return 0;
}

static int check_members(const struct pci_device *members, size_t count, const char *bdf,
			 const struct bind_options *options, struct reason *reason)
{
	for (size_t i = 0; i < count; i++) {
		struct reason why = { "" };

		if (!check_free(&members[i], options, &why))
			continue;
		if (!strcmp(members[i].bdf, bdf))
			return reason_set(reason, -EBUSY, "%s", why.text);
		return reason_set(reason, -EBUSY, "%s: shares IOMMU group %d with %.300s", bdf,
				  members[i].group, why.text);
	}
	return 0;
}

static int bind_members(struct journal *journal, const struct pci_device *members, size_t count,
			const struct bind_options *options, struct reason *reason)
{
	int ret = 0;

	for (size_t i = 0; i < count && !ret; i++)
		if (!pci_is_bridge(&members[i]))
			ret = bind_one(journal, &members[i], options, reason);
	return ret;
}

int bind_device(struct journal *journal, const char *bdf, const struct bind_options *options,
		struct reason *reason)
{
	struct pci_device device, *members;
	size_t count;
	int ret = pci_read(bdf, &device, reason);

	if (ret)
		return ret;
	if (pci_is_bridge(&device))
		return reason_set(reason, -EINVAL, "%s: is a bridge, which VFIO cannot take", bdf);
	if (device.group < 0)
		return reason_set(reason, -ENODEV,
				  "%s: has no IOMMU group: switch the IOMMU on in the firmware and "
				  "boot with intel_iommu=on or amd_iommu=on",
				  bdf);
	ret = pci_group(device.group, &members, &count);
	if (ret)
		return reason_set(reason, ret, "%s: cannot read IOMMU group %d: %s", bdf,
				  device.group, strerror(-ret));
	ret = check_members(members, count, bdf, options, reason);
	if (!ret && !options->plan)
		load_vfio_pci();
	if (!ret)
		ret = bind_members(journal, members, count, options, reason);
	free(members);
	return ret;
}

static int create_functions(struct journal *journal, const struct pci_device *pf,
			    unsigned int count, const struct bind_options *options,
			    struct reason *reason)
{
	char number[16];
	int ret;

	if (!pf->max_vfs)
		return reason_set(reason, -EINVAL, "%s: has no virtual functions (SR-IOV)",
				  pf->bdf);
	if (count > pf->max_vfs)
		return reason_set(reason, -EINVAL, "%s: has at most %u virtual functions, not %u",
				  pf->bdf, pf->max_vfs, count);
	if (pf->nr_vfs && pf->nr_vfs != count)
		return reason_set(reason, -EBUSY,
				  "%s: has %u virtual functions already: somebody made them",
				  pf->bdf, pf->nr_vfs);
	if (!strcmp(pf->driver, NO_DRIVER))
		return reason_set(reason, -ENODEV,
				  "%s: has no driver, and its driver makes the virtual functions",
				  pf->bdf);
	snprintf(number, sizeof(number), "%u", count);
	/* They are for VFIO: no other driver should start them first. */
	ret = change(journal, pf->bdf, "sriov_drivers_autoprobe", "0", options, reason);
	return ret ? ret : change(journal, pf->bdf, "sriov_numvfs", number, options, reason);
}

int bind_functions(struct journal *journal, const char *bdf, unsigned int count,
		   const struct bind_options *options, struct reason *reason)
{
	struct pci_device pf, function;
	char(*bdfs)[PCI_BDF];
	size_t nr_bdfs;
	int ret = pci_read(bdf, &pf, reason);

	if (!ret)
		ret = create_functions(journal, &pf, count, options, reason);
	if (ret || options->plan)
		return ret;
	ret = pci_list(&bdfs, &nr_bdfs);
	for (size_t i = 0; !ret && i < nr_bdfs; i++)
		if (!pci_read(bdfs[i], &function, NULL) && !strcmp(function.pf, bdf))
			ret = bind_device(journal, bdfs[i], options, reason);
	free(bdfs);
	return ret;
}

static int undo_one(struct journal *journal, const char *bdf, size_t *count, struct reason *reason)
{
	char path[512];
	size_t more = 0;
	int ret =
		journal_rewind_under(journal, pci_path(bdf, "", path, sizeof(path)), &more, reason);

	*count += more;
	return ret;
}

static int undo_group(struct journal *journal, const struct pci_device *device, size_t *count,
		      struct reason *reason)
{
	struct pci_device *members;
	size_t nr_members;
	int ret = pci_group(device->group, &members, &nr_members);

	if (ret)
		return undo_one(journal, device->bdf, count, reason);
	for (size_t i = 0; i < nr_members && !ret; i++)
		ret = undo_one(journal, members[i].bdf, count, reason);
	free(members);
	return ret;
}

int bind_undo(struct journal *journal, const char *bdf, size_t *ret_count, struct reason *reason)
{
	struct pci_device device, function;
	char(*bdfs)[PCI_BDF];
	size_t nr_bdfs;
	int ret = pci_read(bdf, &device, reason);

	*ret_count = 0;
	if (!ret)
		ret = pci_list(&bdfs, &nr_bdfs);
	if (ret)
		return ret;
	for (size_t i = 0; !ret && i < nr_bdfs; i++)
		if (!pci_read(bdfs[i], &function, NULL) && !strcmp(function.pf, bdf))
			ret = undo_one(journal, bdfs[i], ret_count, reason);
	free(bdfs);
	return ret ? ret : undo_group(journal, &device, ret_count, reason);
}
