/*
 * minor-fault and vfio-dirty with no harness: the same calls, timed by rdtsc as the kernel's vDSO reads
 * it, without its arithmetic.
 *
 *   guest_bare faults BYTES ROUNDS        a page of a memfd a touch, served by a handler of SIGBUS
 *   guest_bare dirty BDF BYTES ROUNDS     huge pages mapped by VFIO: read of the bitmap, unmap with it
 *
 * Prints "FAULT IOCTL" of each touch, or "READ UNMAP" of each round, in ticks.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <linux/vfio.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vfio_container.h"

#define PAGE 4096UL
#define IOVA (1UL << 30)
#define HUGE_BYTES (2UL << 20)

static int uffd;
static uint64_t before_ioctl, after_ioctl;

static uint64_t now(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high)::"memory");
	return (uint64_t)high << 32 | low;
}

static void must(int good, const char *what)
{
	if (!good)
		give_up(what);
}

static void serve(int number, siginfo_t *info, void *context)
{
	struct uffdio_continue request = {
		.range = { .start = (uintptr_t)info->si_addr & ~(PAGE - 1), .len = PAGE }
	};

	(void)number;
	(void)context;
	before_ioctl = now();
	if (ioctl(uffd, UFFDIO_CONTINUE, &request))
		_exit(1);
	after_ioctl = now();
}

static char *map_twice(size_t bytes)
{
	int fd = memfd_create("bare", 0);
	char *filled, *view;

	must(fd >= 0 && !ftruncate(fd, (off_t)bytes), "memfd");
	filled = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	must(filled != MAP_FAILED, "mmap");
	memset(filled, 1, bytes);
	view = mmap(NULL, bytes + HUGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	view = (char *)(((uintptr_t)view + HUGE_BYTES - 1) & ~(HUGE_BYTES - 1));
	must(mmap(view, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == view,
	     "mmap");
	return view;
}

static void watch(char *view, size_t bytes)
{
	struct uffdio_api api = { .api = UFFD_API,
				  .features = UFFD_FEATURE_MINOR_SHMEM | UFFD_FEATURE_SIGBUS };
	struct uffdio_register request = { .range = { .start = (uintptr_t)view, .len = bytes },
					   .mode = UFFDIO_REGISTER_MODE_MINOR };
	struct sigaction action = { .sa_sigaction = serve, .sa_flags = SA_SIGINFO };

	uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
	must(uffd >= 0 && !ioctl(uffd, UFFDIO_API, &api) &&
		     !ioctl(uffd, UFFDIO_REGISTER, &request) && !sigaction(SIGBUS, &action, NULL),
	     "userfaultfd");
}

static void faults(size_t bytes, int rounds)
{
	char *view = map_twice(bytes);

	watch(view, bytes);
	for (int round = 0; round <= rounds; round++) {
		for (size_t at = 0; at < bytes; at += PAGE) {
			uint64_t start = now(), end;

			*(volatile char *)(view + at) = 1;
			end = now();
			if (round) /* the first one warms up */
				printf("%llu %llu\n", (unsigned long long)(end - start),
				       (unsigned long long)(after_ioctl - before_ioctl));
		}
		must(!madvise(view, bytes, MADV_DONTNEED), "madvise");
	}
}

static char *huge_pages(size_t bytes)
{
	char *where = mmap(NULL, bytes + HUGE_BYTES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(where != MAP_FAILED, "mmap");
	where = (char *)(((uintptr_t)where + HUGE_BYTES - 1) & ~(HUGE_BYTES - 1));
	must(!madvise(where, bytes, MADV_HUGEPAGE), "madvise");
	memset(where, 1, bytes);
	return where;
}

static uint64_t read_bitmap(int container, size_t bytes, void *bitmap)
{
	struct {
		struct vfio_iommu_type1_dirty_bitmap head;
		struct vfio_iommu_type1_dirty_bitmap_get get;
	} request = { { sizeof(request), VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP },
		      { IOVA, bytes, { PAGE, bytes / PAGE / 8, bitmap } } };
	uint64_t start = now();
	int ret = ioctl(container, VFIO_IOMMU_DIRTY_PAGES, &request);
	uint64_t end = now();

	must(!ret, "GET_BITMAP");
	return end - start;
}

static uint64_t unmap_with_bitmap(int container, size_t bytes, void *bitmap)
{
	struct {
		struct vfio_iommu_type1_dma_unmap head;
		struct vfio_bitmap bitmap;
	} request = { { .argsz = sizeof(request),
			.flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP,
			.iova = IOVA,
			.size = bytes },
		      { PAGE, bytes / PAGE / 8, bitmap } };
	uint64_t start = now();
	int ret = ioctl(container, VFIO_IOMMU_UNMAP_DMA, &request);
	uint64_t end = now();

	must(!ret, "UNMAP_DMA");
	return end - start;
}

static void dirty(const char *bdf, size_t bytes, int rounds)
{
	struct vfio_iommu_type1_dirty_bitmap start = { sizeof(start),
						       VFIO_IOMMU_DIRTY_PAGES_FLAG_START };
	struct vfio_iommu_type1_dirty_bitmap stop = { sizeof(stop),
						      VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP };
	int container = open_container(bdf);
	char *memory = huge_pages(bytes);
	void *bitmap = malloc(bytes / PAGE / 8);
	struct vfio_iommu_type1_dma_map map = { .argsz = sizeof(map),
						.flags = VFIO_DMA_MAP_FLAG_READ |
							 VFIO_DMA_MAP_FLAG_WRITE,
						.vaddr = (uintptr_t)memory,
						.iova = IOVA,
						.size = bytes };

	memset(bitmap, 1, bytes / PAGE / 8);
	for (int round = 0; round <= rounds; round++) {
		uint64_t read_ticks, unmap_ticks;

		must(!ioctl(container, VFIO_IOMMU_MAP_DMA, &map) &&
			     !ioctl(container, VFIO_IOMMU_DIRTY_PAGES, &start),
		     "map, start");
		read_ticks = read_bitmap(container, bytes, bitmap);
		unmap_ticks = unmap_with_bitmap(container, bytes, bitmap);
		must(!ioctl(container, VFIO_IOMMU_DIRTY_PAGES, &stop), "stop");
		if (round)
			printf("%llu %llu\n", (unsigned long long)read_ticks,
			       (unsigned long long)unmap_ticks);
	}
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "faults"))
		faults(strtoul(argv[2], NULL, 10), atoi(argv[3]));
	else if (argc == 5 && !strcmp(argv[1], "dirty"))
		dirty(argv[2], strtoul(argv[3], NULL, 10), atoi(argv[4]));
	else
		return 2;
	return 0;
}
