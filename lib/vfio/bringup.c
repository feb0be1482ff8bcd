#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "iommu/group.h"
#include "iommu/iommufd.h"
#include "vfio/bringup.h"

const char *const bringup_phase_names[BRINGUP_PHASES] = {
	[BRINGUP_GROUP] = "group", [BRINGUP_ATTACH] = "attach", [BRINGUP_OPEN] = "open",
	[BRINGUP_INFO] = "info",   [BRINGUP_RESET] = "reset",	[BRINGUP_MMAP] = "mmap",
	[BRINGUP_IRQ] = "irq",
};

/* ---- before and after ---- */

static struct bringup_group *find_group(struct bringup_group *groups, size_t count, int number)
{
	for (size_t i = 0; i < count; i++)
		if (groups[i].number == number)
			return &groups[i];
	return NULL;
}

int bringup_init(struct bringup *bringups, struct bringup_group *groups,
		 const struct iommu_mode *mode, const struct pci_device *devices, size_t count,
		 bool with_reset)
{
	size_t nr_groups = 0;
	int ret = 0;

	for (size_t i = 0; i < count; i++) {
		struct bringup_group *group = find_group(groups, nr_groups, devices[i].group);

		if (!group) {
			group = &groups[nr_groups++];
			*group = (struct bringup_group){ .number = devices[i].group,
							 .fd = -1,
							 .container = -1 };
			pthread_mutex_init(&group->lock, NULL);
		}
		bringups[i] = (struct bringup){
			.mode = mode,
			.device = { .pci = devices[i], .fd = -1 },
			.group = group,
			.with_reset = with_reset,
			.eventfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
		};
		if (bringups[i].eventfd < 0)
			ret = -errno;
	}
	return ret;
}

void bringup_release(struct bringup *bringups, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (bringups[i].eventfd >= 0)
			close(bringups[i].eventfd);
		bringups[i].eventfd = -1;
	}
}

/* ---- the phases: through a group ---- */

/* Keeps an open descriptor in @ret_fd, or returns the error that stands in its place. */
static int keep_descriptor(int fd, int *ret_fd)
{
	if (fd < 0)
		return fd;
	*ret_fd = fd;
	return 0;
}

static int open_group(struct bringup *b)
{
	struct bringup_group *group = b->group;
	int ret = 0;

	pthread_mutex_lock(&group->lock);
	if (group->fd < 0)
		ret = keep_descriptor(group_open(group->number), &group->fd);
	if (!ret) {
		group->users++;
		b->in_group = true;
	}
	pthread_mutex_unlock(&group->lock);
	return ret;
}

static int make_container(struct bringup_group *group, const struct iommu_mode *mode)
{
	int fd = iommu_open_path(mode), ret;

	if (fd < 0)
		return fd;
	ret = group_join(group->fd, fd);
	if (!ret)
		ret = container_set_iommu(fd, mode);
	if (ret) {
		close(fd);
		return ret;
	}
	group->container = fd;
	return 0;
}

static int attach(struct bringup *b)
{
	int ret = 0;

	pthread_mutex_lock(&b->group->lock);
	if (b->group->container < 0)
		ret = make_container(b->group, b->mode);
	pthread_mutex_unlock(&b->group->lock);
	return ret;
}

static int open_device(struct bringup *b)
{
	return keep_descriptor(group_open_device(b->group->fd, &b->device.pci), &b->device.fd);
}

/* ---- through a character device ---- */

static int open_cdev(struct bringup *b)
{
	struct bringup_group *group = b->group;
	int ret = 0;

	pthread_mutex_lock(&group->lock);
	if (group->container < 0)
		ret = keep_descriptor(iommu_open_path(b->mode), &group->container);
	if (!ret) {
		group->users++;
		b->in_group = true;
	}
	pthread_mutex_unlock(&group->lock);
	if (ret)
		return ret;
	return keep_descriptor(iommufd_open_cdev(&b->device.pci), &b->device.fd);
}

static int bind_cdev(struct bringup *b)
{
	return iommufd_bind(b->group->container, b->device.fd);
}

static int attach_cdev(struct bringup *b)
{
	struct bringup_group *group = b->group;
	int ret = 0;

	pthread_mutex_lock(&group->lock);
	if (!group->ioas)
		ret = iommufd_alloc(group->container, &group->ioas);
	pthread_mutex_unlock(&group->lock);
	return ret ? ret : iommufd_attach(group->ioas, b->device.fd);
}

/* ---- once the device is open ---- */

/* Chooses the best kind of interrupt that the device has. */
static int read_irqs(struct bringup *b)
{
	static const uint32_t kinds[] = { VFIO_PCI_MSIX_IRQ_INDEX, VFIO_PCI_MSI_IRQ_INDEX,
					  VFIO_PCI_INTX_IRQ_INDEX };

	b->nr_vectors = 0;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && !b->nr_vectors; i++) {
		struct vfio_irq_info args = { .argsz = sizeof(args), .index = kinds[i] };

		if (ioctl(b->device.fd, VFIO_DEVICE_GET_IRQ_INFO, &args))
			return -errno;
		b->irq_index = kinds[i];
		if (args.flags & VFIO_IRQ_INFO_EVENTFD)
			b->nr_vectors = args.count;
	}
	if (b->nr_vectors > BRINGUP_MAX_VECTORS)
		b->nr_vectors = BRINGUP_MAX_VECTORS;
	return 0;
}

