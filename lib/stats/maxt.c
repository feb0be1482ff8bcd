#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "stats/grid.h"
#include "stats/maxt.h"
#include "stats/signflip.h"

/*
 * Patterns are worked off in blocks, one row after the other: the inner loops run over the patterns
 * of a block, which compilers make vectors of. When all are enumerated, the pairs above the lowest
 * BLOCK_BITS stay as they are within a block, and the sums of the lowest come from a table.
 */
#define BLOCK_BITS 8
#define BLOCK (1 << BLOCK_BITS)

struct maxt_row {
	size_t index; /* in the caller's order */
	const double *grid; /* a value a pair, 0 where it is missing */
	double weight; /* 1 / sqrt(sum of squares), which no flip changes */
	double observed;
	double high; /* the sum of the pairs above the table's, as they are signed now */
	size_t reached; /* patterns in which a row up to this one reached what was observed of this */
};

struct maxt {
	struct maxt_row *rows; /* in order of what was observed, least first */
	size_t nr_rows, pairs;
	bool two_sided;
	size_t blocks;
	double *grids; /* pairs a row */
	double *tables; /* BLOCK a row, in the order of rows: sums of the lowest pairs. NULL: sampled */
	double *signs; /* BLOCK a pair: of the block at hand. NULL: enumerated */
	struct random random;
};

static double statistic(const struct maxt *maxt, const struct maxt_row *row, double sum)
{
	return (maxt->two_sided ? fabs(sum) : sum) * row->weight;
}

/* More pairs than there are may be asked for, for the sake of whole blocks: zeros change nothing. */
static bool row_init(struct maxt *maxt, struct maxt_row *row, const double *values, size_t count,
		     size_t index)
{
	double *grid = maxt->grids + index * maxt->pairs;
	double scale = grid_scale(values, count, count), sum = 0, squares = 0;
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		any |= isfinite(values[i]) != 0;
		grid[i] = isfinite(values[i]) ? grid_round(values[i], scale) : 0;
		sum += grid[i];
		squares += grid[i] * grid[i];
	}
	*row = (struct maxt_row){ .index = index, .grid = grid };
	row->weight = squares > 0 ? 1 / sqrt(squares) : 0;
	row->observed = statistic(maxt, row, sum);
	return any;
}

/* Bit i of a pattern's number says that pair i is flipped. */
static void table_fill(double *table, const double *grid)
{
	for (size_t pattern = 0; pattern < BLOCK; pattern++) {
		table[pattern] = 0;
		for (size_t i = 0; i < BLOCK_BITS; i++)
			table[pattern] += pattern >> i & 1 ? -grid[i] : grid[i];
	}
}

static int compare_rows(const void *a, const void *b)
{
	const struct maxt_row *left = a, *right = b;

	if (left->observed != right->observed)
		return left->observed < right->observed ? -1 : 1;
	return left->index < right->index ? -1 : 1;
}

/*
 * The next block: one of the pairs above the table's is flipped, in Gray's order, so that each row
 * needs one addition; or all signs are drawn anew.
 */
static void flip_one(struct maxt *maxt, size_t block)
{
	size_t bit = (size_t)__builtin_ctzl(block);
	bool was_flipped = (block >> bit >> 1 & 1) != 0;
	double twice = was_flipped ? 2 : -2;

	for (size_t r = 0; r < maxt->nr_rows; r++)
		maxt->rows[r].high += twice * maxt->rows[r].grid[BLOCK_BITS + bit];
}

static void draw_signs(struct maxt *maxt, bool first)
{
	for (size_t pattern = 0; pattern < BLOCK; pattern++) {
		uint64_t bits = 0;

		for (size_t i = 0; i < maxt->pairs; i++) {
			if (i % 64 == 0)
				bits = random_next(&maxt->random);
			maxt->signs[i * BLOCK + pattern] = bits >> (i % 64) & 1 ? -1 : 1;
		}
	}
	for (size_t i = 0; first && i < maxt->pairs; i++) /* what was observed is one of them */
		maxt->signs[i * BLOCK] = 1;
}

static void sums_from_signs(const struct maxt *maxt, const double *grid, double *restrict sums)
{
	memset(sums, 0, BLOCK * sizeof(*sums));
	for (size_t i = 0; i < maxt->pairs; i++) {
		const double *restrict signs = maxt->signs + i * BLOCK;
		double value = grid[i];

		for (size_t k = 0; k < BLOCK; k++)
			sums[k] += signs[k] * value;
	}
}

/*
 * Raises @most, pattern by pattern the greatest statistic of the rows so far, to that of this row,
 * and counts where it reaches what was observed of it.
 */
