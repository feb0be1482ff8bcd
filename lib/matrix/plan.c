#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "matrix/check.h"
#include "matrix/plan.h"

/* ---- products become cells ---- */

static int count_cells(const struct config *config, size_t *ret_cells, size_t *ret_values,
		       struct reason *reason)
{
	uint64_t cells = 0, values = 0;

	for (size_t i = 0; i < config->nr_products; i++) {
		const struct product *product = &config->products[i];
		uint64_t count = product->nr_placements;

		for (size_t j = 0; j < bench_nr_params(product->bench); j++)
			if (__builtin_mul_overflow(count, product->params[j].count, &count))
				count = UINT64_MAX;
		if (__builtin_add_overflow(cells, count, &cells) || cells > PLAN_MOST_CELLS)
			return reason_set(reason, -E2BIG,
					  "the matrix has %llu cells or more, at most %d can be "
					  "planned: split it, or list fewer values",
					  (unsigned long long)(cells < count ? count : cells),
					  PLAN_MOST_CELLS);
		values += count * bench_nr_params(product->bench);
	}
	*ret_cells = cells;
	*ret_values = values;
	return 0;
}

/* Goes to the next combination; the last parameter changes most often. False after the last one. */
static bool advance(const struct product *product, size_t *digits, size_t nr_params)
{
	for (size_t i = nr_params; i-- > 0;) {
		if (++digits[i] < product->params[i].count)
			return true;
		digits[i] = 0;
	}
	return false;
}

static void expand_product(struct plan *plan, const struct product *product, struct value **values)
{
	size_t nr_params = bench_nr_params(product->bench);
	size_t digits[PARAM_MAX] = { 0 };

	do {
		struct value *own = *values;

		for (size_t i = 0; i < nr_params; i++)
			own[i] = product->params[i].values[digits[i]];
		*values += nr_params;
		for (size_t i = 0; i < product->nr_placements; i++)
			plan->cells[plan->nr_cells++] = (struct cell){
				.bench = product->bench,
				.values = own,
				.placement = product->placements[i],
				.rounds = product->rounds,
				.warmup = product->warmup,
				.iterations = product->iterations,
			};
	} while (advance(product, digits, nr_params));
}

/* ---- a cell named twice is measured once ---- */

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3ULL;
	return hash;
}

static uint64_t hash_cell(const struct cell *cell)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	hash = hash_bytes(hash, &cell->bench, sizeof(cell->bench));
	hash = hash_bytes(hash, cell->values, bench_nr_params(cell->bench) * sizeof(struct value));
	return hash_bytes(hash, cell->placement, strlen(cell->placement));
}

static bool is_same(const struct cell *a, const struct cell *b)
{
	return a->bench == b->bench && !strcmp(a->placement, b->placement) &&
	       !memcmp(a->values, b->values, bench_nr_params(a->bench) * sizeof(struct value));
}

/* Drops excluded cells and repeated ones; the first of equals stays. */
static int sift(struct plan *plan)
{
	size_t slots = 1, kept = 0;
	uint32_t *table;

	while (slots < plan->nr_cells * 2)
		slots *= 2;
	table = calloc(slots, sizeof(*table)); /* index + 1 of a kept cell */
	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < plan->nr_cells; i++) {
		struct cell *cell = &plan->cells[i];
		size_t slot = hash_cell(cell) & (slots - 1);

		if (excludes_match(&plan->config->excludes, cell))
			continue;
		while (table[slot] && !is_same(&plan->cells[table[slot] - 1], cell))
			slot = (slot + 1) & (slots - 1);
		if (table[slot])
			continue;
		plan->cells[kept++] = *cell;
		table[slot] = (uint32_t)kept;
	}
	plan->nr_cells = kept;
	free(table);
	return 0;
}

/* ---- the order ---- */

static void sum_up(struct plan *plan)
{
	for (size_t i = 0; i < plan->nr_cells; i++) {
		const struct cell *cell = &plan->cells[i];

		if (cell->skip) {
			plan->nr_skipped++;
			continue;
		}
		plan->nr_trials += cell->rounds;
		plan->estimate_ns += cell->rounds * cell_estimate_ns(cell);
		if (cell->rounds > plan->nr_blocks)
			plan->nr_blocks = cell->rounds;
		if (cell->memory_bytes > plan->most_memory_bytes)
			plan->most_memory_bytes = cell->memory_bytes;
	}
}

static int shuffle(struct plan *plan)
{
	size_t end = 0;

	plan->order = calloc(plan->nr_trials + 1, sizeof(*plan->order));
	plan->block_starts = calloc(plan->nr_blocks + 1, sizeof(*plan->block_starts));
	if (!plan->order || !plan->block_starts)
		return -ENOMEM;
	for (uint32_t block = 0; block < plan->nr_blocks; block++) {
		struct random random = random_seeded(plan->config->seed, block);
		size_t start = end;

		plan->block_starts[block] = start;
		for (size_t i = 0; i < plan->nr_cells; i++)
			if (!plan->cells[i].skip && plan->cells[i].rounds > block)
				plan->order[end++] = (uint32_t)i;
		random_shuffle(&random, plan->order + start, end - start);
	}
	plan->block_starts[plan->nr_blocks] = end;
	return 0;
}

uint32_t plan_block_of(const struct plan *plan, size_t index)
{
	uint32_t low = 0, high = plan->nr_blocks; /* it is in [low, high) */

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (plan->block_starts[middle] <= index)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static int allocate(struct plan *plan, struct reason *reason)
{
	size_t nr_cells = 0, nr_values = 0;
	int ret = count_cells(plan->config, &nr_cells, &nr_values, reason);

	if (ret)
		return ret;
	plan->cells = calloc(nr_cells + 1, sizeof(*plan->cells));
	plan->values = calloc(nr_values + 1, sizeof(*plan->values));
	return plan->cells && plan->values ? 0 : -ENOMEM;
}

int plan_make(const struct config *config, const struct topology *topology, struct plan **ret_plan,
	      struct reason *reason)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	struct value *values;
	int ret;

	if (!plan)
		return -ENOMEM;
	plan->config = config;
	ret = allocate(plan, reason);
	if (ret)
		goto out_free;
	values = plan->values;
	for (size_t i = 0; i < config->nr_products; i++)
		expand_product(plan, &config->products[i], &values);
	ret = sift(plan);
	if (ret)
		goto out_free;
	if (!plan->nr_cells) {
		ret = reason_set(reason, -EINVAL, "the matrix is empty: every cell is excluded");
		goto out_free;
	}
	ret = check_cells(plan->cells, plan->nr_cells, topology, &plan->reasons);
	if (ret)
		goto out_free;
	sum_up(plan);
	ret = shuffle(plan);
	if (ret)
		goto out_free;
	*ret_plan = plan;
	return 0;

out_free:
	plan_free(plan);
	return ret;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	interned_release(&plan->reasons);
	free(plan->block_starts);
	free(plan->order);
	free(plan->values);
	free(plan->cells);
	free(plan);
}
