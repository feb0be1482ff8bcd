/*
 * bringup - brings a device up as a VMM does it, phase by phase, and takes the time of each.
 *
 * Each device has a container of its own, unless it shares an IOMMU group: devices of one group
 * share that group's descriptor and container, which the first of them opens.
 *
 * With iommu=iommufd it is the device's character device that is opened first, and /dev/iommu
 * stands for the container; the kernel resets the device as it is bound to that ("open"), and only
 * then it is attached to an address space ("attach").
 */
#ifndef VFIO_BRINGUP_H
#define VFIO_BRINGUP_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/vfio.h>

#include "vfio/device.h"
#include "pci/device.h"

enum bringup_phase {
	BRINGUP_GROUP, /* opening the group, or the character device and /dev/iommu */
	BRINGUP_ATTACH, /* a container, the group into it, and its IOMMU; or an address space */
	BRINGUP_OPEN, /* the device's descriptor; the kernel resets the device here */
	BRINGUP_INFO, /* what device, regions and interrupts are */
	BRINGUP_RESET, /* asked for once more, as a machine's reset does */
	BRINGUP_MMAP, /* all BARs that can be mapped */
	BRINGUP_IRQ, /* interrupts: MSI-X, else MSI, else INTx */
	BRINGUP_PHASES,
};

extern const char *const bringup_phase_names[BRINGUP_PHASES];

/* Of one device that are set up: a CPU has about 200 for all devices. */
#define BRINGUP_MAX_VECTORS 16
#define BRINGUP_MAX_MAPS (PCI_BARS * VFIO_MAX_AREAS)

struct bringup_group {
	int number, fd, container; /* -1: closed */
	uint32_t ioas; /* 0: there is none */
	size_t users;
	pthread_mutex_t lock; /* held while its descriptors come and go */
};

struct bringup {
	const struct iommu_mode *mode;
	struct vfio_device device;
	struct bringup_group *group;
	bool in_group; /* it is one of the group's users */
	bool with_reset;
	struct vfio_region bars[PCI_BARS];
	struct {
		void *addr;
		uint64_t size_bytes;
	} maps[BRINGUP_MAX_MAPS];
	size_t nr_maps;
	uint32_t irq_index, nr_vectors;
	int eventfd; /* where all vectors go */
	volatile int phase; /* the one that it is in: others read it while they wait */
	uint64_t start, end; /* of all phases that were begun */
	uint64_t ticks[BRINGUP_PHASES]; /* each from the end of the one before */
};

/*
 * Prepares to bring up @count devices. @groups has room for a group each; devices of one IOMMU group
 * share an element. 0 or -errno.
 */
int bringup_init(struct bringup *bringups, struct bringup_group *groups,
		 const struct iommu_mode *mode, const struct pci_device *devices, size_t count,
		 bool with_reset);
void bringup_release(struct bringup *bringups, size_t count);

/*
 * Goes through all phases. 0 or -errno: then `phase` tells which one failed, and bringup_close() is
 * still to be called.
 */
int bringup_open(struct bringup *bringup);

/* Closes mappings, the device, and after its last device the group. Takes a half-open one. */
void bringup_close(struct bringup *bringup);

/* Writes "open: Device or resource busy (...)", with the way out where there is one. */
const char *bringup_explain(const struct bringup *bringup, int error, char *text, size_t room);

#endif
