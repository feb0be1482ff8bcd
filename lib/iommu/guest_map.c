#include <stdbool.h>

#include "base/units.h"
#include "iommu/guest_map.h"

#define VGA_START (640 * KIB)
#define VGA_END (768 * KIB)
#define LOW_MOST (2816 * MIB) /* of a guest that fits below the hole */
#define LOW_USUAL (2 * GIB)
#define HIGH_START (4 * GIB)

#define VIRT_START GIB
#define VIRT_BARS (512 * GIB)

/* Where a machine's large BARs lie at the earliest, and what a message calls it. */
static const struct {
	const char *owner;
	uint64_t bars_start;
} machines[] = {
	[GUEST_Q35] = { "a PC's memory", HIGH_START },
	[GUEST_VIRT] = { "an arm64 guest's memory", VIRT_BARS },
};

static void add_piece(struct guest_map *map, uint64_t iova, uint64_t offset, uint64_t end)
{
	if (offset < end)
		map->pieces[map->count++] = (struct guest_piece){ iova, offset, end - offset };
}

static void lay_out_q35(struct guest_map *map, uint64_t size_bytes)
{
	uint64_t low = size_bytes > LOW_MOST ? LOW_USUAL : size_bytes;

	add_piece(map, 0, 0, low < VGA_START ? low : VGA_START);
	add_piece(map, VGA_END, VGA_END, low);
	add_piece(map, HIGH_START, low, size_bytes);
}

struct guest_map guest_map_of(enum guest_machine machine, uint64_t size_bytes)
{
	struct guest_map map = { .machine = machine };

	if (machine == GUEST_VIRT)
		add_piece(&map, VIRT_START, 0, size_bytes);
	else
		lay_out_q35(&map, size_bytes);
	return map;
}

uint64_t guest_map_end(const struct guest_map *map)
{
	const struct guest_piece *last = &map->pieces[map->count - 1];
	uint64_t end = last->iova + last->size_bytes;

	return end > machines[map->machine].bars_start ? end : machines[map->machine].bars_start;
}

static bool is_within(const struct iommu *iommu, const struct guest_piece *piece)
{
	for (size_t i = 0; i < iommu->nr_ranges; i++)
		if (piece->iova >= iommu->ranges[i].start && piece->iova <= iommu->ranges[i].last &&
		    piece->size_bytes - 1 <= iommu->ranges[i].last - piece->iova)
			return true;
	return false;
}

int guest_map_check(const struct guest_map *map, const struct iommu *iommu, struct reason *reason)
{
	for (size_t i = 0; i < map->count; i++)
		if (!is_within(iommu, &map->pieces[i]))
			return reason_set(reason, SKIPPED,
					  "%s from 0x%llx on is not among the I/O addresses "
					  "that this IOMMU has",
					  machines[map->machine].owner,
					  (unsigned long long)map->pieces[i].iova);
	return 0;
}

int guest_map_dma(const struct guest_map *map, struct iommu *iommu, char *addr)
{
	int ret = 0;

	for (size_t i = 0; i < map->count && !ret; i++) {
		const struct guest_piece *piece = &map->pieces[i];

		ret = iommu_map(iommu, piece->iova, addr + piece->offset, piece->size_bytes,
				IOMMU_READ | IOMMU_WRITE);
	}
	return ret;
}
