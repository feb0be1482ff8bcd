/*
 * vfio-map with no harness: the same calls on the same kind of memory, timed by clock_gettime.
 *
 *   vfio_bare apart BDF BACKING BYTES SAMPLES    one region, faulted in once
 *   vfio_bare joined BDF BACKING BYTES SAMPLES   the same; see frames= of vfio-map
 *   vfio_bare afresh BDF BACKING BYTES SAMPLES   mapped, faulted, zeroed and unmapped each time
 *   vfio_bare clock                              the time, in nanoseconds
 *
 * Prints "MAP UNMAP" in nanoseconds, a line a sample. BACKING: anon, thp, shmem, hugetlb-2m.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "vfio_container.h"

#define HUGE_BYTES (2UL << 20)
#define PAGE_BYTES 4096UL
#define APART 512
#define IOVA (1UL << 32)
#define WARMUP 2

static unsigned long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (unsigned long long)t.tv_sec * 1000000000 + (unsigned long long)t.tv_nsec;
}

/* Mapped afresh, at its own alignment; nothing is faulted in. */
static char *map_region(const char *backing, size_t bytes)
{
	int huge = !strcmp(backing, "hugetlb-2m"), shared = !strcmp(backing, "shmem");
	int flags = shared ? MAP_SHARED : MAP_PRIVATE;
	char *room = mmap(NULL, bytes + HUGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *at = (char *)(((unsigned long)room + HUGE_BYTES - 1) & ~(HUGE_BYTES - 1));

	at = mmap(at, bytes, PROT_READ | PROT_WRITE,
		  MAP_FIXED | MAP_ANONYMOUS | flags | (huge ? MAP_HUGETLB : 0), -1, 0);
	if (room == MAP_FAILED || at == MAP_FAILED)
		give_up(backing);
	if (!shared && !huge)
		madvise(at, bytes, !strcmp(backing, "thp") ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	return at;
}

/* No two neighbours in frames that follow each other. */
static char *fault_apart(char *region, size_t bytes)
{
	size_t pages = bytes / PAGE_BYTES;

	for (size_t first = 0; first < APART; first++)
		for (size_t i = first; i < pages; i += APART)
			region[(pages - 1 - i) * PAGE_BYTES] = 0;
	return region;
}

/* The first @bytes of @all whose frames all follow each other. */
static char *find_joined(char *region, size_t bytes, size_t all)
{
	size_t pages = all / PAGE_BYTES, first = 0;
	unsigned long long *frames = calloc(pages, sizeof(*frames));
	int pagemap = open("/proc/self/pagemap", O_RDONLY);

	memset(region, 0, all);
	if (!frames || pread(pagemap, frames, pages * sizeof(*frames),
			     (off_t)((unsigned long)region / PAGE_BYTES * sizeof(*frames))) < 0)
		give_up("/proc/self/pagemap");
	for (size_t i = 1; i < pages && (i - first) * PAGE_BYTES < bytes; i++)
		if (frames[i] != frames[i - 1] + 1)
			first = i;
	free(frames);
	close(pagemap);
	if (all - first * PAGE_BYTES < bytes)
		give_up("frames that follow each other");
	return region + first * PAGE_BYTES;
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

static void sample_afresh(int container, const char *backing, size_t bytes, int samples)
{
	for (int i = 0; i < samples; i++) {
		char *region = map_region(backing, bytes);

		memset(region, 0, bytes);
		sample(container, region, bytes, 1);
		munmap(region, bytes);
	}
}

int main(int argc, char **argv)
{
	size_t bytes;
	char *region;
	int container, samples;

	if (argc == 2 && !strcmp(argv[1], "clock"))
		return printf("%llu\n", now_ns()) < 0;
	if (argc != 6)
		return 2;
	container = open_container(argv[2]);
	bytes = strtoul(argv[4], NULL, 10);
	samples = atoi(argv[5]);
	if (!strcmp(argv[1], "afresh")) {
		sample_afresh(container, argv[3], bytes, samples);
		return 0;
	}
	if (!strcmp(argv[1], "joined"))
		region = find_joined(map_region(argv[3], 3 * bytes), bytes, 3 * bytes);
	else
		region = fault_apart(map_region(argv[3], bytes), bytes);
	for (int i = -WARMUP; i < samples; i++)
		sample(container, region, bytes, i >= 0);
	return 0;
}
