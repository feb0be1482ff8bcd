#include <stdbool.h>

#include "base/units.h"
#include "iommu/pc_map.h"

#define VGA_START (640 * KIB)
#define VGA_END (768 * KIB)
#define LOW_MOST (2816 * MIB) /* of a guest that fits below the hole */
#define LOW_USUAL (2 * GIB)
#define HIGH_START (4 * GIB)

static void add_piece(struct pc_map *map, uint64_t iova, uint64_t offset, uint64_t end)
{
	if (offset < end)
		map->pieces[map->count++] = (struct pc_piece){ iova, offset, end - offset };
}

struct pc_map pc_map_of(uint64_t size_bytes)
{
	uint64_t low = size_bytes > LOW_MOST ? LOW_USUAL : size_bytes;
	struct pc_map map = { .count = 0 };

	add_piece(&map, 0, 0, low < VGA_START ? low : VGA_START);
	add_piece(&map, VGA_END, VGA_END, low);
	add_piece(&map, HIGH_START, low, size_bytes);
	return map;
}

uint64_t pc_map_end(const struct pc_map *map)
{
	const struct pc_piece *last = &map->pieces[map->count - 1];
	uint64_t end = last->iova + last->size_bytes;

	return end > HIGH_START ? end : HIGH_START;
}

static bool is_within(const struct iommu *iommu, const struct pc_piece *piece)
{
	for (size_t i = 0; i < iommu->nr_ranges; i++)
		if (piece->iova >= iommu->ranges[i].start && piece->iova <= iommu->ranges[i].last &&
		    piece->size_bytes - 1 <= iommu->ranges[i].last - piece->iova)
			return true;
	return false;
}

int pc_map_check(const struct pc_map *map, const struct iommu *iommu, struct reason *reason)
{
	for (size_t i = 0; i < map->count; i++)
		if (!is_within(iommu, &map->pieces[i]))
			return reason_set(reason, SKIPPED,
					  "a PC's memory from 0x%llx on is not among the I/O "
					  "addresses that this IOMMU has",
					  (unsigned long long)map->pieces[i].iova);
	return 0;
}

int pc_map_dma(const struct pc_map *map, struct iommu *iommu, char *addr)
{
	int ret = 0;

	for (size_t i = 0; i < map->count && !ret; i++) {
		const struct pc_piece *piece = &map->pieces[i];

		ret = iommu_map(iommu, piece->iova, addr + piece->offset, piece->size_bytes,
				IOMMU_READ | IOMMU_WRITE);
	}
	return ret;
}
