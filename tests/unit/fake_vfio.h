/*
 * fake_vfio - a kernel's VFIO behind /dev/vfio, and its iommufd behind /dev/iommu, which answer as
 * they are told: for what stands before the kernel to be tried without a device.
 *
 * open(2) and ioctl(2) are stood in for; what is no part of VFIO goes on to the kernel. Mappings
 * are kept, so that a wrong one is refused as the kernel would; and iommufd refuses to map while
 * no device is attached, where the kernel would take it, and pin nothing.
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
#include "fake_debugfs.h"
#include "fake_device.h"
#include "iommu/iommufd_abi.h"
#include "unit.h"

#define FAKE_FDS 1024
#define FAKE_MAPPINGS 4096
#define FAKE_MAPPERS 8

struct fake_range {
	uint64_t start, end;
};

static struct {
	pthread_mutex_t lock;
	/* what it answers: an errno, 0 where all is well */
	int container_error, group_error, status_error, join_error, set_error, info_error;
	bool not_viable, no_unmap_all;
	struct fake_range ranges[4];
	size_t nr_ranges;
	bool no_ranges; /* a kernel before 5.4 */
	int narrow_group; /* its container has not the first of the ranges; 0: all have it */
	bool narrow_fails; /* nothing can be mapped there */
	int iommu_error, cdev_error, bind_error, attach_error, alloc_error, option_error;
	bool no_map_file; /* a kernel before 6.13 */
	uint32_t mappings_left; /* 0: it does not tell */
	uint64_t page_sizes;
	/* of the calls from the Nth on, counted from 1; 0: none */
	unsigned int map_fails_at, unmap_fails_at;
	int map_error, unmap_error;
	bool map_fails_once;
	bool unmaps_less;
	bool no_dirty_log; /* a kernel before 5.8 */
	bool wants_memory; /* what a process maps has to be in its own address space */
	/* what it saw */
	unsigned long iommu_type;
	int narrow_fd; /* of the container of narrow_group */
	unsigned int maps, unmaps, all_unmaps, opened;
	bool tracks; /* dirty pages */
	uint32_t last_flags;
	int last_group;
	char kinds[FAKE_FDS]; /* of descriptors: 'c'ontainer, 'g'roup, 'i'ommufd, 'd'evice */
	int owner[FAKE_FDS]; /* of a group or device: what it was put into */
	unsigned int file_maps, copies, small_pages, by_process;
	int last_file;
	uint64_t last_file_start, last_copy_source;
	struct {
		int fd;
		uint64_t iova, size;
	} mappings[FAKE_MAPPINGS];
	size_t nr_mappings;
	pid_t mappers[FAKE_MAPPERS]; /* processes that mapped by address, each once */
	size_t nr_mappers;
} __attribute__((aligned(64 << 10))) fake_vfio; /* pages of its own, whatever their size */

/* Processes that are forked share it: what one maps, the others see. */
__attribute__((constructor)) static void fake_vfio_share(void)
{
	if (mmap(&fake_vfio, sizeof(fake_vfio), PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE, -1, 0) != &fake_vfio)
		abort();
}

static inline void fake_vfio_make_lock(void)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&fake_vfio.lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

