#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/units.h"
#include "host/hugepages.h"
#include "host/memory.h"
#include "mem/proof.h"

#define PAGEMAP_PRESENT (1ULL << 63)
#define PAGEMAP_PFN ((1ULL << 55) - 1)
#define KPF_COMPOUND_HEAD 15
#define KPF_COMPOUND_TAIL 16
#define COMPOUND (1ULL << KPF_COMPOUND_HEAD | 1ULL << KPF_COMPOUND_TAIL)

#define WINDOW 8192 /* pages whose frames are read at once */
#define CHUNK 64 /* frames whose flags are read at once */

static void count_pages(struct proof *proof, uint64_t page_bytes, uint64_t pages)
{
	size_t i = 0;

	if (!pages)
		return;
	while (i < proof->nr_sizes && proof->sizes[i].page_bytes < page_bytes)
		i++;
	if (i == proof->nr_sizes || proof->sizes[i].page_bytes != page_bytes) {
		if (proof->nr_sizes == PROOF_MAX_SIZES)
			return;
		memmove(&proof->sizes[i + 1], &proof->sizes[i],
			(proof->nr_sizes - i) * sizeof(proof->sizes[0]));
		proof->nr_sizes++;
		proof->sizes[i].page_bytes = page_bytes;
		proof->sizes[i].pages = 0;
	}
	proof->sizes[i].pages += pages;
}

/* A slice's runs, and the frames at its ends: a run may reach from one slice into the next. */
struct piece {
	uint64_t runs, first, end;
};

static void note_run(struct piece *piece, uint64_t pfn, uint64_t run)
{
	if (!piece->runs)
		piece->first = pfn;
	piece->end = pfn + run;
	piece->runs++;
}

/*
 * The walk over a slice of the region, folio by folio.
 *
 * A folio is a power of two of frames that follow each other, so most of them need no look:
 * a frame without a neighbour is a small page; and behind a folio's head at frame F, the frames
 * F+1, F+2, F+4, … are its tails exactly as far as the folio reaches. kpageflags costs up to
 * 200 ns a frame, which for a gigabyte would be longer than many a measurement.
 */
struct walk {
	int pagemap, kpageflags;
	uint64_t page_bytes;
	uint64_t *entries; /* of the pagemap: a window of them */
	uint64_t flags[CHUNK], flags_start, flags_count;
	struct proof *proof;
	struct piece *piece;
};

static int read_flags(struct walk *walk, uint64_t pfn, uint64_t count)
{
	ssize_t bytes = (ssize_t)(count * sizeof(walk->flags[0]));

	if (pread(walk->kpageflags, walk->flags, (size_t)bytes,
		  (off_t)(pfn * sizeof(walk->flags[0]))) != bytes)
		return -EIO;
	walk->flags_start = pfn;
	walk->flags_count = count;
	return 0;
}

/* One frame's flags; as many of the @run frames from it on are read along as may be wanted. */
static int flags_of(struct walk *walk, uint64_t pfn, uint64_t run, uint64_t *ret_flags)
{
	bool known = pfn >= walk->flags_start && pfn < walk->flags_start + walk->flags_count;
	int ret = known ? 0 : read_flags(walk, pfn, run < CHUNK ? run : CHUNK);

	if (ret)
		return ret;
	*ret_flags = walk->flags[pfn - walk->flags_start];
	return 0;
}

/* How many of the @run frames from a folio's head on belong to it. */
static int folio_length(struct walk *walk, uint64_t head, uint64_t run, uint64_t *ret_length)
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

/* A run of frames that follow each other, @run of them from @pfn on. */
static int count_run(struct walk *walk, uint64_t pfn, uint64_t run)
{
	if (run)
		note_run(walk->piece, pfn, run);
	while (run) {
		uint64_t length = 1, flags;
		int ret = run > 1 ? flags_of(walk, pfn, run, &flags) : 0;

		if (!ret && run > 1 && flags & COMPOUND)
			ret = folio_length(walk, pfn, run, &length);
		if (ret)
			return ret;
		count_pages(walk->proof, length * walk->page_bytes, 1);
		pfn += length;
		run -= length;
	}
	return 0;
}

/* The part of the window at @first that is present and lies in one piece. */
static uint64_t run_length(const struct walk *walk, size_t first, size_t count)
{
	size_t i = first + 1;

	while (i < count && walk->entries[i] & PAGEMAP_PRESENT &&
	       (walk->entries[i] & PAGEMAP_PFN) == (walk->entries[i - 1] & PAGEMAP_PFN) + 1)
		i++;
	return i - first;
}

