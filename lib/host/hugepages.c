#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/units.h"
#include "host/hugepages.h"

#define HUGETLB_FOLDER "/sys/kernel/mm/hugepages"

static int by_size(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* Folders called hugepages-<n>kB. */
static size_t list_sizes(const char *folder, uint64_t sizes[HUGEPAGES_MAX_SIZES])
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t count = 0;

	if (!dir)
		return 0;
	while ((entry = readdir(dir)) && count < HUGEPAGES_MAX_SIZES) {
		unsigned long long size;
		char rest[4];

		if (sscanf(entry->d_name, "hugepages-%llu%3s", &size, rest) == 2 &&
		    !strcmp(rest, "kB"))
			sizes[count++] = size * KIB;
	}
	closedir(dir);
	qsort(sizes, count, sizeof(*sizes), by_size);
	return count;
}

size_t hugetlb_sizes(uint64_t sizes[HUGEPAGES_MAX_SIZES])
{
	return list_sizes(HUGETLB_FOLDER, sizes);
}

/* Sizes below the smallest folio of anonymous memory are there for shmem alone. */
size_t thp_sizes(uint64_t sizes[HUGEPAGES_MAX_SIZES])
{
	size_t count = list_sizes(THP_FOLDER, sizes), kept = 0;

	for (size_t i = 0; i < count; i++) {
		char path[256];

		snprintf(path, sizeof(path), THP_FOLDER "/hugepages-%llukB/enabled",
			 (unsigned long long)(sizes[i] / KIB));
		if (!access(path, F_OK))
			sizes[kept++] = sizes[i];
	}
	return kept;
}

/* A pool's file: of the node, or of the system where the kernel knows no nodes. */
static void pool_file(char *path, size_t room, uint64_t size_bytes, unsigned int node,
		      const char *name)
{
	unsigned long long size = size_bytes / KIB;

	snprintf(path, room, "/sys/devices/system/node/node%u/hugepages/hugepages-%llukB/%s", node,
		 size, name);
	if (access(path, F_OK))
		snprintf(path, room, HUGETLB_FOLDER "/hugepages-%llukB/%s", size, name);
}

int hugetlb_free_pages(uint64_t size_bytes, unsigned int node, uint64_t *ret_pages)
{
	char path[256];

	pool_file(path, sizeof(path), size_bytes, node, "free_hugepages");
	return file_read_u64(ret_pages, "%s", path);
}

bool hugetlb_may_reserve(void)
{
	return geteuid() == 0 && !access("/proc/sys/vm/nr_hugepages", W_OK);
}

static int grow(struct journal *journal, uint64_t size_bytes, unsigned int node, uint64_t more,
		struct reason *reason)
{
	char path[256], value[24];
	uint64_t pages = 0;
	int ret;

	pool_file(path, sizeof(path), size_bytes, node, "nr_hugepages");
	ret = file_read_u64(&pages, "%s", path);
	if (ret)
		return reason_set(reason, ret, "cannot read %s: %s", path, strerror(-ret));
	snprintf(value, sizeof(value), "%llu", (unsigned long long)pages + more);
	return journal_set(journal, path, value, reason);
}

int hugetlb_reserve(struct journal *journal, uint64_t size_bytes, unsigned int node, uint64_t pages,
		    struct reason *reason)
{
	char size[UNIT_TEXT];
	uint64_t free_pages;
	int ret = hugetlb_free_pages(size_bytes, node, &free_pages);

	size_format(size_bytes, size);
	if (ret)
		return reason_set(reason, SKIPPED, "this kernel has no %s hugetlb pages", size);
	if (free_pages >= pages)
		return 0;
	if (journal) {
		ret = grow(journal, size_bytes, node, pages - free_pages, reason);
		if (ret)
			return ret;
		hugetlb_free_pages(size_bytes, node, &free_pages);
		if (free_pages >= pages)
			return 0;
	}
	return reason_set(reason, SKIPPED,
			  "needs %llu hugetlb pages of %s on node %u, %llu are free%s",
			  (unsigned long long)pages, size, node, (unsigned long long)free_pages,
			  journal ? " even after growing the pool (memory is fragmented: reserve "
				    "them at boot, or drop caches and compact first)"
				  : ": run as root, or reserve them first");
}

uint64_t thp_pmd_size(void)
{
	uint64_t bytes;

	return file_read_u64(&bytes, THP_FOLDER "/hpage_pmd_size") ? 0 : bytes;
}

static bool word_enables(const char *word)
{
	return !strcmp(word, "always") || !strcmp(word, "madvise");
}

bool thp_is_enabled(uint64_t size_bytes)
{
	unsigned long long size = size_bytes / KIB;
	char word[32];

	/* Kernels before 6.8 have the one switch for the PMD size only. */
	if (file_read_setting(word, sizeof(word), THP_FOLDER "/hugepages-%llukB/enabled", size)) {
		if (size_bytes != thp_pmd_size())
			return false;
	} else if (strcmp(word, "inherit")) {
		return word_enables(word);
	}
	return !file_read_setting(word, sizeof(word), THP_FOLDER "/enabled") && word_enables(word);
}