static uint64_t raise(double *restrict most, const double *restrict sums,
		      const struct maxt_row *row)
{
	double high = row->high, weight = row->weight, observed = row->observed;
	uint64_t reached = 0;

	for (size_t k = 0; k < BLOCK; k++) {
		double value = (sums[k] + high) * weight;

		most[k] = value > most[k] ? value : most[k];
		reached += most[k] >= observed;
	}
	return reached;
}

/* The same when the sign does not count. */
static uint64_t raise_two_sided(double *restrict most, const double *restrict sums,
				const struct maxt_row *row)
{
	double high = row->high, weight = row->weight, observed = row->observed;
	uint64_t reached = 0;

	for (size_t k = 0; k < BLOCK; k++) {
		double value = fabs(sums[k] + high) * weight;

		most[k] = value > most[k] ? value : most[k];
		reached += most[k] >= observed;
	}
	return reached;
}

static void work_off_block(struct maxt *maxt, size_t block)
{
	double most[BLOCK], drawn[BLOCK];

	for (size_t k = 0; k < BLOCK; k++)
		most[k] = -INFINITY;
	if (maxt->signs)
		draw_signs(maxt, block == 0);
	else if (block > 0)
		flip_one(maxt, block);
	for (size_t r = 0; r < maxt->nr_rows; r++) {
		struct maxt_row *row = &maxt->rows[r];
		const double *sums = drawn;

		if (maxt->signs)
			sums_from_signs(maxt, row->grid, drawn);
		else
			sums = maxt->tables + r * BLOCK;
		row->reached +=
			maxt->two_sided ? raise_two_sided(most, sums, row) : raise(most, sums, row);
	}
}

static void maxt_release(struct maxt *maxt)
{
	free(maxt->rows);
	free(maxt->grids);
	free(maxt->tables);
	free(maxt->signs);
}

/* At least so many pairs that a block is whole when the last one's sign is fixed; see row_init(). */
static int maxt_init(struct maxt *maxt, size_t rows, size_t pairs, bool two_sided, uint64_t seed)
{
	bool sampled = pairs > SIGNFLIP_ENUMERATED;

	*maxt = (struct maxt){ .two_sided = two_sided };
	maxt->pairs = pairs > BLOCK_BITS ? pairs : BLOCK_BITS + 1;
	maxt->random = random_seeded(seed, pairs);
	maxt->rows = calloc(rows, sizeof(*maxt->rows));
	maxt->grids = calloc(rows * maxt->pairs, sizeof(*maxt->grids));
	if (sampled)
		maxt->signs = calloc(maxt->pairs * BLOCK, sizeof(*maxt->signs));
	else
		maxt->tables = calloc(rows * BLOCK, sizeof(*maxt->tables));
	if (!maxt->rows || !maxt->grids || !(sampled ? maxt->signs : maxt->tables))
		return -ENOMEM;
	/* A pattern and its opposite are alike when the sign does not count: one of both is enough. */
	maxt->blocks = sampled ? SIGNFLIP_SAMPLES / BLOCK
			       : (size_t)1 << (maxt->pairs - BLOCK_BITS - two_sided);
	return 0;
}

static void maxt_fill(struct maxt *maxt, const double *values, size_t rows, size_t pairs)
{
	for (size_t i = 0; i < rows; i++)
		maxt->nr_rows +=
			row_init(maxt, &maxt->rows[maxt->nr_rows], values + i * pairs, pairs, i);
	qsort(maxt->rows, maxt->nr_rows, sizeof(*maxt->rows), compare_rows);
	for (size_t r = 0; maxt->tables && r < maxt->nr_rows; r++) {
		struct maxt_row *row = &maxt->rows[r];

		table_fill(maxt->tables + r * BLOCK, row->grid);
		for (size_t i = BLOCK_BITS; i < maxt->pairs; i++)
			row->high += row->grid[i];
	}
}

int maxt_adjust(const double *values, size_t rows, size_t pairs, bool two_sided, uint64_t seed,
		double *ret_p)
{
	struct maxt maxt;
	double p = 0;
	int ret = rows ? maxt_init(&maxt, rows, pairs, two_sided, seed) : 0;

	if (!rows || ret)
		goto out;
	maxt_fill(&maxt, values, rows, pairs);
	for (size_t block = 0; block < maxt.blocks; block++)
		work_off_block(&maxt, block);
	for (size_t i = 0; i < rows; i++)
		ret_p[i] = 1;
	for (size_t r = maxt.nr_rows; r-- > 0;) { /* a row is never surer than one above it */
		const struct maxt_row *row = &maxt.rows[r];

		p = fmax(p, (double)row->reached / ((double)maxt.blocks * BLOCK));
		ret_p[row->index] = p;
	}
out:
	if (rows)
		maxt_release(&maxt);
	return ret;
}
