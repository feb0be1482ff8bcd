#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "stats/grid.h"
#include "stats/maxt.h"
#include "stats/signflip.h"

/*
 * Patterns are computed in blocks, one row after the other: the inner loops run over the patterns
 * of a block, so that compilers can vectorise them. When all patterns are enumerated, the lowest
 * BLOCK_BITS pairs vary within a block and their sums come from a table; the pairs above them keep
 * their signs.
 */
#define BLOCK_BITS 8
#define BLOCK (1 << BLOCK_BITS)

struct maxt_row {
	size_t index; /* in the caller's order */
	const double *grid; /* one value per pair, 0 where it is missing */
	double weight; /* 1 / sqrt(sum of squares), which no flip changes */
	double observed;
	double high; /* the sum of the pairs above the table's, with their present signs */
	size_t reached; /* patterns in which this row or one before it reached @observed */
};

struct maxt {
	struct maxt_row *rows; /* in order of @observed, least first */
	size_t nr_rows, pairs;
	bool two_sided;
	size_t blocks;
	double *grids; /* @pairs values per row */
	double *tables; /* BLOCK sums of the lowest pairs per row. NULL: patterns are sampled */
	double *signs; /* BLOCK signs per pair, for the current block. NULL: enumerated */
	struct random random;
};

static double statistic(const struct maxt *maxt, const struct maxt_row *row, double sum)
{
	return (maxt->two_sided ? fabs(sum) : sum) * row->weight;
}

/*
 * Fills a row from @count values. maxt->pairs may be more than @count, to fill a block: the rest
 * are zeros, which change no sum. Returns false for a row without values.
 */
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

/* Fills the sums of the lowest pairs for each pattern: bit i of its number flips pair i. */
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
 * Goes on to the next block by flipping one of the pairs above the table's, in Gray's order, so
 * that each row needs one addition.
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
	for (size_t i = 0; first && i < maxt->pairs; i++) /* the observed one */
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
 * Raises @most, which holds for each pattern the greatest statistic of the rows so far, by this
 * row's statistic. Returns in how many patterns it then reaches row->observed.
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

/* Does the same where the sign of a sum does not count. */
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

/*
 * Allocates memory. Uses at least BLOCK_BITS + 1 pairs, so that a block is full even when the sign
 * of the last pair is fixed; see row_init().
 */
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
	/*
	 * In a two-sided test a pattern and its opposite are alike: only one of them is computed.
	 */
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
	for (size_t r = maxt.nr_rows; r-- > 0;) { /* p never falls as the statistic does */
		const struct maxt_row *row = &maxt.rows[r];

		p = fmax(p, (double)row->reached / ((double)maxt.blocks * BLOCK));
		ret_p[row->index] = p;
	}
out:
	if (rows)
		maxt_release(&maxt);
	return ret;
}
