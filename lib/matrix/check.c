#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/hugepages.h"
#include "host/memory.h"
#include "host/placement.h"
#include "matrix/answers.h"
#include "matrix/check.h"
#include "measure/devices.h"
#include "mem/backing.h"

/* Memory nodes that placements come to, and what can be had of them together. */
struct node_set {
	struct node_set *next;
	unsigned int nodes[PLACEMENT_MAX_NODES];
	size_t nr_nodes;
	uint64_t available_bytes;
};

struct cell_check {
	const struct topology *topology;
	struct interned *reasons;
	struct interned placements; /* their texts, to be told apart by address */
	struct answers answers;
	struct node_set *node_sets;
	const struct node_set *memory; /* of the cell that is being checked */
};

/* Asks the host about one cell: 0, -ENOMEM, or not with the reason. */
typedef int ask(struct cell_check *check, const struct cell *cell, const void **ret_found,
		struct reason *reason);

struct question_kind {
	ask *ask;
};

static int keep_reason(struct cell_check *check, const struct reason *reason, const char **ret_skip)
{
	*ret_skip = interned_add(check->reasons, reason->text);
	return *ret_skip ? 0 : -ENOMEM;
}

/* A plan may have 100,000 cells, and few different questions about them. */
static int ask_once(struct cell_check *check, struct cell *cell, const struct question *question,
		    const void **ret_found)
{
	const struct question_kind *kind = question->kind;
	struct reason reason = { "" };
	bool is_new;
	struct answer *answer = answers_find(&check->answers, question, &is_new);
	int ret;

	if (!answer)
		return -ENOMEM;
	ret = is_new ? kind->ask(check, cell, &answer->found, &reason) : 0;
	if (ret && ret != -ENOMEM)
		ret = keep_reason(check, &reason, &answer->skip);
	cell->skip = answer->skip;
	*ret_found = answer->found;
	return ret;
}

/* ---- the benchmark ---- */

static int ask_bench(struct cell_check *check, const struct cell *cell, const void **ret_found,
		     struct reason *reason)
{
	(void)check;
	(void)ret_found;
	return bench_runnable(cell->bench, reason);
}

static int check_bench(struct cell_check *check, struct cell *cell)
{
	static const struct question_kind runs = { ask_bench };
	const struct question question = { .kind = &runs, .about = cell->bench };
	const void *nothing;

	return ask_once(check, cell, &question, &nothing);
}

/* The benchmark's own rules ask nothing of the host. */
static int check_values(struct cell_check *check, struct cell *cell)
{
	struct reason reason = { "" };
	int ret = bench_check_pages(cell->bench, cell->values, &reason);

	if (!ret && cell->bench->possible)
		ret = cell->bench->possible(cell->values, &reason);
	return ret ? keep_reason(check, &reason, &cell->skip) : 0;
}

/* ---- the backing ---- */

static const char *backing_name(const struct cell *cell)
{
	return bench_word(cell->bench, cell->values, "backing");
}

static int ask_backing(struct cell_check *check, const struct cell *cell, const void **ret_found,
		       struct reason *reason)
{
	struct backing backing;
	int ret = backing_find(backing_name(cell), &backing, reason);

	(void)check;
	(void)ret_found;
	return ret ? ret : backing_possible(&backing, hugetlb_may_reserve(), reason);
}

static int check_backing(struct cell_check *check, struct cell *cell)
{
	static const struct question_kind exists = { ask_backing };
	const struct question question = { .kind = &exists, .about = backing_name(cell) };
	const void *nothing;

	return question.about ? ask_once(check, cell, &question, &nothing) : 0;
}

/* ---- devices, CPUs and the nodes of the memory ---- */

