#include <errno.h>
#include <stdlib.h>

#include "measure/containers.h"

int containers_init(struct containers *containers, size_t count)
{
	containers->list = calloc(count, sizeof(*containers->list));
	if (!containers->list)
		return -ENOMEM;
	containers->count = count;
	return 0;
}

int containers_open(struct trial *t, const struct iommu_mode *mode,
		    const struct iommu_options *options, struct containers *containers)
{
	int ret = 0;

	if (!devices_of_group(&t->devices, containers->count - 1))
		return reason_set(
			&t->reason, SKIPPED,
			"%zu containers need devices in as many IOMMU groups: vfio-pci has "
			"too few here (dmabench bind BDF)",
			containers->count);
	for (size_t i = 0; i < containers->count && !ret; i++)
		ret = iommu_open_with(mode, options, devices_of_group(&t->devices, i), 1,
				      &containers->list[i], &t->reason);
	return ret;
}

/* Goes round the containers, upwards, until all of them agree. */
int containers_find_iova(const struct containers *containers, uint64_t size_bytes, uint64_t align,
			 uint64_t *ret_iova, struct reason *reason)
{
	uint64_t iova = 0;
	size_t nr_agreed = 0;

	for (size_t i = 0; nr_agreed < containers->count; i = (i + 1) % containers->count) {
		uint64_t next = iova;
		int ret = iommu_next_iova(&containers->list[i], size_bytes, align, &next, reason);

		if (ret)
			return ret;
		nr_agreed = next == iova ? nr_agreed + 1 : 1;
		iova = next;
	}
	*ret_iova = iova;
	return 0;
}

int containers_choose_method(struct trial *t, struct containers *containers,
			     enum iommu_method method, const struct region *region,
			     uint64_t source_iova)
{
	int ret = 0;

	for (size_t i = 0; i < containers->count && !ret; i++)
		ret = iommu_choose_method(&containers->list[i], method, region, source_iova,
					  &t->reason);
	return ret;
}

void containers_release(struct containers *containers)
{
	for (size_t i = 0; i < containers->count; i++)
		iommu_close(&containers->list[i]);
	free(containers->list);
	*containers = (struct containers){ NULL, 0 };
}
