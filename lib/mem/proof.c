#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "base/units.h"
#include "host/hugepages.h"
#include "host/memory.h"
#include "mem/pagemap.h"
#include "mem/proof.h"

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

		page_counts_add(&proof->pages, page, hugetlb / page);
		return 0;
	}
	page_counts_add(&proof->pages, memory_page_size(), (resident - huge) / memory_page_size());
	if (pmd)
		page_counts_add(&proof->pages, pmd, huge / pmd);
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
	struct proof proof = { .method = "pagemap" };
	int ret = pagemap_count(region, team, &proof.pages);

	if (ret)
		ret = take_by_smaps(region, &proof);
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

static void count_node(struct proof *proof, unsigned int node, uint64_t bytes)
{
	size_t i = 0;

	while (i < proof->nr_nodes && proof->nodes[i].node != node)
		i++;
	if (i == PLACEMENT_MAX_NODES)
		return;
	if (i == proof->nr_nodes) {
		proof->nr_nodes++;
		proof->nodes[i].node = node;
		proof->nodes[i].bytes = 0;
	}
	proof->nodes[i].bytes += bytes;
}

void proof_add(struct proof *proof, const struct proof *other)
{
	page_counts_add_sizes(&proof->pages, &other->pages);
	for (size_t i = 0; i < other->nr_nodes; i++)
		count_node(proof, other->nodes[i].node, other->nodes[i].bytes);
	proof->pages.runs =
		proof->pages.runs && other->pages.runs ? proof->pages.runs + other->pages.runs : 0;
}

static void describe_sizes(const struct page_counts *pages, struct text *text)
{
	for (size_t i = 0; i < pages->nr_sizes; i++) {
		char size[UNIT_TEXT];

		text_add(text, "%s%llu of %s", i ? ", " : "",
			 (unsigned long long)pages->sizes[i].pages,
			 size_format(pages->sizes[i].page_bytes, size));
	}
}

static int judge_sizes(const struct proof *proof, const struct region *region,
		       struct reason *reason)
{
	const struct page_counts *pages = &proof->pages;
	uint64_t expected = region->size_bytes / region->backing.page_bytes;
	struct text found = { 0 };
	char size[UNIT_TEXT];
	int ret;

	if (pages->nr_sizes == 1 && pages->sizes[0].page_bytes == region->backing.page_bytes &&
	    pages->sizes[0].pages == expected)
		return 0;
	/* smaps cannot see folios below the PMD size: what it can see must not speak against them. */
	if (!strcmp(proof->method, "smaps") && text_starts_with(region->backing.name, "mthp-"))
		return reason_set(reason, SKIPPED,
				  "%s cannot be told from small pages without /proc/kpageflags: "
				  "run as root",
				  region->backing.name);
	describe_sizes(pages, &found);
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
