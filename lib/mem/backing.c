#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/units.h"
#include "host/hugepages.h"
#include "host/memory.h"
#include "mem/backing.h"

#define FOLIO_LEAST 4 /* pages */

enum pages { SMALL, PMD_FOLIO, SMALLER_FOLIO, SHMEM_FOLIO, HUGETLB };

struct backing_kind {
	const char *name; /* ends in '-' where a page size follows */
	enum pages pages;
	bool shared, memfd;
	int advice;
};

static const struct backing_kind kinds[] = {
	{ "anon", SMALL, false, false, MADV_NOHUGEPAGE },
	{ "thp", PMD_FOLIO, false, false, MADV_HUGEPAGE },
	{ "mthp-", SMALLER_FOLIO, false, false, MADV_HUGEPAGE },
	{ "shmem", SMALL, true, false, MADV_NOHUGEPAGE },
	{ "shmem-thp", SHMEM_FOLIO, true, false, MADV_HUGEPAGE },
	{ "hugetlb-", HUGETLB, false, false, -1 },
	{ "memfd", SMALL, true, true, MADV_NOHUGEPAGE },
	{ "memfd-hugetlb-", HUGETLB, true, true, -1 },
};

#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

const char *const backing_words[] = {
	"anon",
	"thp",
	"mthp-16k",
	"mthp-32k",
	"mthp-64k",
	"mthp-128k",
	"mthp-256k",
	"mthp-512k",
	"mthp-1m",
	"shmem",
	"shmem-thp",
	"hugetlb-2m",
	"hugetlb-1g",
	"hugetlb-64k",
	"hugetlb-32m",
	"memfd",
	"memfd-hugetlb-2m",
	"memfd-hugetlb-1g",
	"memfd-hugetlb-64k",
	"memfd-hugetlb-32m",
	NULL,
};

static bool is_sized(const struct backing_kind *kind)
{
	return kind->name[strlen(kind->name) - 1] == '-';
}

/* "2m" but not "2M", "2048k" or "3m": a size has one name. */
static bool parse_suffix(const char *suffix, uint64_t *ret_bytes)
{
	char again[UNIT_TEXT];

	return !size_parse(suffix, ret_bytes) && *ret_bytes && !(*ret_bytes & (*ret_bytes - 1)) &&
	       !strcmp(size_format_suffix(*ret_bytes, again), suffix);
}

int backing_find(const char *name, struct backing *ret_backing, struct reason *reason)
{
	char hint[80];

	for (size_t i = 0; i < NR_KINDS && strlen(name) < BACKING_NAME; i++) {
		const struct backing_kind *kind = &kinds[i];
		uint64_t page_bytes = memory_page_size();

		if (is_sized(kind) ? !text_starts_with(name, kind->name) ||
					     !parse_suffix(name + strlen(kind->name), &page_bytes)
				   : strcmp(name, kind->name))
			continue;
		if (kind->pages == PMD_FOLIO || kind->pages == SHMEM_FOLIO)
			page_bytes = thp_pmd_size();
		*ret_backing = (struct backing){ .kind = kind, .page_bytes = page_bytes };
		snprintf(ret_backing->name, sizeof(ret_backing->name), "%s", name);
		return 0;
	}
	return reason_set(reason, -EINVAL, "unknown backing \"%.40s\"%s", name,
			  text_suggest(name, backing_words, hint, sizeof(hint)));
}

static size_t list_kind(const struct backing_kind *kind, const uint64_t *sizes, size_t nr_sizes,
			struct backing *list, size_t room)
{
	size_t count = 0;

	for (size_t i = 0; i < nr_sizes && count < room; i++) {
		char suffix[UNIT_TEXT], name[BACKING_NAME * 2];

		snprintf(name, sizeof(name), "%s%s", kind->name,
			 is_sized(kind) ? size_format_suffix(sizes[i], suffix) : "");
		if (!backing_find(name, &list[count], NULL))
			count++;
	}
	return count;
}

size_t backing_list(struct backing list[BACKING_MAX])
{
	uint64_t thp[HUGEPAGES_MAX_SIZES], hugetlb[HUGEPAGES_MAX_SIZES];
	uint64_t base = memory_page_size(), pmd = thp_pmd_size();
	size_t nr_thp = thp_sizes(thp), nr_hugetlb = hugetlb_sizes(hugetlb);
	size_t count = 0;

	while (nr_thp && thp[nr_thp - 1] >= pmd)
		nr_thp--; /* the PMD size is called thp */
	for (size_t i = 0; i < NR_KINDS; i++) {
		const struct {
			const uint64_t *sizes;
			size_t count;
		} offered[] = {
			[SMALL] = { &base, 1 },
			[PMD_FOLIO] = { &pmd, pmd != 0 },
			[SMALLER_FOLIO] = { thp, nr_thp },
			[SHMEM_FOLIO] = { &pmd, pmd != 0 },
			[HUGETLB] = { hugetlb, nr_hugetlb },
		};

		count +=
			list_kind(&kinds[i], offered[kinds[i].pages].sizes,
				  offered[kinds[i].pages].count, list + count, BACKING_MAX - count);
	}
	return count;
}

