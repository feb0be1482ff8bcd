/*
 * containers - opens the address spaces that a trial maps into, each with an IOMMU group of its own.
 */
#ifndef MEASURE_CONTAINERS_H
#define MEASURE_CONTAINERS_H

#include <stddef.h>

#include "iommu/iommu.h"
#include "measure/trial.h"

struct containers {
	struct iommu *list;
	size_t count;
};

/* Makes room for @count containers, which stay closed. 0 or -ENOMEM. */
int containers_init(struct containers *containers, size_t count);

/*
 * Opens all, each with the first device of another group: the first one with the trial's leading
 * device. SKIPPED where the trial's devices are in too few groups.
 */
int containers_open(struct trial *t, const struct iommu_mode *mode,
		    const struct iommu_options *options, struct containers *containers);

/*
 * Finds the first aligned I/O address at which @size_bytes fit into every container. -ENOSPC with
 * the valid ranges of one that has no room where the others have it.
 */
int containers_find_iova(const struct containers *containers, uint64_t size_bytes, uint64_t align,
			 uint64_t *ret_iova, struct reason *reason);

/* Calls iommu_choose_method() for each. */
int containers_choose_method(struct trial *t, struct containers *containers,
			     enum iommu_method method, const struct region *region,
			     uint64_t source_iova);

/* Closes those that are open, and frees the list. Takes zeroed ones. */
void containers_release(struct containers *containers);

#endif