/* Runs that reach from one window into the next are put together by the caller's @open run. */
struct open_run {
	uint64_t pfn, length;
};

static int count_window(struct walk *walk, size_t count, struct open_run *open)
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

static int walk_slice(struct walk *walk, uint64_t start, uint64_t length)
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
		       struct proof *proof, struct piece *piece)
{
	struct walk walk = {
		.page_bytes = memory_page_size(),
		.proof = proof,
		.piece = piece,
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
	struct proof parts[REGION_MAX_THREADS];
	struct piece pieces[REGION_MAX_THREADS];
};

static int walk_share(void *argument, size_t member)
{
	struct pagemap_job *job = argument;
	uint64_t offset, length;

	region_slice(job->region, member, job->nr_members, &offset, &length);
	return walk_region(job->region, offset, length, &job->parts[member], &job->pieces[member]);
}

/* Of all pieces in their order, none of which need have a frame. */
static uint64_t count_runs(const struct piece *pieces, size_t nr_pieces)
{
	uint64_t runs = 0, end = 0;

	for (size_t i = 0; i < nr_pieces; i++) {
		if (!pieces[i].runs)
			continue;
		runs += pieces[i].runs - (runs && pieces[i].first == end);
		end = pieces[i].end;
	}
	return runs;
}

static int take_by_pagemap(const struct region *region, struct team *team, struct proof *proof)
{
	struct pagemap_job job = { .region = region, .nr_members = team_size(team) };
	uint64_t ticks;
	int ret;

	if (job.nr_members > REGION_MAX_THREADS)
		return -E2BIG;
	ret = team_time(team, walk_share, &job, &ticks);
	proof->method = "pagemap";
	proof->runs = count_runs(job.pieces, job.nr_members);
	for (size_t i = 0; i < job.nr_members; i++)
		for (size_t j = 0; j < job.parts[i].nr_sizes; j++)
			count_pages(proof, job.parts[i].sizes[j].page_bytes,
				    job.parts[i].sizes[j].pages);
	return ret;
}

/* The part of a text in /proc/self/{smaps,numa_maps} that is about the region. */
static int read_mapping(const char *path, const struct region *region, char *part, size_t room)
{
	char start[32];
	size_t length = (size_t)snprintf(start, sizeof(start), "%lx", (unsigned long)region->addr);
	char line[1024];
	FILE *file = fopen(path, "re");
	bool inside = false;
	size_t used = 0;

	if (!file)
		return -errno;
	part[0] = '\0';
	while (fgets(line, sizeof(line), file)) {
		bool is_header = strchr("0123456789abcdef", line[0]) != NULL;

		if (is_header && inside)
			break;
		if (is_header)
			inside = !strncmp(line, start, length) && strchr("- ", line[length]);
		if (inside && used + strlen(line) < room)
			used += (size_t)snprintf(part + used, room - used, "%s", line);
	}
	fclose(file);
	return used ? 0 : -ENOENT;
}

static uint64_t kib(const char *table, const char *name)
{
	uint64_t value = 0;

	file_table_u64(table, name, &value);
	return value * KIB;
}

static int take_by_smaps(const struct region *region, struct proof *proof)
{
	char table[4096];
	uint64_t hugetlb, huge, resident, pmd = thp_pmd_size();
	int ret = read_mapping("/proc/self/smaps", region, table, sizeof(table));

	if (ret)
		return ret;
	proof->method = "smaps";
	resident = kib(table, "Rss");
	huge = kib(table, "AnonHugePages") + kib(table, "ShmemPmdMapped") +
	       kib(table, "FilePmdMapped");
	hugetlb = kib(table, "Shared_Hugetlb") + kib(table, "Private_Hugetlb");
	if (hugetlb) {
		uint64_t page = kib(table, "KernelPageSize");

		count_pages(proof, page, hugetlb / page);
		return 0;
	}
	count_pages(proof, memory_page_size(), (resident - huge) / memory_page_size());
	if (pmd)
		count_pages(proof, pmd, huge / pmd);
	return 0;
}

/* "N0=512 N1=3 kernelpagesize_kB=2048" */
static int take_nodes(const struct region *region, struct proof *proof)
{
	char line[4096];
	char *next = line, *word;
	uint64_t page_bytes = memory_page_size();
	int ret = read_mapping("/proc/self/numa_maps", region, line, sizeof(line));

	if (ret)
		return ret;
	while ((word = strsep(&next, " \n"))) {
		unsigned int node;
		unsigned long long value;

		if (sscanf(word, "kernelpagesize_kB=%llu", &value) == 1) {
			page_bytes = value * KIB;
		} else if (sscanf(word, "N%u=%llu", &node, &value) == 2 &&
			   proof->nr_nodes < PLACEMENT_MAX_NODES) {
			proof->nodes[proof->nr_nodes].node = node;
			proof->nodes[proof->nr_nodes++].bytes = value;
		}
	}
	for (size_t i = 0; i < proof->nr_nodes; i++)
		proof->nodes[i].bytes *= page_bytes;
	return 0;
}

int proof_take(const struct region *region, struct team *team, struct proof *ret_proof,
	       struct reason *reason)
{
	struct proof proof = { 0 };
	int ret = take_by_pagemap(region, team, &proof);

