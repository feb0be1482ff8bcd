/*
 * probe - finds out which entries a window gets: maps it, touches or DMA-maps all of it, counts
 * faults and page tables, and unmaps it.
 */
#ifndef VFIO_PROBE_H
#define VFIO_PROBE_H

#include <stdint.h>

#include "base/reason.h"
#include "vfio/bar.h"
#include "vfio/entries.h"

struct probe {
	struct bar_window *window; /* not mapped */
	int protection; /* with PROT_WRITE, touching writes zeros */
	struct iommu *iommu; /* NULL: it is touched; else it is mapped for DMA */
	uint64_t iova;
};

/* What was seen while all of the window was touched or mapped. */
struct probed {
	uint64_t faults, table_bytes;
};

/* Returns 0; INVALID where what was seen fits no known kernel; or -errno. */
int probe_entries(const struct probe *probe, struct entries *ret_entries, struct probed *ret_seen,
		  struct reason *reason);

/* Returns how many faults this process has taken until now. */
uint64_t probe_faults(void);

#endif