static bool has_size(size_t (*list_sizes)(uint64_t *), uint64_t bytes)
{
	uint64_t sizes[HUGEPAGES_MAX_SIZES];
	size_t count = list_sizes(sizes);

	for (size_t i = 0; i < count; i++)
		if (sizes[i] == bytes)
			return true;
	return false;
}

/* A switch that must stand at one of some words for a backing to be given its pages. */
static bool switch_allows(const char *path, const char *const *words)
{
	char now[32];

	if (file_read_setting(now, sizeof(now), "%s", path))
		return true; /* this kernel has no such switch */
	for (; *words; words++)
		if (!strcmp(now, *words))
			return true;
	return false;
}

static const char *const shmem_words[] = { "always",  "within_size", "advise",
					   "inherit", "force",	     NULL };

static void shmem_size_switch(uint64_t bytes, char *path, size_t room)
{
	snprintf(path, room, THP_FOLDER "/hugepages-%llukB/shmem_enabled",
		 (unsigned long long)(bytes / KIB));
}

static bool shmem_is_enabled(uint64_t bytes)
{
	char path[256];

	shmem_size_switch(bytes, path, sizeof(path));
	return switch_allows(THP_FOLDER "/shmem_enabled", shmem_words) &&
	       switch_allows(path, shmem_words);
}

static void thp_size_switch(uint64_t bytes, char *path, size_t room)
{
	snprintf(path, room, THP_FOLDER "/hugepages-%llukB/enabled",
		 (unsigned long long)(bytes / KIB));
}

/* Folios of one size are given only where all larger sizes are switched off. */
static bool only_size_enabled(uint64_t bytes)
{
	uint64_t sizes[HUGEPAGES_MAX_SIZES];
	size_t count = thp_sizes(sizes);

	for (size_t i = 0; i < count; i++)
		if (sizes[i] > bytes && thp_is_enabled(sizes[i]))
			return false;
	return thp_is_enabled(bytes);
}

static bool is_switched_on(const struct backing *backing)
{
	switch (backing->kind->pages) {
	case PMD_FOLIO:
		return thp_is_enabled(backing->page_bytes);
	case SMALLER_FOLIO:
		return only_size_enabled(backing->page_bytes);
	case SHMEM_FOLIO:
		return shmem_is_enabled(backing->page_bytes);
	case SMALL:
	case HUGETLB:
		break;
	}
	return true;
}

/* "2MiB, 32MiB, 1GiB" */
static void format_sizes(const uint64_t *sizes, size_t count, char *text, size_t room)
{
	size_t used = 0;

	snprintf(text, room, "none");
	for (size_t i = 0; i < count && used < room; i++) {
		char size[UNIT_TEXT];

		used += (size_t)snprintf(text + used, room - used, "%s%s", i ? ", " : "",
					 size_format(sizes[i], size));
	}
}

static int explain_hugetlb(const struct backing *backing, struct reason *reason)
{
	uint64_t sizes[HUGEPAGES_MAX_SIZES];
	size_t count = hugetlb_sizes(sizes);
	char size[UNIT_TEXT], has[128];

	format_sizes(sizes, count, has, sizeof(has));
	return reason_set(reason, SKIPPED, "this kernel has no %s hugetlb pages (it has %s)",
			  size_format(backing->page_bytes, size), has);
}

/* What a folio can have depends on the base page, whatever the kernel's version. */
static int check_folio(const struct backing *backing, struct reason *reason)
{
	uint64_t base = memory_page_size(), pmd = thp_pmd_size();
	char size[UNIT_TEXT], page[UNIT_TEXT];

	size_format(backing->page_bytes, size);
	if (backing->page_bytes < FOLIO_LEAST * base)
		return reason_set(reason, SKIPPED,
				  "%s are fewer than %d pages of %s, the least that a folio has",
				  size, FOLIO_LEAST, size_format(base, page));
	if (has_size(thp_sizes, backing->page_bytes))
		return 0;
	if (pmd && backing->page_bytes > pmd)
		return reason_set(reason, SKIPPED,
				  "there are no %s folios: thp, the largest, has %s", size,
				  size_format(pmd, page));
	return reason_set(reason, SKIPPED, "this kernel offers no %s folios (mTHP came with 6.8)",
			  size);
}

