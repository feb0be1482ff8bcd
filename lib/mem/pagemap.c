#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/memory.h"
#include "mem/pagemap.h"

#define KPF_COMPOUND_HEAD 15
#define KPF_COMPOUND_TAIL 16
#define COMPOUND (1ULL << KPF_COMPOUND_HEAD | 1ULL << KPF_COMPOUND_TAIL)

#define WINDOW 8192 /* pages whose frames are read at once */
#define CHUNK 64 /* frames whose flags are read at once */

/* A slice's runs, and the frames at its ends: a run may reach from one slice into the next. */
struct slice_runs {
	uint64_t count, first, end;
};

static void note_run(struct slice_runs *runs, uint64_t pfn, uint64_t run)
{
	if (!runs->count)
		runs->first = pfn;
	runs->end = pfn + run;
	runs->count++;
}

/*
 * The walk over a slice of the region, folio by folio.
 *
 * A folio is a power of two of frames that follow each other, so most of them need no look:
 * a frame without a neighbour is a small page; and behind a folio's head at frame F, the frames
 * F+1, F+2, F+4, … are its tails exactly as far as the folio reaches. kpageflags costs up to
 * 200 ns a frame, which for a gigabyte would be longer than many a measurement.
 */
struct folio_walk {
	int pagemap, kpageflags;
	uint64_t page_bytes;
	uint64_t *entries; /* of the pagemap: a window of them */
	uint64_t flags[CHUNK], flags_start, flags_count;
	struct page_counts *counts;
	struct slice_runs *runs;
};

static int read_flags(struct folio_walk *walk, uint64_t pfn, uint64_t count)
{
	ssize_t bytes = (ssize_t)(count * sizeof(walk->flags[0]));

	if (pread(walk->kpageflags, walk->flags, (size_t)bytes,
		  (off_t)(pfn * sizeof(walk->flags[0]))) != bytes)
		return -EIO;
	walk->flags_start = pfn;
	walk->flags_count = count;
	return 0;
}

/* One frame's flags. Those of the following @run frames are read along: they are wanted next. */
static int flags_of(struct folio_walk *walk, uint64_t pfn, uint64_t run, uint64_t *ret_flags)
{
	bool known = pfn >= walk->flags_start && pfn < walk->flags_start + walk->flags_count;
	int ret = known ? 0 : read_flags(walk, pfn, run < CHUNK ? run : CHUNK);

	if (ret)
		return ret;
	*ret_flags = walk->flags[pfn - walk->flags_start];
	return 0;
}

/* How many of the @run frames from a folio's head on belong to it. */
static int folio_length(struct folio_walk *walk, uint64_t head, uint64_t run, uint64_t *ret_length)
{
	uint64_t length = 1, flags;

	while (length < run) {
		int ret = flags_of(walk, head + length, 1, &flags);

		if (ret)
			return ret;
		if (!(flags >> KPF_COMPOUND_TAIL & 1))
			break;
		length *= 2;
	}
	*ret_length = length < run ? length : run;
	return 0;
}

/* Counts the folios of a run of @run frames from @pfn on. */
static int count_run(struct folio_walk *walk, uint64_t pfn, uint64_t run)
{
	if (run)
		note_run(walk->runs, pfn, run);
	while (run) {
		uint64_t length = 1, flags;
		int ret = run > 1 ? flags_of(walk, pfn, run, &flags) : 0;

		if (!ret && run > 1 && flags & COMPOUND)
			ret = folio_length(walk, pfn, run, &length);
		if (ret)
			return ret;
		page_counts_add(walk->counts, length * walk->page_bytes, 1);
		pfn += length;
		run -= length;
	}
	return 0;
}

/* How many pages from @first on are present and have frames that follow each other. */
static uint64_t run_length(const struct folio_walk *walk, size_t first, size_t count)
{
	size_t i = first + 1;

	while (i < count && walk->entries[i] & PAGEMAP_PRESENT &&
	       (walk->entries[i] & PAGEMAP_PFN) == (walk->entries[i - 1] & PAGEMAP_PFN) + 1)
		i++;
	return i - first;
}

