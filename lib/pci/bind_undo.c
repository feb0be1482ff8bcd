/* Gives devices back: the second half of bind.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "pci/bind.h"
#include "pci/sysfs.h"
#include "pci/usage.h"

/* Of ".../bus/pci/devices/0000:01:00.0/driver": the device, as it is now. */
static bool read_owner(const char *path, struct pci_device *ret_device)
{
	char devices[512], bdf[PCI_BDF];
	size_t length;

	length = strlen(pci_path("", "", devices, sizeof(devices)));
	if (strncmp(path, devices, length))
		return false;
	snprintf(bdf, sizeof(bdf), "%.*s", (int)strcspn(path + length, "/"), path + length);
	return !pci_read(bdf, ret_device, NULL);
}

/* A driver lets go of a device only when nobody has it open: the write would not return. */
static int check_idle(const struct journal *journal, const char *prefix, struct reason *reason)
{
	struct pci_device device;
	const char *path;

	for (size_t i = 0; (path = journal_path(journal, i)); i++) {
		int holder = 0;

		if (text_starts_with(path, prefix) && read_owner(path, &device) &&
		    !strcmp(device.driver, PCI_DRIVER_VFIO))
			holder = usage_holder(&device);
		if (holder)
			return reason_set(reason, -EBUSY,
					  "%s: process %d has it or its group open through VFIO: "
					  "end it first",
					  device.bdf, holder);
	}
	return 0;
}

typedef int on_device(struct journal *journal, const char *bdf, size_t *count,
		      struct reason *reason);

static int check_one(struct journal *journal, const char *bdf, size_t *count, struct reason *reason)
{
	char path[512];

	(void)count;
	return check_idle(journal, pci_path(bdf, "", path, sizeof(path)), reason);
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

/* Virtual functions go before the physical one that makes them; then the rest of the group. */
static bool belongs(const struct pci_device *device, const struct pci_device *to, int round)
{
	if (!round)
		return !strcmp(device->pf, to->bdf);
	return !strcmp(device->bdf, to->bdf) || (to->group >= 0 && device->group == to->group);
}

static int for_all_of(struct journal *journal, const struct pci_device *device, on_device *work,
		      size_t *count, struct reason *reason)
{
	struct pci_device other;
	char(*bdfs)[PCI_BDF];
	size_t nr_bdfs;
	int ret = pci_list(&bdfs, &nr_bdfs);

	if (ret)
		return ret;
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; !ret && i < nr_bdfs; i++)
			if (!pci_read(bdfs[i], &other, NULL) && belongs(&other, device, round))
				ret = work(journal, bdfs[i], count, reason);
	free(bdfs);
	return ret;
}

int bind_undo(struct journal *journal, const char *bdf, size_t *ret_count, struct reason *reason)
{
	struct pci_device device;
	size_t count = 0;
	int ret = pci_read(bdf, &device, reason);

	if (!ret)
		ret = for_all_of(journal, &device, check_one, &count, reason);
	if (!ret)
		ret = for_all_of(journal, &device, undo_one, &count, reason);
	*ret_count = count;
	return ret;
}

int bind_undo_all(struct journal *journal, size_t *ret_count, struct reason *reason)
{
	int ret = check_idle(journal, "", reason);

	*ret_count = 0;
	return ret ? ret : journal_rewind_under(journal, "", ret_count, reason);
}