int backing_possible(const struct backing *backing, bool may_change, struct reason *reason)
{
	int ret = 0;

	if (!backing->page_bytes)
		return reason_set(reason, SKIPPED, "this kernel has no transparent hugepages");
	if (backing->kind->pages == HUGETLB && !has_size(hugetlb_sizes, backing->page_bytes))
		return explain_hugetlb(backing, reason);
	if (backing->kind->pages == SMALLER_FOLIO)
		ret = check_folio(backing, reason);
	if (!ret && !may_change && !is_switched_on(backing))
		return reason_set(reason, SKIPPED,
				  "%s is switched off under " THP_FOLDER
				  ": run as root, which sets it for the run and puts it back",
				  backing->name);
	return ret;
}

static int switch_on_thp(uint64_t bytes, struct journal *journal, struct reason *reason)
{
	char path[256];

	thp_size_switch(bytes, path, sizeof(path));
	if (access(path, F_OK)) /* before 6.8 there is the one switch for the PMD size */
		snprintf(path, sizeof(path), THP_FOLDER "/enabled");
	return journal_set(journal, path, "madvise", reason);
}

static int switch_on_only(uint64_t bytes, struct journal *journal, struct reason *reason)
{
	uint64_t sizes[HUGEPAGES_MAX_SIZES];
	size_t count = thp_sizes(sizes);
	int ret = 0;

	for (size_t i = 0; i < count && !ret; i++) {
		char path[256];

		thp_size_switch(sizes[i], path, sizeof(path));
		if (sizes[i] > bytes)
			ret = journal_set(journal, path, "never", reason);
	}
	return ret ? ret : switch_on_thp(bytes, journal, reason);
}

static int switch_on_shmem(uint64_t bytes, struct journal *journal, struct reason *reason)
{
	char path[256];
	int ret = 0;

	if (!switch_allows(THP_FOLDER "/shmem_enabled", shmem_words))
		ret = journal_set(journal, THP_FOLDER "/shmem_enabled", "advise", reason);
	shmem_size_switch(bytes, path, sizeof(path));
	if (!ret && !switch_allows(path, shmem_words))
		ret = journal_set(journal, path, "advise", reason);
	return ret;
}

static int switch_on(const struct backing *backing, struct journal *journal, struct reason *reason)
{
	switch (backing->kind->pages) {
	case PMD_FOLIO:
		return switch_on_thp(backing->page_bytes, journal, reason);
	case SMALLER_FOLIO:
		return switch_on_only(backing->page_bytes, journal, reason);
	case SHMEM_FOLIO:
		return switch_on_shmem(backing->page_bytes, journal, reason);
	case SMALL:
	case HUGETLB:
		break;
	}
	return 0;
}

/* Interleaved pages go round the nodes: each needs its share, rounded up. */
static uint64_t pages_per_node(const struct backing *backing, uint64_t size_bytes, size_t nr_nodes)
{
	uint64_t pages = size_bytes / backing->page_bytes;

	return (pages + nr_nodes - 1) / nr_nodes;
}

int backing_prepare(const struct backing *backing, uint64_t size_bytes, const unsigned int *nodes,
		    size_t nr_nodes, struct journal *journal, struct reason *reason)
{
	int ret = backing_possible(backing, journal != NULL, reason);

	if (ret)
		return ret;
	if (backing->kind->pages == HUGETLB) {
		uint64_t pages = pages_per_node(backing, size_bytes, nr_nodes);

		for (size_t i = 0; i < nr_nodes && !ret; i++)
			ret = hugetlb_reserve(journal, backing->page_bytes, nodes[i], pages,
					      reason);
		return ret;
	}
	return is_switched_on(backing) ? 0 : switch_on(backing, journal, reason);
}

uint64_t backing_memory_need(const struct backing *backing, uint64_t size_bytes,
			     const unsigned int *nodes, size_t nr_nodes)
{
	uint64_t need = size_bytes;

	if (backing->kind->pages != HUGETLB)
		return size_bytes;
	for (size_t i = 0; i < nr_nodes; i++) {
		uint64_t share =
			pages_per_node(backing, size_bytes, nr_nodes) * backing->page_bytes;
		uint64_t pages = 0, have;

		hugetlb_free_pages(backing->page_bytes, nodes[i], &pages);
		have = pages * backing->page_bytes;
		have = have < share ? have : share;
		need = need > have ? need - have : 0;
	}
	return need;
}

bool backing_is_hugetlb(const struct backing *backing)
{
	return backing->kind->pages == HUGETLB;
}

bool backing_is_memfd(const struct backing *backing)
{
	return backing->kind->memfd;
}

bool backing_is_shared(const struct backing *backing)
{
	return backing->kind->shared;
}

int backing_advice(const struct backing *backing)
{
	return backing->kind->advice;
}

unsigned int backing_page_shift(const struct backing *backing)
{
	return (unsigned int)__builtin_ctzll(backing->page_bytes);
}
