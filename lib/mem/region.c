#include <errno.h>
#include <linux/memfd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/units.h"
#include "host/hugepages.h"
#include "host/memory.h"
#include "host/placement.h"
#include "mem/region.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MAP_HUGE_SHIFT
#define MAP_HUGE_SHIFT 26
#endif

uint64_t region_alignment(const struct backing *backing)
{
	uint64_t pmd = thp_pmd_size() ? thp_pmd_size() : 2 * MIB;

	return backing->page_bytes > pmd ? backing->page_bytes : pmd;
}

int region_reserve(const struct backing *backing, uint64_t size_bytes, struct region *ret_region,
		   struct reason *reason)
{
	uint64_t align = region_alignment(backing);
	struct region region = REGION_NONE;
	uintptr_t start;
	void *where;

	if (size_bytes > UINT64_MAX / 2)
		return reason_set(reason, -ENOMEM, "no address space for %llu bytes",
				  (unsigned long long)size_bytes);
	region.backing = *backing;
	region.size_bytes = size_bytes;
	/* A page of the reservation stays on either side, so that no other mapping merges. */
	region.reserved_bytes = size_bytes + 2 * align;
	where = mmap(NULL, region.reserved_bytes, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (where == MAP_FAILED)
		return reason_set(reason, -errno, "cannot reserve %llu bytes of address space: %s",
				  (unsigned long long)region.reserved_bytes, strerror(errno));
	start = ((uintptr_t)where / align + 1) * align;
	region.reservation = where;
	region.addr = (char *)start;
	*ret_region = region;
	return 0;
}

static int open_memfd(struct region *region)
{
	unsigned int flags = MFD_CLOEXEC;

	if (backing_is_hugetlb(&region->backing))
		flags |= MFD_HUGETLB | backing_page_shift(&region->backing) << MAP_HUGE_SHIFT;
	region->memfd = memfd_create("dmabench", flags);
	if (region->memfd < 0)
		return -errno;
	return ftruncate(region->memfd, (off_t)region->size_bytes) ? -errno : 0;
}

static int map_flags(const struct backing *backing, bool populate)
{
	int flags = MAP_FIXED;

	flags |= backing_is_shared(backing) ? MAP_SHARED : MAP_PRIVATE;
	if (!backing_is_memfd(backing)) {
		flags |= MAP_ANONYMOUS;
		if (backing_is_hugetlb(backing))
			flags |= MAP_HUGETLB | (int)(backing_page_shift(backing) << MAP_HUGE_SHIFT);
	}
	return populate ? flags | MAP_POPULATE : flags;
}

int region_map(struct region *region, bool populate)
{
	int advice = backing_advice(&region->backing);
	int ret = 0;

	if (backing_is_memfd(&region->backing) && region->memfd < 0)
		ret = open_memfd(region);
	if (ret)
		return ret;
	if (mmap(region->addr, region->size_bytes, PROT_READ | PROT_WRITE,
		 map_flags(&region->backing, populate), region->memfd, 0) == MAP_FAILED)
		return -errno;
	region->mapped = true;
	/* Without THP in the kernel there is nothing to refuse. */
	if (advice >= 0 && madvise(region->addr, region->size_bytes, advice) &&
	    advice != MADV_NOHUGEPAGE)
		return -errno;
	return 0;
}

int region_map_reason(const struct region *region, int error, struct reason *reason)
{
	char size[UNIT_TEXT];

	return reason_set(reason, error, "cannot map %s of %s: %s",
			  size_format(region->size_bytes, size), region->backing.name,
			  strerror(-error));
}

/* The addresses stay ours: else a thread's stack could settle there. */
static int take_away(char *start, uint64_t length)
{
	if (!length)
		return 0;
	return mmap(start, length, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED
		       ? -errno
		       : 0;
}

int region_unmap(struct region *region)
{
	int ret = take_away(region->addr, region->size_bytes);

	if (ret)
		return ret;
	region->mapped = false;
	if (region->memfd >= 0)
		close(region->memfd);
	region->memfd = -1;
	return 0;
}

static int touch(char *start, uint64_t length, uint64_t step)
{
	for (uint64_t i = 0; i < length; i += step)
		*(volatile char *)(start + i) = 1;
	return 0;
}

static int populate_write(char *start, uint64_t length)
{
	while (madvise(start, length, MADV_POPULATE_WRITE))
		if (errno != EINTR && errno != EAGAIN)
			return -errno;
	return 0;
}

int region_fault_in(struct region *region, enum fault_in fault_in, uint64_t offset, uint64_t length)
{
	/* A folio may be smaller than asked for: every small page is touched, but not hugetlb's. */
	uint64_t step = backing_is_hugetlb(&region->backing) ? region->backing.page_bytes
							     : memory_page_size();

	if (!length)
		return 0;
	if (fault_in == FAULT_TOUCH)
		return touch(region->addr + offset, length, step);
	return populate_write(region->addr + offset, length);
}

void region_slice(const struct region *region, size_t member, size_t nr_members,
		  uint64_t *ret_offset, uint64_t *ret_length)
{
	uint64_t page = region->backing.page_bytes;
	uint64_t pages = region->size_bytes / page;
	uint64_t first = pages * member / nr_members;
	uint64_t next = pages * (member + 1) / nr_members;

	*ret_offset = first * page;
	*ret_length = (next - first) * page;
}

#define APART_STEP 512 /* pages between two that are faulted in one after the other */

static uint64_t apart_step(uint64_t pages)
{
	return pages / 2 < APART_STEP ? pages / 2 : APART_STEP;
}

/* Touches each page of a slice once, from its end in steps, neighbours long after each other. */
static int fault_apart(struct region *region, enum fault_in fault_in, uint64_t offset,
		       uint64_t length)
{
	uint64_t page = region->backing.page_bytes, pages = length / page;
	uint64_t step = apart_step(pages);
	int ret = 0;

	for (uint64_t first = 0; first < step; first++)
		for (uint64_t i = first; !ret && i < pages; i += step)
			ret = region_fault_in(region, fault_in, offset + (pages - 1 - i) * page,
					      page);
	/* Where folios are smaller than asked for, pages are missing still. */
	return ret ? ret : region_fault_in(region, fault_in, offset, length);
}

/* Faults in each page by a call of its own, the last one first. */
static int fault_backwards(struct region *region, enum fault_in fault_in, uint64_t offset,
			   uint64_t length)
{
	uint64_t page = region->backing.page_bytes;
	int ret = 0;

	while (length && !ret) {
		length -= page;
		ret = region_fault_in(region, fault_in, offset + length, page);
	}
	return ret;
}

#define LARGE_PAGE (2 * MIB)

static int free_pages(const struct region *region, char *start, uint64_t length)
{
	int advice = backing_is_shared(&region->backing) ? MADV_REMOVE : MADV_DONTNEED;

	return madvise(start, length, advice) ? -errno : 0;
}

/* Frees large pages one by one, small ones by the largest block that the allocator keeps. */
static int free_backwards(const struct region *region, char *start, uint64_t length)
{
	uint64_t page = region->backing.page_bytes;
	uint64_t piece = page < LARGE_PAGE ? 2 * LARGE_PAGE : page;
	int ret = 0;

	while (length && !ret) {
		uint64_t last = length % piece ? length % piece : piece;

		/* The pages freed last may stay in lists of single pages, where they are not joined. */
		if (length <= piece)
			piece = last = page;
		length -= last;
		ret = free_pages(region, start + length, last);
	}
	return ret;
}

static int free_forwards(const struct region *region, char *start, uint64_t length)
{
	uint64_t page = region->backing.page_bytes;
	int ret = 0;

	for (uint64_t done = 0; done < length && !ret; done += page)
		ret = free_pages(region, start + done, page);
	return ret;
}

/* Frees pages in the reverse order of fault_apart(). */
static int free_apart(const struct region *region, char *start, uint64_t length)
{
	uint64_t page = region->backing.page_bytes, pages = length / page;
	uint64_t step = apart_step(pages);
	int ret = 0;

	for (uint64_t first = step; first-- > 0;)
		for (uint64_t round = (pages - 1 - first) / step + 1; round-- > 0 && !ret;)
			ret = free_pages(region, start + (pages - 1 - first - round * step) * page,
					 page);
	return ret;
}

/* How pages are faulted in, and freed in the reverse order. */
static const struct {
	int (*fault_in)(struct region *region, enum fault_in fault_in, uint64_t offset,
			uint64_t length);
	int (*give_back)(const struct region *region, char *start, uint64_t length);
} orders[] = {
	[FAULT_FORWARDS] = { region_fault_in, free_backwards },
	[FAULT_BACKWARDS] = { fault_backwards, free_forwards },
	[FAULT_APART] = { fault_apart, free_apart },
};

struct slice_job {
	struct region *region;
	enum fault_in fault_in;
	size_t nr_members;
};

static int fault_slice(void *argument, size_t member)
{
	struct slice_job *job = argument;
	uint64_t offset, length;

	region_slice(job->region, member, job->nr_members, &offset, &length);
	return orders[job->region->fault_order].fault_in(job->region, job->fault_in, offset,
							 length);
}

/* The caller's own CPU first, then the others of its node. */
static size_t choose_cpus(const struct topology *topology, unsigned int home_cpu,
			  unsigned int cpus[REGION_MAX_THREADS])
{
	unsigned int others[REGION_MAX_THREADS];
	int node = topology_node_of_cpu(topology, home_cpu);
	hwloc_const_cpuset_t set =
		node < 0 ? NULL : topology_node_cpus(topology, (unsigned int)node);
	size_t picked = set ? topology_pick_cpus(topology, set, others, REGION_MAX_THREADS) : 0;
	size_t count = 0;

	cpus[count++] = home_cpu;
	for (size_t i = 0; i < picked && count < REGION_MAX_THREADS; i++)
		if (others[i] != home_cpu)
			cpus[count++] = others[i];
	return count;
}

int region_team(const struct topology *topology, unsigned int home_cpu, struct team **ret_team,
		struct reason *reason)
{
	unsigned int cpus[REGION_MAX_THREADS];
	size_t count = choose_cpus(topology, home_cpu, cpus);
	int ret = team_open(topology, cpus, count, ret_team);

	if (ret)
		return reason_set(reason, ret, "cannot start %zu threads: %s", count,
				  strerror(-ret));
	return 0;
}

int region_fault_in_all(struct region *region, struct team *team, struct reason *reason)
{
	struct slice_job job = { .region = region,
				 .fault_in = FAULT_MADVISE,
				 .nr_members = team_size(team) };
	uint64_t ticks;
	int ret = team_time(team, fault_slice, &job, &ticks);

	if (ret == -EINVAL) { /* MADV_POPULATE_WRITE came with 5.14 */
		job.fault_in = FAULT_TOUCH;
		ret = team_time(team, fault_slice, &job, &ticks);
	}
	if (ret)
		return reason_set(reason, ret, "cannot fault in %s: %s", region->backing.name,
				  strerror(-ret));
	return 0;
}

static int free_slice(void *argument, size_t member)
{
	struct slice_job *job = argument;
	struct region *region = job->region;
	uint64_t offset, length;

	region_slice(region, member, job->nr_members, &offset, &length);
	return orders[region->fault_order].give_back(region, region->addr + offset, length);
}

/*
 * Splits what lies before a narrowed region off as a mapping of its own, even where that is empty:
 * the kernel looks the region up for each batch of pages, which takes longer the more mappings lie
 * before it, and so must be the same in every trial.
 */
static int set_apart(const struct region *region)
{
	uint64_t page = memory_page_size();
	int ret = 0;

	if (region->kept_bytes)
		ret = mprotect(region->kept, region->kept_bytes, PROT_NONE);
	if (!ret && (!region->kept_bytes || region->kept > region->addr))
		ret = mprotect(region->addr - page, page, PROT_READ);
	return ret ? -errno : 0;
}

int region_narrow(struct region *region, uint64_t offset, uint64_t length)
{
	char *before = region->addr, *after = region->addr + offset + length;
	uint64_t rest = region->size_bytes - offset - length;
	bool backwards = region->fault_order == FAULT_BACKWARDS;
	char *last = backwards ? before : after;
	uint64_t last_bytes = backwards ? offset : rest;
	int ret = orders[region->fault_order].give_back(region, last, last_bytes);

	if (!ret)
		ret = take_away(last, last_bytes);
	if (ret)
		return ret;
	region->kept = backwards ? after : before;
	region->kept_bytes = backwards ? rest : offset;
	region->addr += offset;
	region->size_bytes = length;
	return set_apart(region);
}

void region_free_all(struct region *region, struct team *team)
{
	struct slice_job job = { .region = region, .nr_members = team_size(team) };
	uint64_t ticks;

	if (!region->mapped)
		return;
	team_time(team, free_slice, &job, &ticks);
	orders[region->fault_order].give_back(region, region->kept, region->kept_bytes);
}

void region_release(struct region *region)
{
	if (!region->reservation)
		return;
	if (region->memfd >= 0)
		close(region->memfd);
	munmap(region->reservation, region->reserved_bytes);
	*region = REGION_NONE;
}