/* As an Intel machine: the window of interrupts is a hole. */
static inline void fake_vfio_reset(void)
{
	memset(&fake_vfio, 0, sizeof(fake_vfio));
	fake_vfio_make_lock();
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

/* The first of the ranges that a container has. */
static inline size_t fake_first_range(int fd)
{
	return fake_vfio.narrow_group && fd == fake_vfio.narrow_fd;
}

static inline bool fake_is_valid(int fd, uint64_t iova, uint64_t size)
{
	for (size_t i = fake_first_range(fd); i < fake_vfio.nr_ranges; i++)
		if (iova >= fake_vfio.ranges[i].start && iova + size - 1 <= fake_vfio.ranges[i].end)
			return size && !((iova | size) & (4 * KIB - 1));
	return false;
}

/* A device of it is open: only then does iommufd pin what is mapped. */
static inline bool fake_is_attached(int fd)
{
	for (int i = 0; i < FAKE_FDS; i++)
		if (fake_vfio.kinds[i] == 'd' && fake_vfio.owner[i] == fd && fcntl(i, F_GETFD) >= 0)
			return true;
	return false;
}

static inline int fake_map(int fd, uint64_t iova, uint64_t size)
{
	fake_vfio.maps++;
	if (fake_vfio.map_fails_at &&
	    (fake_vfio.map_fails_once ? fake_vfio.maps == fake_vfio.map_fails_at
				      : fake_vfio.maps >= fake_vfio.map_fails_at))
		return fake_vfio.map_error;
	if (fake_vfio.kinds[fd] == 'i' && !fake_is_attached(fd))
		return EIO;
	if (!fake_is_valid(fd, iova, size) || (fake_vfio.narrow_fails && fake_first_range(fd)))
		return EINVAL;
	if (fake_overlaps(fd, iova, size))
		return EEXIST;
	if (fake_vfio.nr_mappings == FAKE_MAPPINGS)
		return ENOSPC;
	fake_vfio.mappings[fake_vfio.nr_mappings].fd = fd;
	fake_vfio.mappings[fake_vfio.nr_mappings].iova = iova;
	fake_vfio.mappings[fake_vfio.nr_mappings++].size = size;
	return 0;
}

/* No page is faulted in for being looked at. */
static inline int fake_map_memory(int fd, uint64_t iova, uint64_t size, uint64_t addr)
{
	unsigned char resident;
	size_t i = 0;

	if (!addr || (fake_vfio.wants_memory && mincore((void *)(uintptr_t)addr, 1, &resident)))
		return EFAULT;
	while (i < fake_vfio.nr_mappers && fake_vfio.mappers[i] != getpid())
		i++;
	if (i == fake_vfio.nr_mappers && i < FAKE_MAPPERS)
		fake_vfio.mappers[fake_vfio.nr_mappers++] = getpid();
	return fake_map(fd, iova, size);
}

static inline int fake_vfio_map(int fd, const struct vfio_iommu_type1_dma_map *args)
{
	fake_vfio.last_flags = args->flags;
	return args->vaddr ? fake_map_memory(fd, args->iova, args->size, args->vaddr) : EINVAL;
}

/* Cuts a mapping in two where it goes on beyond @iova, as iommufd does for type1. */
static inline void fake_cut(int fd, uint64_t iova)
{
	for (size_t i = 0; i < fake_vfio.nr_mappings; i++) {
		uint64_t start = fake_vfio.mappings[i].iova, size = fake_vfio.mappings[i].size;

		if (fake_vfio.mappings[i].fd != fd || iova <= start || iova - start >= size)
			continue;
		if (fake_vfio.nr_mappings == FAKE_MAPPINGS)
			abort();
		fake_vfio.mappings[i].size = iova - start;
		fake_vfio.mappings[fake_vfio.nr_mappings].fd = fd;
		fake_vfio.mappings[fake_vfio.nr_mappings].iova = iova;
		fake_vfio.mappings[fake_vfio.nr_mappings++].size = start + size - iova;
		return;
	}
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

/* Reports all of @size as dirty: what a device that tells nothing may have written. */
static inline int fake_bitmap(const struct vfio_bitmap *bitmap, uint64_t size)
{
	uint64_t bits = size / bitmap->pgsize;

	if (bitmap->pgsize != 4 * KIB || bitmap->size % 8 || bitmap->size * 8 < bits)
		return EINVAL;
	memset(bitmap->data, 0, bitmap->size);
	for (uint64_t i = 0; i < bits; i++)
		((uint64_t *)bitmap->data)[i / 64] |= 1ULL << i % 64;
	return 0;
}

static inline int fake_unmap(int fd, struct vfio_iommu_type1_dma_unmap *args)
{
	uint64_t asked = args->size;

	fake_vfio.unmaps++;
	if (fake_vfio.unmap_fails_at && fake_vfio.unmaps >= fake_vfio.unmap_fails_at)
		return fake_vfio.unmap_error;
	if (args->flags & VFIO_DMA_UNMAP_FLAG_ALL) {
		fake_vfio.all_unmaps++;
		args->size = fake_drop(fd, 0, UINT64_MAX);
	} else {
		if (fake_vfio.kinds[fd] == 'i' && fake_vfio.iommu_type == VFIO_TYPE1_IOMMU) {
			fake_cut(fd, args->iova);
			fake_cut(fd, args->iova + args->size);
		}
		args->size = fake_drop(fd, args->iova, args->size);
	}
	if (fake_vfio.unmaps_less)
		args->size /= 2;
	if (args->flags & VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP)
		return fake_vfio.tracks ? fake_bitmap((void *)args->data, asked) : EINVAL;
	return 0;
}

static inline int fake_dirty_pages(int fd, struct vfio_iommu_type1_dirty_bitmap *args)
{
	struct vfio_iommu_type1_dirty_bitmap_get *get = (void *)args->data;

	if (fake_vfio.no_dirty_log || fake_vfio.kinds[fd] != 'c')
		return ENOTTY;
	if (fake_vfio.iommu_type != VFIO_TYPE1v2_IOMMU)
		return EACCES;
	if (args->flags == VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP)
		return fake_vfio.tracks ? fake_bitmap(&get->bitmap, get->size) : EINVAL;
	fake_vfio.tracks = args->flags == VFIO_IOMMU_DIRTY_PAGES_FLAG_START;
	return 0;
}

/* ---- iommufd ---- */

static inline uint32_t fake_as_vfio(uint32_t flags)
{
	return (flags & IOAS_READABLE ? VFIO_DMA_MAP_FLAG_READ : 0) |
	       (flags & IOAS_WRITEABLE ? VFIO_DMA_MAP_FLAG_WRITE : 0);
}

static inline int fake_ioas_map(int fd, const struct ioas_map *args)
{
	fake_vfio.last_flags = fake_as_vfio(args->flags);
	if (args->size != sizeof(*args) || args->ioas_id != 1 || !(args->flags & IOAS_FIXED_IOVA))
		return EINVAL;
	return fake_map_memory(fd, args->iova, args->length, args->user_va);
}

static inline int fake_ioas_map_file(int fd, const struct ioas_map_file *args)
{
	if (fake_vfio.no_map_file)
		return ENOTTY;
	if (args->size != sizeof(*args) || args->ioas_id != 1 || !(args->flags & IOAS_FIXED_IOVA))
		return EINVAL;
	if (fcntl(args->fd, F_GETFD) < 0)
		return EBADF;
	fake_vfio.file_maps++;
	fake_vfio.last_file = args->fd;
	fake_vfio.last_file_start = args->start;
	return fake_map(fd, args->iova, args->length);
}

/* Of what is mapped there already. */
static inline int fake_ioas_copy(int fd, const struct ioas_copy *args)
{
	if (args->size != sizeof(*args) || args->src_ioas_id != 1 || args->dst_ioas_id != 1 ||
	    !(args->flags & IOAS_FIXED_IOVA))
		return EINVAL;
	if (!fake_overlaps(fd, args->src_iova, args->length))
		return ENOENT;
	fake_vfio.copies++;
	fake_vfio.last_copy_source = args->src_iova;
	return fake_map(fd, args->dst_iova, args->length);
}

static inline int fake_ioas_unmap(int fd, struct ioas_unmap *args)
{
	bool all = !args->iova && args->length == UINT64_MAX;

	fake_vfio.unmaps++;
	fake_vfio.all_unmaps += all;
	if (fake_vfio.unmap_fails_at && fake_vfio.unmaps >= fake_vfio.unmap_fails_at)
		return fake_vfio.unmap_error;
	args->length = fake_drop(fd, args->iova, args->length);
	if (fake_vfio.unmaps_less)
		args->length /= 2;
	return args->length || all ? 0 : ENOENT;
}

static inline int fake_ioas_ranges(struct ioas_iova_ranges *args)
{
	struct ioas_range *ranges = (void *)(uintptr_t)args->allowed_iovas;
	uint32_t room = args->num_iovas;

	args->num_iovas = (uint32_t)fake_vfio.nr_ranges;
	args->out_iova_alignment = 4 * KIB;
	for (uint32_t i = 0; i < args->num_iovas && i < room; i++)
		ranges[i] =
			(struct ioas_range){ fake_vfio.ranges[i].start, fake_vfio.ranges[i].end };
	return fake_vfio.info_error ? fake_vfio.info_error : args->num_iovas > room ? EMSGSIZE : 0;
}

/* Accounting is chosen before there is an address space, leaves before anything is mapped. */
static inline int fake_ioas_option(const struct ioas_option *args)
{
	if (args->option_id == IOAS_RLIMIT_MODE && !args->object_id)
		fake_vfio.by_process += args->val64 == 1;
	else if (args->option_id == IOAS_HUGE_PAGES && args->object_id == 1)
		fake_vfio.small_pages += args->val64 == 0;
	else
		return EINVAL;
	return fake_vfio.option_error;
}

static inline int fake_ioas_alloc(struct ioas_alloc *args)
{
	args->out_ioas_id = 1;
	return fake_vfio.alloc_error;
}

/* ---- devices ---- */

/* A descriptor of that kind; what had its number before is closed. */
static inline void fake_adopt(int fd, char kind, int owner)
{
	if (fd < 0 || fd >= FAKE_FDS)
		abort();
	fake_vfio.kinds[fd] = kind;
	fake_vfio.owner[fd] = owner;
	fake_drop(fd, 0, UINT64_MAX);
}

/* @owner: the container or /dev/iommu that it is attached to; -1: not yet. */
static inline int fake_open_device(const char *name, int owner, int *ret_fd)
{
	int error = fake_device_open(name, ret_fd);

	if (error)
		return error;
	fake_adopt(*ret_fd, 'd', owner);
	if (fake_device.last >= FAKE_FDS)
		abort();
	fake_vfio.kinds[fake_device.last] = 0; /* a device's no more, or never */
	return 0;
}

static inline int fake_cdev_bind(int fd, const struct cdev_bind *args)
{
	if (args->argsz != sizeof(*args) || fake_vfio.kinds[args->iommufd] != 'i')
		return EINVAL;
	if (!fake_vfio.bind_error)
		fake_vfio.owner[fd] = args->iommufd;
	return fake_vfio.bind_error;
}

static inline int fake_cdev_attach(const struct cdev_attach *args)
{
	return args->pt_id == 1 ? fake_vfio.attach_error : ENOENT;
}

static inline int fake_get_device(int group, const char *bdf, int *ret_fd)
{
	if (fake_vfio.attach_error)
		return fake_vfio.attach_error;
	return fake_open_device(bdf, fake_vfio.owner[group], ret_fd);
}

/* ---- the container ---- */

/* Capabilities as the kernel chains them: the ranges, then how many mappings are left. */
static inline int fake_info(int fd, struct vfio_iommu_type1_info *info)
{
	struct vfio_iommu_type1_info_cap_iova_range *ranges =
		(void *)((char *)info + sizeof(*info));
	size_t first = fake_first_range(fd), count = fake_vfio.nr_ranges - first;
	size_t length = sizeof(*ranges) + count * sizeof(ranges->iova_ranges[0]);
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
	ranges->nr_iovas = (uint32_t)count;
	for (size_t i = 0; i < count; i++) {
		ranges->iova_ranges[i].start = fake_vfio.ranges[first + i].start;
		ranges->iova_ranges[i].end = fake_vfio.ranges[first + i].end;
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

static inline int fake_iommufd_answer(int fd, unsigned long request, void *argument)
{
	switch (request) {
	case IOAS_ALLOC:
		return fake_ioas_alloc(argument);
	case IOAS_OPTION:
		return fake_ioas_option(argument);
	case IOAS_IOVA_RANGES:
		return fake_ioas_ranges(argument);
	case IOAS_MAP:
		return fake_ioas_map(fd, argument);
	case IOAS_MAP_FILE:
		return fake_ioas_map_file(fd, argument);
	case IOAS_COPY:
		return fake_ioas_copy(fd, argument);
	case IOAS_UNMAP:
		return fake_ioas_unmap(fd, argument);
	}
	return ENOTTY;
}

/* An errno, or 0; a question's answer goes to @ret_answer. */
static inline int fake_answer(int fd, unsigned long request, void *argument, int *ret_answer)
{
	switch (request) {
	case VFIO_GROUP_GET_STATUS:
		return fake_status(argument);
	case VFIO_GROUP_SET_CONTAINER:
		fake_vfio.owner[fd] = *(int *)argument;
		if (fake_vfio.last_group == fake_vfio.narrow_group)
			fake_vfio.narrow_fd = *(int *)argument;
		return fake_vfio.join_error;
	case VFIO_GROUP_GET_DEVICE_FD:
		return fake_get_device(fd, argument, ret_answer);
	case VFIO_SET_IOMMU:
		fake_vfio.iommu_type = (unsigned long)argument;
		return fake_vfio.set_error;
	case VFIO_IOMMU_GET_INFO:
		return fake_info(fd, argument);
	case VFIO_CHECK_EXTENSION:
		*ret_answer = !fake_vfio.no_unmap_all;
		return 0;
	case VFIO_IOMMU_MAP_DMA:
		return fake_vfio_map(fd, argument);
	case VFIO_IOMMU_DIRTY_PAGES:
		return fake_dirty_pages(fd, argument);
	case VFIO_IOMMU_UNMAP_DMA:
		return fake_unmap(fd, argument);
	case CDEV_BIND:
		return fake_cdev_bind(fd, argument);
	case CDEV_ATTACH:
		return fake_cdev_attach(argument);
	}
	if (fake_vfio.kinds[fd] == 'u' || fake_vfio.kinds[fd] == 'm')
		return fake_debugfs_answer(fake_vfio.kinds[fd], request, argument);
	return fake_vfio.kinds[fd] == 'i' ? fake_iommufd_answer(fd, request, argument)
					  : fake_device_answer(request, argument);
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
	pthread_mutex_lock(&fake_vfio.lock);
	error = fake_answer(fd, request, argument, &answer);
	pthread_mutex_unlock(&fake_vfio.lock);
	errno = error;
	return error ? -1 : answer;
}

static inline char fake_kind(const char *path)
{
	if (fake_debugfs_kind(path))
		return fake_debugfs_kind(path);
	if (!strcmp(path, "/dev/iommu"))
		return 'i';
	if (!strcmp(path, "/dev/vfio/vfio"))
		return 'c';
	if (!strncmp(path, "/dev/vfio/devices/", strlen("/dev/vfio/devices/")))
		return 'd';
	return strncmp(path, "/dev/vfio/", strlen("/dev/vfio/")) ? 0 : 'g';
}

static inline int fake_open_error(char kind)
{
	switch (kind) {
	case 'i':
		return fake_vfio.iommu_error;
	case 'c':
		return fake_vfio.container_error;
	case 'd':
		return fake_vfio.cdev_error;
	case 'g':
		return fake_vfio.group_error;
	}
	return fake_debugfs.open_error;
}

static inline int fake_open(const char *path, char kind)
{
	int error = fake_open_error(kind), fd = -1;

	if (!error && kind == 'd')
		error = fake_open_device(path, -1, &fd);
	if (error) {
		errno = error;
		return -1;
	}
	fake_vfio.opened++;
	if (kind == 'g')
		fake_vfio.last_group = (int)strtol(path + strlen("/dev/vfio/"), NULL, 10);
	if (kind != 'd') {
		fd = memfd_create(path, MFD_CLOEXEC);
		fake_adopt(fd, kind, -1);
	}
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
	if (fake_kind(path))
		return fake_open(path, fake_kind(path));
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	if (fd >= 0 && fd < FAKE_FDS)
		fake_vfio.kinds[fd] = 0; /* whatever had this number is closed */
	return fd;
}

#endif
