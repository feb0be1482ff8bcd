#include <errno.h>
#include <stdlib.h>

#include "iommu/shares.h"

static struct share *share_of(void *argument, size_t member)
{
	return &((struct shares *)argument)->list[member];
}

/* ---- what is timed ---- */

int share_map_whole(void *argument, size_t member)
{
	const struct share *share = share_of(argument, member);
	const struct pieces *whole = &share->pieces;

	return iommu_map(share->iommu, whole->iova, whole->addr, whole->size_bytes,
			 ((struct shares *)argument)->access);
}

int share_unmap_whole(void *argument, size_t member)
{
	const struct share *share = share_of(argument, member);

	return iommu_unmap(share->iommu, share->pieces.iova, share->pieces.size_bytes);
}

int share_map_pieces(void *argument, size_t member)
{
	struct share *share = share_of(argument, member);

	return pieces_map(&share->pieces, share->iommu, ((struct shares *)argument)->access);
}

int share_unmap_pieces(void *argument, size_t member)
{
	struct share *share = share_of(argument, member);

	return pieces_unmap(&share->pieces, share->iommu);
}

int share_unmap_all(void *argument, size_t member)
{
	return iommu_unmap_all(share_of(argument, member)->iommu);
}

int share_close(void *argument, size_t member)
{
	iommu_close(share_of(argument, member)->iommu);
	return 0;
}

/* ---- making them ---- */

int shares_init(struct shares *shares, const struct region *mem, uint64_t base,
		uint64_t piece_bytes, enum pieces_order order)
{
	int ret = 0;

	shares->list = calloc(shares->count, sizeof(*shares->list));
	if (!shares->list)
		return -ENOMEM;
	for (size_t i = 0; i < shares->count && !ret; i++) {
		struct share *share = &shares->list[i];
		uint64_t offset;

		share->iommu = &shares->containers[i % shares->nr_containers];
		region_slice(mem, i, shares->count, &offset, &share->pieces.size_bytes);
		share->pieces.addr = mem->addr + offset;
		share->pieces.iova = base + offset;
		share->pieces.shared = shares->processes;
		ret = pieces_init(&share->pieces, piece_bytes, order);
	}
	return ret;
}

void share_settle(struct share *share, char *addr)
{
	share->pieces.addr = addr;
	pieces_touch(&share->pieces);
}

void shares_release(struct shares *shares)
{
	for (size_t i = 0; shares->list && i < shares->count; i++)
		pieces_release(&shares->list[i].pieces);
	free(shares->list);
	*shares = (struct shares){ 0 };
}

/* Containers are dealt out to workers, so that some may have more pieces than others. */
int shares_check_mappings(const struct shares *shares, struct reason *reason)
{
	int ret = 0;

	for (size_t i = 0; i < shares->nr_containers && !ret; i++) {
		uint64_t pieces = 0;

		for (size_t j = i; j < shares->count; j += shares->nr_containers)
			pieces += shares->list[j].pieces.count;
		ret = iommu_check_mappings(&shares->containers[i], pieces, reason);
	}
	return ret;
}

int shares_explain_map(const struct shares *shares, const struct team *team, int error,
		       struct reason *reason)
{
	return iommu_explain_map(shares->list[team_failed_member(team)].iommu, error, reason);
}

int shares_explain_unmap(const struct shares *shares, const struct team *team, int error,
			 struct reason *reason)
{
	return iommu_explain_unmap(shares->list[team_failed_member(team)].iommu, error, reason);
}
