/*
 * backing - knows by name the kinds of memory that can stand under a mapping.
 *
 *   anon                 small pages, transparent hugepages refused
 *   thp                  MADV_HUGEPAGE, aligned
 *   mthp-64k, …          folios of one size below the PMD's
 *   shmem                MAP_SHARED|MAP_ANONYMOUS, small pages: what mails call MAP_POPULATE
 *   shmem-thp            the same with hugepages
 *   hugetlb-2m, -1g, …   private anonymous hugetlb pages
 *   memfd                a memfd, small pages
 *   memfd-hugetlb-2m, …  a memfd of hugetlb pages
 */
#ifndef MEM_BACKING_H
#define MEM_BACKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "host/journal.h"

#define BACKING_NAME 32
#define BACKING_MAX 64

struct backing_kind;

struct backing {
	const struct backing_kind *kind;
	char name[BACKING_NAME];
	uint64_t page_bytes; /* the size that each of its pages must have */
};

/* The names that a message may suggest; ends with NULL. */
extern const char *const backing_words[];

/* Finds what @name means on this host. -EINVAL for a name that means nothing on any host. */
int backing_find(const char *name, struct backing *ret_backing, struct reason *reason);

/* Lists all that this host's kernel offers. Returns how many. */
size_t backing_list(struct backing list[BACKING_MAX]);

/*
 * 0, or SKIPPED with the reason: the kernel lacks it, or it is switched off and @may_change is
 * false.
 */
int backing_possible(const struct backing *backing, bool may_change, struct reason *reason);

/*
 * Makes the host ready for @size_bytes on the given nodes: pools grown and
 * switches set, through the journal. With @journal NULL nothing is changed.
 */
int backing_prepare(const struct backing *backing, uint64_t size_bytes, const unsigned int *nodes,
		    size_t nr_nodes, struct journal *journal, struct reason *reason);

/* Returns how much ordinary free memory @size_bytes of it takes: 0 where a pool has it already. */
uint64_t backing_memory_need(const struct backing *backing, uint64_t size_bytes,
			     const unsigned int *nodes, size_t nr_nodes);

bool backing_is_hugetlb(const struct backing *backing);
bool backing_is_memfd(const struct backing *backing);
bool backing_is_shared(const struct backing *backing);

/* Returns the advice for madvise(2) that it needs before the first touch, or -1. */
int backing_advice(const struct backing *backing);

/* log2 of the page size, as MAP_HUGETLB and MFD_HUGETLB encode it. */
unsigned int backing_page_shift(const struct backing *backing);

#endif
