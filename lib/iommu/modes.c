#include <linux/vfio.h>
#include <string.h>

#include "iommu/iommufd.h"
#include "iommu/modes.h"
#include "iommu/type1.h"

/*
 * A row a mode. VFIO's own container and iommufd in its place are asked in the same words: they
 * differ in the file that is opened, and in what can be done with what is mapped.
 */
/* clang-format off */
#define MODES(ROW)                                                                                 \
	ROW("type1",                                                                               \
	    .ops = &iommu_type1_ops, TYPE1_FILE, .type = VFIO_TYPE1_IOMMU,                         \
	    .has_entry_limit = true, .maps_bars = true)                                            \
	ROW("type1v2",                                                                             \
	    .ops = &iommu_type1_ops, TYPE1_FILE, .type = VFIO_TYPE1v2_IOMMU,                       \
	    .has_entry_limit = true, .maps_bars = true, .has_dirty_log = true)                     \
	ROW("iommufd-compat-type1",                                                                \
	    .ops = &iommu_type1_ops, IOMMUFD_FILE, .type = VFIO_TYPE1_IOMMU,                       \
	    .attaches_by_opening = true, .splits = true)                                           \
	ROW("iommufd-compat-type1v2",                                                              \
	    .ops = &iommu_type1_ops, IOMMUFD_FILE, .type = VFIO_TYPE1v2_IOMMU,                     \
	    .attaches_by_opening = true)                                                           \
	ROW("iommufd",                                                                             \
	    .ops = &iommu_iommufd_ops, IOMMUFD_FILE, .has_cdevs = true,                            \
	    .attaches_by_opening = true, .has_options = true)

#define TYPE1_FILE .path = "/dev/vfio/vfio", .explain_open = type1_explain_open
#define IOMMUFD_FILE .path = "/dev/iommu", .explain_open = iommufd_explain_open
#define MODE(label, ...) { .name = label, __VA_ARGS__ },
#define NAME(label, ...) label,
/* clang-format on */

static const struct iommu_mode modes[] = { MODES(MODE) };

const char *const iommu_mode_names[] = { MODES(NAME) NULL };

const struct iommu_mode *iommu_find_mode(const char *name)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(modes[i].name, name))
			return &modes[i];
	return NULL;
}
