/*
 * fake_vfio - a kernel's VFIO behind /dev/vfio, which answers as it is told: for what stands
 * before the kernel to be tried without a device.
 *
 * open(2) and ioctl(2) are stood in for; what is no part of VFIO goes on to the kernel. Mappings
 * are kept, so that a wrong one is refused as the kernel would.
 *
 * Include it in one .c file of a test.
 */
#ifndef FAKE_VFIO_H
#define FAKE_VFIO_H

#include <linux/vfio.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "base/units.h"
#include "fake_device.h"
#include "unit.h"

#define FAKE_FDS 1024
#define FAKE_MAPPINGS 4096

struct fake_range {
	uint64_t start, end;
};

static struct {
	/* what it answers: an errno, 0 where all is well */
	int container_error, group_error, status_error, join_error, set_error, info_error;
	bool not_viable, no_unmap_all;
	struct fake_range ranges[4];
	size_t nr_ranges;
	bool no_ranges; /* a kernel before 5.4 */
	uint32_t mappings_left; /* 0: it does not tell */
	uint64_t page_sizes;
	/* of the calls from the Nth on, counted from 1; 0: none */
	unsigned int map_fails_at, unmap_fails_at;
	int map_error, unmap_error;
	bool map_fails_once;
	bool unmaps_less;
	/* what it saw */
	unsigned long iommu_type;
	unsigned int maps, unmaps, all_unmaps, opened;
	uint32_t last_flags;
	int last_group;
	char kinds[FAKE_FDS]; /* of descriptors: 'c'ontainer, 'g'roup, 'd'evice */
	struct {
		int fd;
		uint64_t iova, size;
	} mappings[FAKE_MAPPINGS];
	size_t nr_mappings;
} fake_vfio;

static pthread_mutex_t fake_vfio_lock = PTHREAD_MUTEX_INITIALIZER;

/* As an Intel machine: the window of interrupts is a hole. */
static inline void fake_vfio_reset(void)
{
	memset(&fake_vfio, 0, sizeof(fake_vfio));
	fake_device_reset();
	fake_vfio.ranges[0] = (struct fake_range){ 0, 0xfedfffff };
	fake_vfio.ranges[1] = (struct fake_range){ 0xfef00000, (1ULL << 48) - 1 };
	fake_vfio.nr_ranges = 2;
	fake_vfio.mappings_left = 65535;
	fake_vfio.page_sizes = 4 * KIB | 2 * MIB | GIB;
}

/* Descriptors of VFIO that are open still. */
static inline size_t fake_vfio_open_fds(void)
{
	size_t count = 0;

	for (int fd = 0; fd < FAKE_FDS; fd++)
		count += fake_vfio.kinds[fd] && fcntl(fd, F_GETFD) >= 0;
	return count;
}

static inline bool fake_overlaps(int fd, uint64_t iova, uint64_t size)
{
	for (size_t i = 0; i < fake_vfio.nr_mappings; i++)
		if (fake_vfio.mappings[i].fd == fd &&
		    iova < fake_vfio.mappings[i].iova + fake_vfio.mappings[i].size &&
		    fake_vfio.mappings[i].iova < iova + size)
			return true;
	return false;
}

static inline bool fake_is_valid(uint64_t iova, uint64_t size)
{
	for (size_t i = 0; i < fake_vfio.nr_ranges; i++)
		if (iova >= fake_vfio.ranges[i].start && iova + size - 1 <= fake_vfio.ranges[i].end)
			return size && !((iova | size) & (4 * KIB - 1));
	return false;
}

static inline int fake_map(int fd, const struct vfio_iommu_type1_dma_map *args)
{
	fake_vfio.maps++;
	fake_vfio.last_flags = args->flags;
	if (fake_vfio.map_fails_at &&
	    (fake_vfio.map_fails_once ? fake_vfio.maps == fake_vfio.map_fails_at
				      : fake_vfio.maps >= fake_vfio.map_fails_at))
		return fake_vfio.map_error;
	if (!fake_is_valid(args->iova, args->size) || !args->vaddr)
		return EINVAL;
	if (fake_overlaps(fd, args->iova, args->size))
		return EEXIST;
	if (fake_vfio.nr_mappings == FAKE_MAPPINGS)
		return ENOSPC;
	fake_vfio.mappings[fake_vfio.nr_mappings].fd = fd;
	fake_vfio.mappings[fake_vfio.nr_mappings].iova = args->iova;
	fake_vfio.mappings[fake_vfio.nr_mappings++].size = args->size;
	return 0;
}

/* Drops what lies within; returns how much that was. */
static inline uint64_t fake_drop(int fd, uint64_t iova, uint64_t size)
{
	uint64_t dropped = 0;
	size_t kept = 0;

	for (size_t i = 0; i < fake_vfio.nr_mappings; i++) {
		bool within = fake_vfio.mappings[i].fd == fd &&
			      fake_vfio.mappings[i].iova >= iova &&
			      fake_vfio.mappings[i].iova - iova < size;

		if (within)
			dropped += fake_vfio.mappings[i].size;
		else
			fake_vfio.mappings[kept++] = fake_vfio.mappings[i];
	}
	fake_vfio.nr_mappings = kept;
	return dropped;
}

