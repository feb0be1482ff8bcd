/*
 * fake_device - devices behind fake_vfio.h: a memfd is a device's descriptor, with a region at
 * each multiple of FAKE_REGION and configuration space among them.
 *
 * All devices answer alike, but for the one that fails or hangs. A BAR is memory: writing to it
 * faults in a page at a time, as a kernel does that enters device memory by pages.
 */
#ifndef FAKE_DEVICE_H
#define FAKE_DEVICE_H

#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "base/units.h"
#include "pci/device.h"
#include "unit.h"

#define FAKE_REGION (1ULL << 40)
#define FAKE_POWER_AT 0x60
#define FAKE_AREAS 4

struct fake_bar {
	uint64_t size_bytes; /* 0: there is none */
	bool unmappable;
	struct vfio_region_sparse_mmap_area areas[FAKE_AREAS]; /* none: all of it */
	uint32_t nr_areas;
};

static struct {
	struct fake_bar bars[PCI_BARS];
	bool cannot_reset, decoding_off;
	unsigned int power_state;
	/* what goes wrong: an errno of the call */
	int open_error, info_error, region_error, reset_error, irqs_error;
	const char *only; /* whose opening fails or hangs; NULL: each device's */
	unsigned int hang_ms; /* before it is opened */
	/* what it saw */
	unsigned int opened, resets;
	int last; /* a second descriptor of the last one opened; 0: none */
} fake_device;

/* One with a BAR 0 of a page and a BAR 2 of 2 MiB. */
static inline void fake_device_reset(void)
{
	if (fake_device.last)
		close(fake_device.last);
	memset(&fake_device, 0, sizeof(fake_device));
	fake_device.bars[0].size_bytes = 4 * KIB;
	fake_device.bars[2].size_bytes = 2 * MIB;
}

static inline bool fake_device_is_meant(const char *bdf)
{
	return !fake_device.only || !strcmp(fake_device.only, bdf);
}

/* A byte of the configuration space of the device that was opened last. */
static inline unsigned int fake_device_config(unsigned int offset)
{
	unsigned char byte = 0xff;

	if (pread(fake_device.last, &byte, 1,
		  (off_t)(VFIO_PCI_CONFIG_REGION_INDEX * FAKE_REGION + offset)) != 1)
		abort();
	return byte;
}

static inline void fake_device_configure(int fd)
{
	unsigned char config[256] = { 0 };

	config[PCI_COMMAND] = fake_device.decoding_off ? 0 : PCI_COMMAND_MEMORY;
	config[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	config[PCI_CAPABILITY_LIST] = FAKE_POWER_AT;
	config[FAKE_POWER_AT] = PCI_CAP_ID_PM;
	config[FAKE_POWER_AT + PCI_PM_CTRL] = (unsigned char)fake_device.power_state;
	if (pwrite(fd, config, sizeof(config),
		   (off_t)(VFIO_PCI_CONFIG_REGION_INDEX * FAKE_REGION)) != sizeof(config))
		abort();
}

static inline int fake_device_open(const char *bdf, int *ret_fd)
{
	int fd;

	fake_device.opened++;
	if (fake_device.open_error && fake_device_is_meant(bdf))
		return fake_device.open_error;
	fd = memfd_create(bdf, MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, (off_t)(VFIO_PCI_NUM_REGIONS * FAKE_REGION)))
		abort();
	fake_device_configure(fd);
	if (fake_device.last)
		close(fake_device.last);
	fake_device.last = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	*ret_fd = fd;
	return 0;
}

static inline void fake_device_areas(const struct fake_bar *bar, struct vfio_region_info *info)
{
	struct vfio_region_info_cap_sparse_mmap *cap = (void *)(info + 1);

	info->flags |= VFIO_REGION_INFO_FLAG_CAPS;
	info->cap_offset = sizeof(*info);
	cap->header.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP;
	cap->nr_areas = bar->nr_areas;
	memcpy(cap->areas, bar->areas, bar->nr_areas * sizeof(bar->areas[0]));
}

static inline int fake_device_region(struct vfio_region_info *info)
{
	const struct fake_bar *bar = info->index < PCI_BARS ? &fake_device.bars[info->index] : NULL;

	if (fake_device.region_error && bar)
		return fake_device.region_error;
	info->offset = info->index * FAKE_REGION;
	info->size = bar ? bar->size_bytes : 256;
	if (!bar || !bar->size_bytes)
		return 0;
	info->flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	if (!bar->unmappable)
		info->flags |= VFIO_REGION_INFO_FLAG_MMAP;
	if (bar->nr_areas)
		fake_device_areas(bar, info);
	return 0;
}

static inline int fake_device_info(struct vfio_device_info *info)
{
	info->flags = VFIO_DEVICE_FLAGS_PCI;
	if (!fake_device.cannot_reset)
		info->flags |= VFIO_DEVICE_FLAGS_RESET;
	info->num_regions = VFIO_PCI_NUM_REGIONS;
	info->num_irqs = VFIO_PCI_NUM_IRQS;
	return fake_device.info_error;
}

static inline int fake_device_irqs(struct vfio_irq_info *info)
{
	info->flags = VFIO_IRQ_INFO_EVENTFD;
	info->count = info->index == VFIO_PCI_MSIX_IRQ_INDEX ? 3 : 0;
	return 0;
}

/* Before any lock is taken, as in a kernel that waits for one device alone. */
static inline void fake_device_wait(unsigned long request, const void *argument)
{
	if (request == VFIO_GROUP_GET_DEVICE_FD && fake_device.hang_ms &&
	    fake_device_is_meant(argument))
		usleep(fake_device.hang_ms * 1000);
}

/* An errno, or 0. */
static inline int fake_device_answer(unsigned long request, void *argument)
{
	switch (request) {
	case VFIO_DEVICE_GET_INFO:
		return fake_device_info(argument);
	case VFIO_DEVICE_GET_REGION_INFO:
		return fake_device_region(argument);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return fake_device_irqs(argument);
	case VFIO_DEVICE_SET_IRQS:
		return fake_device.irqs_error;
	case VFIO_DEVICE_RESET:
		fake_device.resets++;
		return fake_device.reset_error;
	}
	return ENOTTY;
}

#endif