	if (ret) {
		proof = (struct proof){ 0 };
		ret = take_by_smaps(region, &proof);
	}
	if (ret)
		return reason_set(reason, ret, "cannot tell what memory was given: %s: %s",
				  "/proc/self/smaps", strerror(-ret));
	if (take_nodes(region, &proof)) { /* a kernel without NUMA has one node, 0 */
		proof.nr_nodes = 1;
		proof.nodes[0].node = 0;
		proof.nodes[0].bytes = region->size_bytes;
	}
	*ret_proof = proof;
	return 0;
}

uint64_t proof_nr_pages(const struct proof *proof)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < proof->nr_sizes; i++)
		pages += proof->sizes[i].pages;
	return pages;
}

static void describe_sizes(const struct proof *proof, struct text *text)
{
	for (size_t i = 0; i < proof->nr_sizes; i++) {
		char size[UNIT_TEXT];

		text_add(text, "%s%llu of %s", i ? ", " : "",
			 (unsigned long long)proof->sizes[i].pages,
			 size_format(proof->sizes[i].page_bytes, size));
	}
}

static int judge_sizes(const struct proof *proof, const struct region *region,
		       struct reason *reason)
{
	uint64_t expected = region->size_bytes / region->backing.page_bytes;
	struct text found = { 0 };
	char size[UNIT_TEXT];
	int ret;

	if (proof->nr_sizes == 1 && proof->sizes[0].page_bytes == region->backing.page_bytes &&
	    proof->sizes[0].pages == expected)
		return 0;
	/* smaps cannot see folios below the PMD size: what it can see must not speak against them. */
	if (!strcmp(proof->method, "smaps") && text_starts_with(region->backing.name, "mthp-"))
		return reason_set(reason, SKIPPED,
				  "%s cannot be told from small pages without /proc/kpageflags: "
				  "run as root",
				  region->backing.name);
	describe_sizes(proof, &found);
	ret = reason_set(reason, INVALID, "%s should be %llu pages of %s, the kernel gave %s",
			 region->backing.name, (unsigned long long)expected,
			 size_format(region->backing.page_bytes, size),
			 found.text ? found.text : "none");
	text_release(&found);
	return ret;
}

static bool is_wanted(unsigned int node, const struct placement *placement)
{
	for (size_t i = 0; i < placement->nr_mem_nodes; i++)
		if (placement->mem_nodes[i] == node)
			return true;
	return false;
}

int proof_judge(const struct proof *proof, const struct region *region,
		const struct placement *placement, struct reason *reason)
{
	int ret = judge_sizes(proof, region, reason);

	for (size_t i = 0; !ret && i < proof->nr_nodes; i++) {
		char size[UNIT_TEXT];

		if (!is_wanted(proof->nodes[i].node, placement))
			ret = reason_set(reason, INVALID,
					 "memory was asked for on node %u, %s of it is on node %u",
					 placement->mem_nodes[0],
					 size_format_rounded(proof->nodes[i].bytes, size),
					 proof->nodes[i].node);
	}
	if (!ret && proof->nr_nodes < placement->nr_mem_nodes)
		ret = reason_set(reason, INVALID, "memory should be on %zu nodes, it is on %zu",
				 placement->nr_mem_nodes, proof->nr_nodes);
	return ret;
}
