#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/setting.h"
#include "pci/bind.h"
#include "pci/sysfs.h"
#include "pci/usage.h"

#define SYSFS_DEVICE "/sys/bus/pci/devices/BDF/"

/* A change, or in a dry run the writes that it would take. */
static int change(struct journal *journal, const char *bdf, const char *file, const char *value,
		  const struct bind_options *options, struct reason *reason)
{
	char path[512], now[64];
	int ret;

	pci_path(bdf, file, path, sizeof(path));
	if (!options->plan)
		return journal_set(journal, path, value, reason);
	ret = setting_read(path, now, sizeof(now));
	if (ret)
		return reason_set(reason, ret, "cannot read %s: %s", path, strerror(-ret));
	if (strcmp(now, value))
		setting_describe(path, value, options->plan);
	return 0;
}

/* ---- the driver ---- */

static const char *driver_of(const struct bind_options *options)
{
	return options->driver ? options->driver : PCI_DRIVER_VFIO;
}

static bool has_driver(const char *driver)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/bus/pci/drivers/%s", sysfs_root(), driver);
	return !access(path, F_OK);
}

/* Its output is dropped: the caller says better what is missing. */
static void run_modprobe(const char *driver)
{
	pid_t pid = fork();

	if (!pid) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execlp("modprobe", "modprobe", "-q", driver, NULL);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

/* Before anything is taken from a driver: the module may not be loaded yet, or not be there. */
static int need_driver(const struct bind_options *options, struct reason *reason)
{
	const char *driver = driver_of(options);

	if (!has_driver(driver) && sysfs_is_real())
		run_modprobe(driver);
	if (has_driver(driver))
		return 0;
	return reason_set(reason, -ENXIO,
			  "this kernel has no %s driver loaded: modprobe %s as root (it needs %s)",
			  driver, driver,
			  options->driver ? "CONFIG_DMA_MAP_BENCHMARK" : "CONFIG_VFIO_PCI");
}

static int bind_one(struct journal *journal, const struct pci_device *device,
		    const struct bind_options *options, struct reason *reason)
{
	const char *driver = driver_of(options);
	int ret;

	if (!strcmp(device->driver, driver))
		return 0;
	/* In this order, so that undone in reverse the old driver is asked last. */
	ret = change(journal, device->bdf, "driver", PCI_NO_DRIVER, options, reason);
	if (!ret)
		ret = change(journal, device->bdf, "driver_override", driver, options, reason);
	if (!ret)
		ret = change(journal, device->bdf, "driver", driver, options, reason);
	if (ret == -ENODEV)
		return reason_set(reason, -ENXIO, "%s: %s did not take it: see dmesg", device->bdf,
				  driver);
	return ret;
}

/* ---- a device and its group ---- */

/* A device that the system uses is left alone, unless --force overrides that. */
static int check_free(const struct pci_device *device, const struct bind_options *options,
		      struct reason *reason)
{
	struct reason why = { "" };
	int ret = pci_is_bridge(device) ? 0 : usage_check(device, &why);

	if (!ret)
		return 0;
	if (!options->force || ret != -EBUSY)
		return reason_set(reason, ret, "%s", why.text);
	if (options->warnings)
		text_add(options->warnings, "%s: taken all the same\n", why.text);
	return 0;
}

static int check_members(const struct pci_device *members, size_t count, const char *bdf,
			 const struct bind_options *options, struct reason *reason)
{
	for (size_t i = 0; i < count; i++) {
		struct reason why = { "" };
		int ret = check_free(&members[i], options, &why);

		if (!ret)
			continue;
		if (!strcmp(members[i].bdf, bdf))
			return reason_set(reason, ret, "%s", why.text);
		return reason_set(reason, ret, "%s: shares IOMMU group %d with %.300s", bdf,
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

const char *bind_iommu_advice(const char *machine)
{
	struct utsname here;

	if (!machine && !uname(&here))
		machine = here.machine;
	if (machine && !strcmp(machine, "aarch64"))
		return "switch the SMMU on in the firmware; before Linux 6.16 a device joins its "
		       "group when a driver is first tried on it: echo vfio-pci >" SYSFS_DEVICE
		       "driver_override and echo BDF >/sys/bus/pci/drivers_probe";
	return "switch the IOMMU on in the firmware and boot with intel_iommu=on or amd_iommu=on";
}

static int check_group(const struct pci_device *device, struct reason *reason)
{
	if (pci_is_bridge(device))
		return reason_set(reason, -EINVAL, "%s: is a bridge, which VFIO cannot take",
				  device->bdf);
	if (device->noiommu)
		return reason_set(
			reason, -ENODEV,
			"%s: VFIO has it without an IOMMU (noiommu), where nothing can be "
			"mapped: switch the IOMMU on in the firmware",
			device->bdf);
	if (device->group < 0)
		return reason_set(reason, -ENODEV, "%s: has no IOMMU group: %s", device->bdf,
				  bind_iommu_advice(NULL));
	return 0;
}

static int bind_device(struct journal *journal, const struct pci_device *device,
		       const struct bind_options *options, struct reason *reason)
{
	struct pci_device *members;
	size_t count;
	int ret = pci_group(device->group, &members, &count);

	if (ret)
		return reason_set(reason, ret, "%s: cannot read IOMMU group %d: %s", device->bdf,
				  device->group, strerror(-ret));
	ret = check_members(members, count, device->bdf, options, reason);
	if (!ret && !options->plan)
		ret = need_driver(options, reason);
	if (!ret)
		ret = bind_members(journal, members, count, options, reason);
	free(members);
	return ret;
}

/* ---- virtual functions ---- */

static int check_functions(const struct pci_device *pf, unsigned int count, struct reason *reason)
{
	if (!pf->max_vfs)
		return reason_set(reason, -EINVAL, "%s: has no virtual functions (SR-IOV)",
				  pf->bdf);
	if (count > pf->max_vfs)
		return reason_set(reason, -EINVAL, "%s: has at most %u virtual functions, not %u",
				  pf->bdf, pf->max_vfs, count);
	if (pf->nr_vfs && pf->nr_vfs != count)
		return reason_set(
			reason, -EBUSY,
			"%s: has %u virtual functions already: ask for as many, or remove "
			"them first (dmabench unbind, or whoever made them)",
			pf->bdf, pf->nr_vfs);
	if (!strcmp(pf->driver, PCI_NO_DRIVER))
		return reason_set(reason, -ENXIO,
				  "%s: has no driver, and its driver makes the virtual functions",
				  pf->bdf);
	return 0;
}

static int create_functions(struct journal *journal, const struct pci_device *pf,
			    const struct bind_options *options, struct reason *reason)
{
	char number[16];
	int ret;

	snprintf(number, sizeof(number), "%u", options->nr_functions);
	/* They are for VFIO: no other driver should start them first. */
	ret = change(journal, pf->bdf, "sriov_drivers_autoprobe", "0", options, reason);
	if (!ret)
		ret = change(journal, pf->bdf, "sriov_numvfs", number, options, reason);
	if (ret == -ENOENT || ret == -EOPNOTSUPP)
		return reason_set(reason, ret, "%s: its driver %s makes no virtual functions",
				  pf->bdf, pf->driver);
	return ret;
}

/* Functions that do not exist yet are bound like others afterwards, but have no driver before. */
static void plan_function(const char *bdf, const struct bind_options *options)
{
	const char *driver = driver_of(options);
	char path[512];

	setting_describe(pci_path(bdf, "driver_override", path, sizeof(path)), driver,
			 options->plan);
	setting_describe(pci_path(bdf, "driver", path, sizeof(path)), driver, options->plan);
}

static int bind_function(struct journal *journal, const char *bdf,
			 const struct bind_options *options, struct reason *reason)
{
	struct pci_device function;
	int ret = pci_read(bdf, &function, reason);

	if (!ret)
		ret = check_group(&function, reason);
	return ret ? ret : bind_device(journal, &function, options, reason);
}

static int plan_functions(const struct pci_device *pf, const struct bind_options *options,
			  struct reason *reason)
{
	char bdf[PCI_BDF];
	int ret = 0;

	for (unsigned int i = 0; i < options->nr_functions && !ret; i++) {
		if (pci_nth_function(pf, i, bdf))
			return 0; /* an old kernel: it does not tell where they will be */
		if (pf->nr_vfs)
			ret = bind_function(NULL, bdf, options, reason);
		else
			plan_function(bdf, options);
	}
	return ret;
}

static int bind_all_of(struct journal *journal, const struct pci_device *pf,
		       const struct bind_options *options, struct reason *reason)
{
	struct pci_device function;
	char(*bdfs)[PCI_BDF];
	size_t count;
	int ret = pci_list(&bdfs, &count);

	if (ret)
		return ret;
	for (size_t i = 0; !ret && i < count; i++)
		if (!pci_read(bdfs[i], &function, NULL) && !strcmp(function.pf, pf->bdf))
			ret = bind_function(journal, bdfs[i], options, reason);
	free(bdfs);
	return ret;
}

static int bind_functions(struct journal *journal, const struct pci_device *pf,
			  const struct bind_options *options, struct reason *reason)
{
	int ret = check_functions(pf, options->nr_functions, reason);

	if (!ret && !options->plan)
		ret = need_driver(options, reason);
	if (!ret)
		ret = create_functions(journal, pf, options, reason);
	if (ret)
		return ret;
	return options->plan ? plan_functions(pf, options, reason)
			     : bind_all_of(journal, pf, options, reason);
}

/* ---- several devices ---- */

static int bind_named(struct journal *journal, const char *bdf, const struct bind_options *options,
		      struct reason *reason)
{
	struct pci_device device;
	int ret = pci_read(bdf, &device, reason);

	if (!ret)
		ret = check_group(&device, reason);
	if (ret)
		return ret;
	return options->nr_functions ? bind_functions(journal, &device, options, reason)
				     : bind_device(journal, &device, options, reason);
}

/* Devices of one group were bound together with the first of them. */
static bool is_done(const char (*bdfs)[PCI_BDF], size_t i, const struct bind_options *options)
{
	struct pci_device earlier, device;

	if (pci_read(bdfs[i], &device, NULL))
		return false;
	for (size_t j = 0; j < i; j++)
		if (!pci_read(bdfs[j], &earlier, NULL) &&
		    (options->nr_functions ? !strcmp(earlier.bdf, device.bdf)
					   : earlier.group == device.group))
			return true;
	return false;
}

/* A plan that could not be written down in full is an error. */
static bool is_cut(const struct text *text)
{
	return text && text->failed;
}

/* After an error its own changes are put back; those from before stay. */
int bind_devices(struct journal *journal, const char (*bdfs)[PCI_BDF], size_t count,
		 const struct bind_options *options, struct reason *reason)
{
	struct reason why = { "" }, rest = { "" };
	struct journal_mark mark = { 0 };
	int ret = 0;

	if (!options->plan)
		mark = journal_mark(journal);
	for (size_t i = 0; i < count && !ret; i++)
		if (!is_done(bdfs, i, options))
			ret = bind_named(journal, bdfs[i], options, &why);
	if (!ret && (is_cut(options->plan) || is_cut(options->warnings)))
		ret = -ENOMEM;
	if (!ret)
		return 0;
	if (!options->plan && journal_rewind_to(journal, &mark, &rest))
		return reason_set(reason, ret, "%.300s; then %.150s (dmabench restore)", why.text,
				  rest.text);
	return why.text[0] ? reason_set(reason, ret, "%s", why.text) : ret;
}