/* Asks what the nodes have where it was not asked before; NULL: memory ran out. */
static const struct node_set *find_node_set(struct cell_check *check,
					    const struct placement *placement)
{
	size_t length = placement->nr_mem_nodes * sizeof(*placement->mem_nodes);
	struct node_set *set = check->node_sets;

	while (set && (set->nr_nodes != placement->nr_mem_nodes ||
		       memcmp(set->nodes, placement->mem_nodes, length)))
		set = set->next;
	if (set)
		return set;
	set = calloc(1, sizeof(*set));
	if (!set)
		return NULL;
	memcpy(set->nodes, placement->mem_nodes, length);
	set->nr_nodes = placement->nr_mem_nodes;
	if (memory_available(set->nodes, set->nr_nodes, &set->available_bytes))
		set->available_bytes = UINT64_MAX; /* the host does not tell */
	set->next = check->node_sets;
	check->node_sets = set;
	return set;
}

static uint64_t nr_threads(const struct cell *cell)
{
	return bench_number(cell->bench, cell->values, "threads", 1);
}

static int ask_place(struct cell_check *check, const struct cell *cell, const void **ret_found,
		     struct reason *reason)
{
	struct placement placement;
	struct devices devices;
	int ret = devices_choose(cell->bench, cell->values, &devices, reason);

	if (!ret)
		ret = placement_resolve(check->topology, cell->placement, devices_node(&devices),
					nr_threads(cell), &placement, reason);
	devices_release(&devices);
	if (ret)
		return ret;
	*ret_found = find_node_set(check, &placement);
	return *ret_found ? 0 : -ENOMEM;
}

/* Which devices are chosen hangs on this, and on nothing else that a cell has. */
static const void *device_word(const struct cell *cell)
{
	static const char every[] = "every device";
	const char *word = bench_word(cell->bench, cell->values, "device");

	if (!(cell->bench->needs & NEEDS_VFIO_DEVICE))
		return NULL;
	return word ? word : every; /* there is one copy of each word */
}

static int check_place(struct cell_check *check, struct cell *cell)
{
	static const struct question_kind exists = { ask_place };
	const struct question question = {
		.kind = &exists,
		.about = device_word(cell),
		.where = interned_add(&check->placements, cell->placement),
		.number = nr_threads(cell),
	};
	const void *found;
	int ret = question.where ? ask_once(check, cell, &question, &found) : -ENOMEM;

	if (!ret)
		check->memory = found;
	return ret;
}

/* ---- memory ---- */

static int ask_memory(struct cell_check *check, const struct cell *cell, const void **ret_found,
		      struct reason *reason)
{
	const struct node_set *memory = check->memory;

	(void)ret_found;
	return cell_check_memory(cell, memory->nodes, memory->nr_nodes, memory->available_bytes,
				 reason);
}

static int check_memory(struct cell_check *check, struct cell *cell)
{
	static const struct question_kind suffices = { ask_memory };
	const struct question question = {
		.kind = &suffices,
		.about = backing_name(cell),
		.where = check->memory,
		.number = cell->memory_bytes,
	};
	const void *nothing;

	return question.about ? ask_once(check, cell, &question, &nothing) : 0;
}

/* ---- all of it ---- */

/* The first reason is the one that a skip is given; check_memory() needs what check_place() found. */
static int check_cell(struct cell_check *check, struct cell *cell)
{
	static int (*const checks[])(struct cell_check *,
				     struct cell *) = { check_bench, check_values, check_backing,
							check_place, check_memory };
	int ret = 0;

	if (bench_param_index(cell->bench, "backing") >= 0)
		cell->memory_bytes = bench_memory_bytes(cell->bench, cell->values);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && !ret && !cell->skip; i++)
		ret = checks[i](check, cell);
	return ret;
}

static void release(struct cell_check *check)
{
	while (check->node_sets) {
		struct node_set *next = check->node_sets->next;

		free(check->node_sets);
		check->node_sets = next;
	}
	answers_release(&check->answers);
	interned_release(&check->placements);
}

int check_cells(struct cell *cells, size_t nr_cells, const struct topology *topology,
		struct interned *reasons)
{
	struct cell_check check = { .topology = topology, .reasons = reasons };
	int ret = 0;

	for (size_t i = 0; i < nr_cells && !ret; i++)
		ret = check_cell(&check, &cells[i]);
	release(&check);
	return ret;
}
