#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "result/cell_name.h"
#include "table/block.h"

static bool fits(const struct row *a, const struct row *b)
{
	return cell_has_bench_of(a->cell, b->cell) && !strcmp(a->metric, b->metric) &&
	       naming_is_alike(a->cell, b->cell);
}

static int name(struct block *block)
{
	const char **cells = calloc(block->count + 1, sizeof(*cells));
	int ret = -ENOMEM;

	for (size_t i = 0; cells && i < block->count; i++)
		cells[i] = block->rows[i]->cell;
	if (cells)
		ret = naming_make(cells, block->count, &block->naming);
	free(cells);
	return ret;
}

/* Fills a block with the rows from @first on that fit it and are in no earlier block. */
static int gather(const struct comparison *comparison, size_t first, bool *taken,
		  struct block *block)
{
	block->rows = calloc(comparison->nr_rows - first, sizeof(*block->rows));
	if (!block->rows)
		return -ENOMEM;
	for (size_t i = first; i < comparison->nr_rows; i++) {
		if (taken[i] || !fits(&comparison->rows[first], &comparison->rows[i]))
			continue;
		taken[i] = true;
		block->rows[block->count++] = &comparison->rows[i];
	}
	return name(block);
}

int blocks_make(const struct comparison *comparison, struct blocks *ret_blocks)
{
	bool *taken = calloc(comparison->nr_rows + 1, sizeof(*taken));
	struct blocks blocks = { 0 };
	int ret = taken ? 0 : -ENOMEM;

	for (size_t i = 0; i < comparison->nr_rows && !ret; i++) {
		struct block *grown;

		if (taken[i])
			continue;
		grown = grow(blocks.list, blocks.count, sizeof(*grown));
		if (!grown) {
			ret = -ENOMEM;
			break;
		}
		blocks.list = grown;
		grown[blocks.count] = (struct block){ .rows = NULL };
		ret = gather(comparison, i, taken, &grown[blocks.count++]);
	}
	free(taken);
	if (ret)
		blocks_release(&blocks);
	else
		*ret_blocks = blocks;
	return ret;
}

void blocks_release(struct blocks *blocks)
{
	for (size_t i = 0; i < blocks->count; i++) {
		free(blocks->list[i].rows);
		naming_release(&blocks->list[i].naming);
	}
	free(blocks->list);
	*blocks = (struct blocks){ 0 };
}

void block_name(const struct block *block, size_t number, struct text *text)
{
	const char *cell = block->rows[number]->cell;

	naming_shorten(&block->naming, cell, text);
	if (!text->length)
		text_add(text, "%.*s", (int)cell_bench_length(cell), cell);
}

void block_head(const struct block *block, struct text *text)
{
	const struct row *first = block->rows[0];
	const char *common = block->naming.common.text;

	text_add(text, "%.*s %s%s%s", (int)cell_bench_length(first->cell), first->cell,
		 first->metric, common[0] ? ": " : "", common);
}

void block_title(const struct block *block, struct text *text)
{
	block_head(block, text);
	if (block->naming.header.length)
		text_add(text, "; by %s", block->naming.header.text);
}
