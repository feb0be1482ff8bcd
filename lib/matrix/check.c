#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/hugepages.h"
#include "host/memory.h"
#include "host/placement.h"
#include "matrix/check.h"
#include "measure/devices.h"
#include "mem/backing.h"

/*
 * The host is asked once for each benchmark, backing, placement and size, not once a cell: a
 * plan may have 100,000 of them. What it said is kept in a hash table.
 */
struct verdict {
	const void *what; /* NULL: an empty slot */
	const char *where;
	uint64_t number;
	const char *skip;
};

#define MAX_ROOMS 64

/* The memory that a placement has. */
struct room {
	const char *request;
	uint64_t bytes;
};

struct check {
	struct room rooms[MAX_ROOMS];
	size_t nr_rooms;
	struct interned *reasons;
	const struct topology *topology;
	struct verdict *slots;
	size_t nr_slots, used; /* nr_slots is a power of two */
};

static size_t hash_key(const void *what, const char *where, uint64_t number)
{
	uint64_t hash = 0xcbf29ce484222325ULL ^ (uintptr_t)what;

	hash = (hash ^ number) * 0x9e3779b97f4a7c15ULL;
	for (; *where; where++)
		hash = (hash ^ (unsigned char)*where) * 0x100000001b3ULL;
	return (size_t)(hash ^ hash >> 32);
}

static struct verdict *find_slot(struct verdict *slots, size_t nr_slots, const void *what,
				 const char *where, uint64_t number)
{
	size_t i = hash_key(what, where, number) & (nr_slots - 1);

	while (slots[i].what && (slots[i].what != what || slots[i].number != number ||
				 strcmp(slots[i].where, where)))
		i = (i + 1) & (nr_slots - 1);
	return &slots[i];
}

static int make_room(struct check *check)
{
	size_t nr_slots = check->nr_slots ? check->nr_slots * 2 : 256;
	struct verdict *slots;

	if (check->nr_slots && check->used * 2 < check->nr_slots)
		return 0;
	slots = calloc(nr_slots, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < check->nr_slots; i++) {
		const struct verdict *old = &check->slots[i];

		if (old->what)
			*find_slot(slots, nr_slots, old->what, old->where, old->number) = *old;
	}
	free(check->slots);
	check->slots = slots;
	check->nr_slots = nr_slots;
	return 0;
}

/* A question to the host about one cell: 0, or not with the reason. */
typedef int ask(struct check *check, const struct cell *cell, struct reason *reason);

static const char *kept(struct check *check, int ret, const struct reason *reason)
{
	const char *text = ret ? interned_add(check->reasons, reason->text) : NULL;

	return ret && !text ? "memory ran out" : text;
}

static const char *ask_once(struct check *check, const struct cell *cell, ask *question,
			    const void *what, const char *where, uint64_t number)
{
	struct verdict *verdict = find_slot(check->slots, check->nr_slots, what, where, number);
	struct reason reason = { "" };

	if (!verdict->what) {
		int ret = question(check, cell, &reason);

		*verdict = (struct verdict){ what, where, number, kept(check, ret, &reason) };
		check->used++;
	}
	return verdict->skip;
}

static int ask_bench(struct check *check, const struct cell *cell, struct reason *reason)
{
	(void)check;
	return bench_runnable(cell->bench, reason);
}

static const char *check_bench(struct check *check, const struct cell *cell)
{
	return ask_once(check, cell, ask_bench, cell->bench, "", 0);
}

/* The benchmark's own rules ask nothing of the host. */
static const char *check_values(struct check *check, const struct cell *cell)
{
	struct reason reason = { "" };
	int ret = bench_check_pages(cell->bench, cell->values, &reason);

	if (!ret && cell->bench->possible)
		ret = cell->bench->possible(cell->values, &reason);
	return kept(check, ret, &reason);
}

static const char *backing_name(const struct cell *cell)
{
	return bench_word(cell->bench, cell->values, "backing");
}

static int ask_backing(struct check *check, const struct cell *cell, struct reason *reason)
{
	struct backing backing;
	int ret = backing_find(backing_name(cell), &backing, reason);

	(void)check;
	return ret ? ret : backing_possible(&backing, hugetlb_may_reserve(), reason);
}

static const char *check_backing(struct check *check, const struct cell *cell)
{
	const char *name = backing_name(cell);

	return name ? ask_once(check, cell, ask_backing, name, "", 0) : NULL;
}

static int resolve(struct check *check, const struct cell *cell, uint64_t nr_threads,
		   struct placement *placement, struct reason *reason)
{
	struct devices devices;
	int ret = devices_choose(cell->bench, cell->values, &devices, reason);

	if (!ret)
		ret = placement_resolve(check->topology, cell->placement, devices_node(&devices),
					nr_threads, placement, reason);
	devices_release(&devices);
	return ret;
}

static uint64_t nr_threads(const struct cell *cell)
{
	return bench_number(cell->bench, cell->values, "threads", 1);
}

static int ask_place(struct check *check, const struct cell *cell, struct reason *reason)
{
	struct placement placement;

	return resolve(check, cell, nr_threads(cell), &placement, reason);
}

static const char *check_place(struct check *check, const struct cell *cell)
{
	const char *device = bench_word(cell->bench, cell->values, "device");

	/* Words are shared by all cells that have them: their address tells them apart. */
	return ask_once(check, cell, ask_place, device ? device : cell->bench->name,
			cell->placement, nr_threads(cell));
}

/* What a placement's nodes have is read once: reading it anew for each size would take seconds. */
static uint64_t memory_of(struct check *check, const char *request,
			  const struct placement *placement)
{
	struct room *room = check->rooms;

	while (room < check->rooms + check->nr_rooms && strcmp(room->request, request))
		room++;
	if (room < check->rooms + check->nr_rooms)
		return room->bytes;
	if (check->nr_rooms == MAX_ROOMS)
		check->nr_rooms = 0;
	room = &check->rooms[check->nr_rooms++];
	room->request = request;
	if (memory_available(placement->mem_nodes, placement->nr_mem_nodes, &room->bytes))
		room->bytes = UINT64_MAX; /* the host does not tell */
	return room->bytes;
}

static int ask_memory(struct check *check, const struct cell *cell, struct reason *reason)
{
	struct placement placement;
	int ret = resolve(check, cell, 1, &placement, reason);

	if (ret)
		return ret;
	return cell_check_memory(cell, placement.mem_nodes, placement.nr_mem_nodes,
				 memory_of(check, cell->placement, &placement), reason);
}

static const char *check_memory(struct check *check, const struct cell *cell)
{
	const char *name = backing_name(cell);

	return name ? ask_once(check, cell, ask_memory, name, cell->placement, cell->memory_bytes)
		    : NULL;
}

int check_cells(struct cell *cells, size_t nr_cells, const struct topology *topology,
		struct interned *reasons)
{
	static const char *(*const checks[])(struct check *, const struct cell *) = {
		check_bench, check_values, check_backing, check_place, check_memory
	};
	struct check check = { .reasons = reasons, .topology = topology };
	int ret = 0;

	for (size_t i = 0; i < nr_cells && !ret; i++) {
		struct cell *cell = &cells[i];

		if (bench_param_index(cell->bench, "backing") >= 0)
			cell->memory_bytes = bench_memory_bytes(cell->bench, cell->values);
		for (size_t j = 0; j < sizeof(checks) / sizeof(checks[0]) && !cell->skip; j++) {
			ret = make_room(&check);
			if (ret)
				break;
			cell->skip = checks[j](&check, cell);
		}
	}
	free(check.slots);
	return ret;
}