/* A run that may reach from one window into the next; the caller keeps it between windows. */
struct open_run {
	uint64_t pfn, length;
};

static int count_window(struct folio_walk *walk, size_t count, struct open_run *open)
{
	for (size_t i = 0; i < count;) {
		uint64_t pfn = walk->entries[i] & PAGEMAP_PFN;
		uint64_t run = walk->entries[i] & PAGEMAP_PRESENT ? run_length(walk, i, count) : 0;
		int ret = 0;

		if (run && !pfn)
			return -EPERM; /* frame numbers are hidden from us */
		if (run && pfn == open->pfn + open->length) {
			open->length += run;
		} else {
			ret = count_run(walk, open->pfn, open->length);
			*open = (struct open_run){ pfn, run };
		}
		if (ret)
			return ret;
		i += run ? run : 1;
	}
	return 0;
}

static int walk_slice(struct folio_walk *walk, uint64_t start, uint64_t length)
{
	uint64_t pages = length / walk->page_bytes;
	struct open_run open = { 0, 0 };

	for (uint64_t done = 0; done < pages;) {
		size_t count = pages - done < WINDOW ? pages - done : WINDOW;
		size_t bytes = count * sizeof(*walk->entries);
		int ret;

		if (pread(walk->pagemap, walk->entries, bytes,
			  (off_t)((start / walk->page_bytes + done) * sizeof(*walk->entries))) !=
		    (ssize_t)bytes)
			return -EIO;
		ret = count_window(walk, count, &open);
		if (ret)
			return ret;
		done += count;
	}
	return count_run(walk, open.pfn, open.length);
}

static int walk_region(const struct region *region, uint64_t offset, uint64_t length,
		       struct page_counts *counts, struct slice_runs *runs)
{
	struct folio_walk walk = {
		.page_bytes = memory_page_size(),
		.counts = counts,
		.runs = runs,
		.pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC),
		.kpageflags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC),
		.entries = malloc(WINDOW * sizeof(*walk.entries)),
	};
	int ret = -ENOMEM;

	if (walk.pagemap < 0 || walk.kpageflags < 0)
		ret = -EACCES;
	else if (walk.entries)
		ret = walk_slice(&walk, (uintptr_t)region->addr + offset, length);
	free(walk.entries);
	if (walk.pagemap >= 0)
		close(walk.pagemap);
	if (walk.kpageflags >= 0)
		close(walk.kpageflags);
	return ret;
}

/* Each thread looks at a slice: a large region should not wait longer for its proof than needed. */
struct pagemap_job {
	const struct region *region;
	size_t nr_members;
	struct page_counts counts[REGION_MAX_THREADS];
	struct slice_runs runs[REGION_MAX_THREADS];
};

static int walk_share(void *argument, size_t member)
{
	struct pagemap_job *job = argument;
	uint64_t offset, length;

	region_slice(job->region, member, job->nr_members, &offset, &length);
	return walk_region(job->region, offset, length, &job->counts[member], &job->runs[member]);
}

/* Of all slices in their order; a slice may have no frame. */
static uint64_t count_runs(const struct slice_runs *slices, size_t nr_slices)
{
	uint64_t runs = 0, end = 0;

	for (size_t i = 0; i < nr_slices; i++) {
		if (!slices[i].count)
			continue;
		runs += slices[i].count - (runs && slices[i].first == end);
		end = slices[i].end;
	}
	return runs;
}

int pagemap_count(const struct region *region, struct team *team, struct page_counts *ret_counts)
{
	struct pagemap_job job = { .region = region, .nr_members = team_size(team) };
	struct page_counts counts = { .nr_sizes = 0 };
	uint64_t ticks;
	int ret;

	if (job.nr_members > REGION_MAX_THREADS)
		return -E2BIG;
	ret = team_time(team, walk_share, &job, &ticks);
	if (ret)
		return ret;
	counts.runs = count_runs(job.runs, job.nr_members);
	for (size_t i = 0; i < job.nr_members; i++)
		page_counts_add_sizes(&counts, &job.counts[i]);
	*ret_counts = counts;
	return 0;
}