static int read_info(struct bringup *b)
{
	int ret = vfio_device_read_info(&b->device);

	for (uint32_t i = 0; i < PCI_BARS && !ret; i++)
		ret = vfio_region_read(b->device.fd, i, &b->bars[i]);
	return ret ? ret : read_irqs(b);
}

static int reset(struct bringup *b)
{
	return b->with_reset && b->device.can_reset ? vfio_device_reset(&b->device) : 0;
}

static int map_area(struct bringup *b, const struct vfio_region *region,
		    const struct vfio_area *area)
{
	int protection = (region->can_read ? PROT_READ : 0) | (region->can_write ? PROT_WRITE : 0);
	void *addr = mmap(NULL, area->size_bytes, protection, MAP_SHARED, b->device.fd,
			  (off_t)(region->fd_offset + area->offset));

	if (addr == MAP_FAILED)
		return -errno;
	b->maps[b->nr_maps].addr = addr;
	b->maps[b->nr_maps++].size_bytes = area->size_bytes;
	return 0;
}

static int map_bars(struct bringup *b)
{
	int ret = 0;

	for (size_t i = 0; i < PCI_BARS; i++)
		for (size_t j = 0; j < b->bars[i].nr_areas && !ret; j++)
			ret = map_area(b, &b->bars[i], &b->bars[i].areas[j]);
	return ret;
}

static int set_irqs(struct bringup *b)
{
	union {
		struct vfio_irq_set set;
		char room[sizeof(struct vfio_irq_set) + BRINGUP_MAX_VECTORS * sizeof(int32_t)];
	} args = { .set = { .flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
			    .index = b->irq_index,
			    .count = b->nr_vectors } };

	if (!b->nr_vectors)
		return 0;
	args.set.argsz = (uint32_t)(sizeof(args.set) + b->nr_vectors * sizeof(int32_t));
	for (uint32_t i = 0; i < b->nr_vectors; i++)
		memcpy(args.set.data + i * sizeof(int32_t), &b->eventfd, sizeof(int32_t));
	return ioctl(b->device.fd, VFIO_DEVICE_SET_IRQS, &args) ? -errno : 0;
}

/* The order of phases: through a group, a device is attached before it is opened; else after. */
struct step {
	enum bringup_phase phase;
	int (*work)(struct bringup *b);
};

#define STEPS_OF_ALL                                                                       \
	{ BRINGUP_INFO, read_info }, { BRINGUP_RESET, reset }, { BRINGUP_MMAP, map_bars }, \
	{                                                                                  \
		BRINGUP_IRQ, set_irqs                                                      \
	}

static const struct step group_steps[BRINGUP_PHASES] = {
	{ BRINGUP_GROUP, open_group },
	{ BRINGUP_ATTACH, attach },
	{ BRINGUP_OPEN, open_device },
	STEPS_OF_ALL,
};

static const struct step cdev_steps[BRINGUP_PHASES] = {
	{ BRINGUP_GROUP, open_cdev },
	{ BRINGUP_OPEN, bind_cdev },
	{ BRINGUP_ATTACH, attach_cdev },
	STEPS_OF_ALL,
};

int bringup_open(struct bringup *b)
{
	const struct step *steps = b->mode->has_cdevs ? cdev_steps : group_steps;
	int ret = 0;

	b->start = b->end = clock_now();
	for (size_t i = 0; i < BRINGUP_PHASES && !ret; i++) {
		uint64_t now;

		b->phase = (int)steps[i].phase;
		ret = steps[i].work(b);
		now = clock_now();
		b->ticks[b->phase] = now - b->end;
		b->end = now;
	}
	return ret;
}

/* ---- the way back ---- */

static void leave_group(struct bringup *b)
{
	struct bringup_group *group = b->group;

	if (!b->in_group)
		return;
	b->in_group = false;
	pthread_mutex_lock(&group->lock);
	if (!--group->users) {
		if (group->fd >= 0)
			close(group->fd);
		if (group->container >= 0)
			close(group->container);
		group->fd = group->container = -1;
		group->ioas = 0;
	}
	pthread_mutex_unlock(&group->lock);
}

void bringup_close(struct bringup *b)
{
	while (b->nr_maps) {
		b->nr_maps--;
		munmap(b->maps[b->nr_maps].addr, b->maps[b->nr_maps].size_bytes);
	}
	vfio_device_close(&b->device);
	leave_group(b);
}

const char *bringup_explain(const struct bringup *b, int error, char *text, size_t room)
{
	const char *hint = "";

	if (error == -EBUSY)
		hint = " (another process has it open)";
	else if (error == -EACCES)
		hint = " (run as root)";
	else if (error == -ENOSPC && b->phase == BRINGUP_IRQ)
		hint = " (the CPUs have no interrupt vector left)";
	else if (error == -ENOENT && b->phase == BRINGUP_GROUP)
		hint = " (dmabench bind gives it to vfio-pci)";
	snprintf(text, room, "%s: %s%s", bringup_phase_names[b->phase], strerror(-error), hint);
	return text;
}