static inline int fake_unmap(int fd, struct vfio_iommu_type1_dma_unmap *args)
{
	fake_vfio.unmaps++;
	if (fake_vfio.unmap_fails_at && fake_vfio.unmaps >= fake_vfio.unmap_fails_at)
		return fake_vfio.unmap_error;
	if (args->flags & VFIO_DMA_UNMAP_FLAG_ALL) {
		fake_vfio.all_unmaps++;
		args->size = fake_drop(fd, 0, UINT64_MAX);
	} else {
		args->size = fake_drop(fd, args->iova, args->size);
	}
	if (fake_vfio.unmaps_less)
		args->size /= 2;
	return 0;
}

/* Capabilities as the kernel chains them: the ranges, then how many mappings are left. */
static inline int fake_info(struct vfio_iommu_type1_info *info)
{
	struct vfio_iommu_type1_info_cap_iova_range *ranges =
		(void *)((char *)info + sizeof(*info));
	size_t length = sizeof(*ranges) + fake_vfio.nr_ranges * sizeof(ranges->iova_ranges[0]);
	struct vfio_iommu_type1_info_dma_avail *avail = (void *)((char *)ranges + length);

	if (fake_vfio.info_error)
		return fake_vfio.info_error;
	info->flags = VFIO_IOMMU_INFO_PGSIZES;
	info->iova_pgsizes = fake_vfio.page_sizes;
	if (fake_vfio.no_ranges)
		return 0;
	info->flags |= VFIO_IOMMU_INFO_CAPS;
	info->cap_offset = sizeof(*info);
	ranges->header.id = VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE;
	ranges->nr_iovas = (uint32_t)fake_vfio.nr_ranges;
	for (size_t i = 0; i < fake_vfio.nr_ranges; i++) {
		ranges->iova_ranges[i].start = fake_vfio.ranges[i].start;
		ranges->iova_ranges[i].end = fake_vfio.ranges[i].end;
	}
	if (!fake_vfio.mappings_left)
		return 0;
	ranges->header.next = (uint32_t)(sizeof(*info) + length);
	avail->header.id = VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL;
	avail->avail = fake_vfio.mappings_left;
	return 0;
}

static inline int fake_status(struct vfio_group_status *status)
{
	status->flags = fake_vfio.not_viable ? 0 : VFIO_GROUP_FLAGS_VIABLE;
	return fake_vfio.status_error;
}

static inline int fake_open_device(const char *bdf, int *ret_fd)
{
	int error = fake_device_open(bdf, ret_fd);

	if (!error && (*ret_fd >= FAKE_FDS || fake_device.last >= FAKE_FDS))
		abort();
	if (error)
		return error;
	fake_vfio.kinds[*ret_fd] = 'd';
	fake_vfio.kinds[fake_device.last] = 0; /* a device's no more, or never */
	return 0;
}

/* An errno, or 0; a question's answer goes to @ret_answer. */
static inline int fake_answer(int fd, unsigned long request, void *argument, int *ret_answer)
{
	switch (request) {
	case VFIO_GROUP_GET_STATUS:
		return fake_status(argument);
	case VFIO_GROUP_SET_CONTAINER:
		return fake_vfio.join_error;
	case VFIO_GROUP_GET_DEVICE_FD:
		return fake_open_device(argument, ret_answer);
	case VFIO_SET_IOMMU:
		fake_vfio.iommu_type = (unsigned long)argument;
		return fake_vfio.set_error;
	case VFIO_IOMMU_GET_INFO:
		return fake_info(argument);
	case VFIO_CHECK_EXTENSION:
		*ret_answer = !fake_vfio.no_unmap_all;
		return 0;
	case VFIO_IOMMU_MAP_DMA:
		return fake_map(fd, argument);
	case VFIO_IOMMU_UNMAP_DMA:
		return fake_unmap(fd, argument);
	}
	return fake_device_answer(request, argument);
}

int ioctl(int fd, unsigned long request, ...)
{
	int answer = 0, error;
	void *argument;
	va_list args;

	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	if (fd < 0 || fd >= FAKE_FDS || !fake_vfio.kinds[fd])
		return (int)syscall(SYS_ioctl, fd, request, argument);
	fake_device_wait(request, argument);
	pthread_mutex_lock(&fake_vfio_lock);
	error = fake_answer(fd, request, argument, &answer);
	pthread_mutex_unlock(&fake_vfio_lock);
	errno = error;
	return error ? -1 : answer;
}

/* What an older container of this number had mapped went when it was closed. */
static inline int fake_open(const char *path)
{
	bool is_container = !strcmp(path, "/dev/vfio/vfio");
	int error = is_container ? fake_vfio.container_error : fake_vfio.group_error;
	int fd = error ? -1 : memfd_create(path, MFD_CLOEXEC);

	if (error) {
		errno = error;
		return -1;
	}
	if (fd < 0 || fd >= FAKE_FDS)
		abort();
	fake_vfio.opened++;
	fake_vfio.last_group = (int)strtol(path + strlen("/dev/vfio/"), NULL, 10);
	fake_vfio.kinds[fd] = is_container ? 'c' : 'g';
	fake_drop(fd, 0, UINT64_MAX);
	return fd;
}

int open(const char *path, int flags, ...)
{
	unsigned int mode;
	va_list args;
	int fd;

	va_start(args, flags);
	mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, unsigned int) : 0;
	va_end(args);
	if (!strncmp(path, "/dev/vfio/", strlen("/dev/vfio/")))
		return fake_open(path);
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	if (fd >= 0 && fd < FAKE_FDS)
		fake_vfio.kinds[fd] = 0; /* whatever had this number is closed */
	return fd;
}

#endif
