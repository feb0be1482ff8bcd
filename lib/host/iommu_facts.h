/*
 * iommu_facts - collects which IOMMU maps memory for devices here, and what it can do.
 */
#ifndef HOST_IOMMU_FACTS_H
#define HOST_IOMMU_FACTS_H

#include <jansson.h>

/* Returns the member "iommu" of the result file's "host"; the caller owns it. */
json_t *iommu_facts_collect(void);

/* Returns "intel", "amd", "virtio", "smmuv3" or "smmu" by the name of a driver; NULL if not known. */
const char *iommu_facts_kind(const char *driver);

/*
 * Adds to @iommu its kind, unless NULL, the default @domain, unless empty, and what follows from these
 * and the registers: who keeps the page tables, whether walks of them see the CPUs' caches, whether a
 * range can be invalidated at once, and whether the kernel's own mappings are invalidated strictly.
 */
void iommu_facts_infer(json_t *iommu, const char *kind, const json_t *registers,
		       const char *domain);

#endif
