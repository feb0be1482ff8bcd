#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "host/crew.h"
#include "iommu/pieces.h"

#define STRIDE 16 /* pieces, of PIECES_STRIDED */
#define ORDER_SEED 1 /* every trial of a cell has the same random order */

const char *const pieces_order_names[] = { "in-order", "reverse", "strided", "random", NULL };

static uint32_t *make_order(enum pieces_order order, uint32_t count)
{
	uint32_t *list = calloc(count, sizeof(*list));
	struct random random = random_seeded(ORDER_SEED, count);
	uint32_t next = 0;

	for (uint32_t i = 0; list && i < count; i++)
		list[i] = order == PIECES_REVERSE ? count - 1 - i : i;
	if (list && order == PIECES_STRIDED)
		for (uint32_t start = 0; start < STRIDE; start++)
			for (uint32_t i = start; i < count; i += STRIDE)
				list[next++] = i;
	if (list && order == PIECES_RANDOM)
		random_shuffle(&random, list, count);
	return list;
}

static size_t bytes_of_stamps(const struct pieces *pieces)
{
	return (pieces->count + 1) * sizeof(uint64_t);
}

/* Touched, so that stamps cause no faults. */
static uint64_t *make_stamps(const struct pieces *pieces)
{
	size_t bytes = bytes_of_stamps(pieces);
	uint64_t *stamps = pieces->shared ? crew_memory(bytes) : malloc(bytes);

	if (stamps)
		memset(stamps, 0xff, bytes);
	return stamps;
}

static void free_stamps(const struct pieces *pieces, uint64_t *stamps)
{
	if (pieces->shared)
		crew_memory_free(stamps, bytes_of_stamps(pieces));
	else
		free(stamps);
}

void pieces_touch(struct pieces *pieces)
{
	memset(pieces->map_stamps, 0xff, bytes_of_stamps(pieces));
	memset(pieces->unmap_stamps, 0xff, bytes_of_stamps(pieces));
}

int pieces_init(struct pieces *pieces, uint64_t piece_bytes, enum pieces_order order)
{
	pieces->piece_bytes = piece_bytes ? piece_bytes : pieces->size_bytes;
	pieces->count =
		(uint32_t)((pieces->size_bytes + pieces->piece_bytes - 1) / pieces->piece_bytes);
	pieces->order = make_order(order, pieces->count);
	pieces->map_stamps = make_stamps(pieces);
	pieces->unmap_stamps = make_stamps(pieces);
	return pieces->order && pieces->map_stamps && pieces->unmap_stamps ? 0 : -ENOMEM;
}

void pieces_release(struct pieces *pieces)
{
	free(pieces->order);
	free_stamps(pieces, pieces->map_stamps);
	free_stamps(pieces, pieces->unmap_stamps);
	*pieces = (struct pieces){ 0 };
}

static uint64_t length_at(const struct pieces *pieces, uint64_t offset)
{
	uint64_t rest = pieces->size_bytes - offset;

	return rest < pieces->piece_bytes ? rest : pieces->piece_bytes;
}

int pieces_map(struct pieces *pieces, struct iommu *iommu, unsigned int access)
{
	pieces->map_stamps[0] = clock_now();
	for (uint32_t i = 0; i < pieces->count; i++) {
		uint64_t offset = pieces->order[i] * pieces->piece_bytes;
		int ret = iommu_map(iommu, pieces->iova + offset, pieces->addr + offset,
				    length_at(pieces, offset), access);

		pieces->map_stamps[i + 1] = clock_now();
		if (ret)
			return ret;
	}
	return 0;
}

int pieces_unmap(struct pieces *pieces, struct iommu *iommu)
{
	pieces->unmap_stamps[0] = clock_now();
	for (uint32_t i = 0; i < pieces->count; i++) {
		uint64_t offset = pieces->order[i] * pieces->piece_bytes;
		int ret = iommu_unmap(iommu, pieces->iova + offset, length_at(pieces, offset));

		pieces->unmap_stamps[i + 1] = clock_now();
		if (ret)
			return ret;
	}
	return 0;
}
