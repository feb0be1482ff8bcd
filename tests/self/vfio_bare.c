/*
 * vfio-map with no harness: the same calls on the same kind of memory, timed by clock_gettime.
 *
 *   vfio_bare once BDF BACKING BYTES SAMPLES     one region, faulted in once
 *   vfio_bare afresh BDF BACKING BYTES SAMPLES   mapped, faulted, zeroed and unmapped each time
 *   vfio_bare clock                              the time, in nanoseconds
 *
 * Prints "MAP UNMAP" in nanoseconds, a line a sample. BACKING: anon, thp, shmem, hugetlb-2m.
 */
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define HUGE_BYTES (2UL << 20)
#define IOVA (1UL << 32)
#define WARMUP 2

static unsigned long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (unsigned long long)t.tv_sec * 1000000000 + (unsigned long long)t.tv_nsec;
}

static void give_up(const char *what)
{
	perror(what);
	exit(1);
}

static int open_container(const char *bdf)
{
	char link[128], target[256], path[300];
	int container = open("/dev/vfio/vfio", O_RDWR), group;
	ssize_t length;

	snprintf(link, sizeof(link), "/sys/bus/pci/devices/%s/iommu_group", bdf);
	length = readlink(link, target, sizeof(target) - 1);
	if (container < 0 || length < 0)
		give_up(bdf);
	target[length] = '\0';
	snprintf(path, sizeof(path), "/dev/vfio/%s", strrchr(target, '/') + 1);
	group = open(path, O_RDWR);
	if (group < 0 || ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) ||
	    ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		give_up(path);
	return container;
}

/* The start of the region, which lies HUGE_BYTES aligned in twice its room. */
static char *map_region(const char *backing, size_t bytes)
{
	int huge = !strcmp(backing, "hugetlb-2m"), shared = huge || !strcmp(backing, "shmem");
	int fd = shared ? memfd_create("bare", huge ? MFD_HUGETLB : 0) : -1;
	char *room = mmap(NULL, bytes + HUGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *at = (char *)(((unsigned long)room + HUGE_BYTES - 1) & ~(HUGE_BYTES - 1));

	if (shared && (fd < 0 || ftruncate(fd, (off_t)bytes)))
		give_up("memfd");
	at = mmap(at, bytes, PROT_READ | PROT_WRITE,
		  MAP_FIXED | (shared ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS), fd, 0);
	if (room == MAP_FAILED || at == MAP_FAILED)
		give_up(backing);
	if (!shared)
		madvise(at, bytes, !strcmp(backing, "thp") ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	if (fd >= 0)
		close(fd);
	memset(at, 0, bytes);
	return at;
}

static void sample(int container, char *region, size_t bytes, int print)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (unsigned long)region,
		.iova = IOVA,
		.size = bytes,
	};
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = IOVA,
		.size = bytes,
	};
	unsigned long long start = now_ns(), mapped, end;

	if (ioctl(container, VFIO_IOMMU_MAP_DMA, &map))
		give_up("VFIO_IOMMU_MAP_DMA");
	mapped = now_ns();
	if (ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap))
		give_up("VFIO_IOMMU_UNMAP_DMA");
	end = now_ns();
	if (print)
		printf("%llu %llu\n", mapped - start, end - mapped);
}

int main(int argc, char **argv)
{
	size_t bytes;
	char *region;
	int container, samples, afresh;

	if (argc == 2 && !strcmp(argv[1], "clock"))
		return printf("%llu\n", now_ns()) < 0;
	if (argc != 6)
		return 2;
	afresh = !strcmp(argv[1], "afresh");
	container = open_container(argv[2]);
	bytes = strtoul(argv[4], NULL, 10);
	samples = atoi(argv[5]);
	region = map_region(argv[3], bytes);
	for (int i = afresh ? 0 : -WARMUP; i < samples; i++) {
		if (afresh && i > 0) {
			munmap(region, bytes);
			region = map_region(argv[3], bytes);
		}
		sample(container, region, bytes, i >= 0);
	}
	return 0;
}
