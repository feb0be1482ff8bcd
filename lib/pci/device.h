/*
 * device - reads what sysfs says of a PCI device and of its IOMMU group.
 */
#ifndef PCI_DEVICE_H
#define PCI_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

#define PCI_BDF 16
#define PCI_BARS 6
#define PCI_MAX_DEVICES 4096
#define PCI_DRIVER_VFIO "vfio-pci"
#define PCI_NO_DRIVER "none"

struct pci_bar {
	uint64_t start, size_bytes, flags; /* size 0: the device has no such BAR */
};

/* Of a BAR's flags. */
enum { PCI_BAR_IO = 0x100, PCI_BAR_PREFETCHABLE = 0x2000, PCI_BAR_64_BIT = 0x100000 };

struct pci_link {
	char speed[32]; /* "8.0 GT/s PCIe"; "" where the device has no such link */
	unsigned int width;
};

struct pci_device {
	char bdf[PCI_BDF]; /* "0000:01:00.0" */
	unsigned int vendor, device, class_code;
	char driver[32]; /* PCI_NO_DRIVER where nothing drives it */
	int group; /* of the IOMMU; -1: none */
	bool noiommu; /* the group stands for no IOMMU: nothing can be mapped */
	char cdev[16]; /* its file in /dev/vfio/devices; "" where VFIO has made none */
	int numa_node; /* -1: unknown */
	char pf[PCI_BDF]; /* of a virtual function: its physical one; else "" */
	unsigned int nr_vfs, max_vfs;
	unsigned int vf_offset, vf_stride; /* from its address to theirs; 0: not told */
	char reset_methods[64];
	struct pci_link link, max_link;
	struct pci_bar bars[PCI_BARS];
};

/* Writes "1:0.0" and "0000:01:00.0" alike as the latter. -EINVAL with the reason. */
int pci_parse_bdf(const char *text, char bdf[PCI_BDF], struct reason *reason);

/* Reads one device. -ENODEV with the reason where there is no such device. */
int pci_read(const char *bdf, struct pci_device *ret_device, struct reason *reason);

/* Finds the address of a physical function's @i-th virtual one; -ENOENT where nothing tells it. */
int pci_nth_function(const struct pci_device *pf, unsigned int i, char bdf[PCI_BDF]);

/* Lists the addresses of all devices, sorted; the caller frees the array. */
int pci_list(char (**ret_bdfs)[PCI_BDF], size_t *ret_count);

/* Lists all devices of an IOMMU group; the caller frees the array. */
int pci_group(int group, struct pci_device **ret_members, size_t *ret_count);

/* Lists all devices that vfio-pci drives; the caller frees the array. */
int pci_list_vfio(struct pci_device **ret_devices, size_t *ret_count);

/* Whether it is a bridge: those belong to groups, but nobody binds or measures them. */
bool pci_is_bridge(const struct pci_device *device);

/* Writes the path of one of the device's files to @path, and returns it. */
const char *pci_path(const char *bdf, const char *file, char *path, size_t room);

#endif
