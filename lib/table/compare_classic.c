/*
 * Prints the lines that patch mails have quoted since vfio-pci-mem-dma-map, a block for each
 * backing and side.
 *
 * Its "GB/s" is GiB/s and its "AVERAGE" is a median here: words and digits are kept so that figures
 * can be compared with older ones.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "table/compare_formats.h"
#include "result/cell_name.h"

/* The names of backings in mails. */
static const struct {
	const char *backing, *block;
} blocks[] = {
	{ "thp", "MADV_HUGEPAGE" },
	{ "shmem", "MAP_POPULATE" },
	{ "hugetlb-", "HUGETLBFS" }, /* of any size */
};

static const char *block_of(const char *cell)
{
	struct cell_part part;
	const char *value;
	size_t length;

	if (!cell_find_part(cell, "backing", strlen("backing"), &part))
		return NULL;
	value = cell_part_value(&part, &length);
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		size_t wanted = strlen(blocks[i].backing);
		bool of_any_size = blocks[i].backing[wanted - 1] == '-';

		if (length >= wanted && (of_any_size || length == wanted) &&
		    !strncmp(value, blocks[i].backing, wanted))
			return blocks[i].block;
	}
	return NULL;
}

static double size_of(const struct row *row)
{
	return params_number(row->base_cell->params, "size_bytes");
}

static void print_line(FILE *file, const char *what, const struct row *row, double ns)
{
	double gib_per_sec = ns > 0 ? size_of(row) / (double)GIB / (ns / (double)SEC) : 0;

	fprintf(file, "VFIO %s DMA in %.3f s (%.1f GB/s)\n", what, ns / (double)SEC, gib_per_sec);
}

static const struct row *find_row(const struct comparison *comparison, const char *cell,
				  const char *metric)
{
	for (size_t i = 0; i < comparison->nr_rows; i++)
		if (!strcmp(comparison->rows[i].cell, cell) &&
		    !strcmp(comparison->rows[i].metric, metric))
			return &comparison->rows[i];
	return NULL;
}

/* Prints the block of a row that maps the entire region, with the unmap that belongs to it. */
static bool print_block(FILE *file, const struct comparison *comparison, const struct row *map,
			size_t side)
{
	const struct row *unmap = find_row(comparison, map->cell, "unmap_ns");
	const char *block = block_of(map->cell);
	char label[256], cell[512];

	if (!block || strcmp(map->metric, "map_ns") != 0 || !unmap || !size_of(map) ||
	    !map->sides[side].boots || !unmap->sides[side].boots)
		return false;
	text_plain(comparison->sides->list[side].label, label, sizeof(label));
	text_plain(map->cell, cell, sizeof(cell));
	fprintf(file, "# %s: %s, median of %zu boot%s\n", label, cell, map->sides[side].boots,
		map->sides[side].boots == 1 ? "" : "s");
	fprintf(file, "------- AVERAGE (%s) --------\n", block);
	print_line(file, "MAP", map, map->sides[side].median);
	print_line(file, "UNMAP", unmap, unmap->sides[side].median);
	fputc('\n', file);
	return true;
}

int compare_classic_print(const struct comparison *comparison, FILE *file, bool colour,
			  struct reason *reason)
{
	size_t printed = 0;

	(void)colour;
	for (size_t side = 0; side < comparison->sides->count; side++)
		for (size_t i = 0; i < comparison->nr_rows; i++)
			printed += print_block(file, comparison, &comparison->rows[i], side);
	if (printed && comparison->icount)
		fprintf(file,
			"# seconds are executed instructions (icount), not time on hardware\n");
	if (printed)
		return 0;
	return reason_set(
		reason, -ENODATA,
		"classic: needs map_ns and unmap_ns of vfio-map on thp, shmem or hugetlb-*: "
		"`dmabench run cover-letter` has them");
}
