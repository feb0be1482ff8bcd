#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "counter/counter.h"

#define FIRST_ROOM 1024
#define KERNEL_BIT (UINT64_C(1) << 63)

int counter_init(struct block_counter *counter, const char *machine)
{
	memset(counter, 0, sizeof(*counter));
	counter->machine = machine_find(machine);
	return counter->machine ? paths_init(&counter->paths) : -ENOTSUP;
}

void counter_release(struct block_counter *counter)
{
	for (size_t i = 0; i < counter->nr_blocks; i++)
		free(counter->blocks[i]);
	free(counter->blocks);
	free(counter->place_list);
	free(counter->touched);
	numbering_release(&counter->places);
	paths_release(&counter->paths);
	rounds_release(&counter->rounds);
	memset(counter, 0, sizeof(*counter));
}

void counter_start(struct block_counter *counter, uint64_t trial)
{
	counter->trial = trial;
	counter->last = NULL;
	counter->slept = false;
	counter->nr_touched = 0;
	counter->stretch++;
	paths_forget_tasks(&counter->paths);
	rounds_begin_trial(&counter->rounds);
}

/* Returns the list with room for one more, or NULL. */
static void *grown(struct block_counter *counter, void *list, size_t count, size_t *room,
		   size_t size)
{
	size_t wanted = *room ? 2 * *room : FIRST_ROOM;

	if (count < *room)
		return list;
	list = realloc(list, wanted * size);
	if (list)
		*room = wanted;
	else
		counter->out_of_memory = true;
	return list;
}

/* ---- blocks ---- */

static struct entry_point *entry_at(struct block_counter *counter, uint64_t address)
{
	for (size_t i = 0; i < counter->nr_entries; i++)
		if (counter->entries[i].address == address)
			return &counter->entries[i];
	return NULL;
}

/* An interrupt may come behind an instruction that the emulator began anew, but seldom does. */
static bool is_exception(const struct entry_point *entry)
{
	return entry && 4 * entry->within > entry->between;
}

static void learn_entry(struct block_counter *counter, struct counter_block *block, bool within)
{
	if (!block->entry)
		block->entry = entry_at(counter, block->address);
	if (!block->entry && counter->nr_entries < COUNTER_ENTRIES) {
		block->entry = &counter->entries[counter->nr_entries++];
		*block->entry = (struct entry_point){ .address = block->address };
	}
	if (block->entry && within)
		block->entry->within++;
	else if (block->entry)
		block->entry->between++;
}

static bool keep_block(struct block_counter *counter, struct counter_block *block)
{
	struct counter_block **blocks = grown(counter, counter->blocks, counter->nr_blocks,
					      &counter->blocks_room, sizeof(*blocks));

	if (!blocks)
		return false;
	counter->blocks = blocks;
	blocks[counter->nr_blocks++] = block;
	return true;
}

struct counter_block *counter_describe(struct block_counter *counter,
				       const struct instruction *instructions, size_t count)
{
	const struct instruction *last = &instructions[count - 1];
	struct counter_block *block = calloc(1, sizeof(*block) + count * sizeof(block->starts[0]));

	if (!block || !keep_block(counter, block)) {
		free(block);
		return NULL;
	}
	block->address = instructions[0].address;
	block->end = last->address + last->size;
	block->flow = counter->machine->flow(last, &block->target);
	block->is_user = !(block->address & KERNEL_BIT);
	block->reads_clock = block->is_user && counter->machine->use(last) == USE_CLOCK;
	block->entry = entry_at(counter, block->address);
	block->nr_instructions = (uint32_t)count;
	block->path = block->place = NUMBERING_NONE;
	for (size_t i = 0; i < count; i++)
		block->starts[i] = (uint32_t)(instructions[i].address - block->address);
	return block;
}

/* ---- places ---- */

static bool make_place(struct block_counter *counter, uint32_t number)
{
	struct code_place *places;

	if (number == NUMBERING_NONE) {
		counter->out_of_memory = true;
		return false;
	}
	places =
		grown(counter, counter->place_list, number, &counter->places_room, sizeof(*places));
	if (!places)
		return false;
	counter->place_list = places;
	places[number] = (struct code_place){ .count.place = number };
	return true;
}

/* Returns NULL without memory. All code of user space is one place. */
static struct code_place *place_of(struct block_counter *counter, struct counter_block *block)
{
	uint32_t path = paths_now(&counter->paths);
	struct numbering_key key = { path, block->address, 0 };
	size_t known = counter->places.count;

	if (block->path == path && block->place != NUMBERING_NONE)
		return &counter->place_list[block->place];
	if (block->is_user)
		key = (struct numbering_key){ PATHS_USER, 0, 0 };
	block->path = path;
	block->place = numbering_of(&counter->places, &key);
	if (counter->places.count > known && !make_place(counter, block->place))
		block->place = NUMBERING_NONE;
	return block->place == NUMBERING_NONE ? NULL : &counter->place_list[block->place];
}

static void count(struct block_counter *counter, struct counter_block *block, uint64_t instructions)
{
	struct code_place *place = place_of(counter, block);
	uint32_t *touched;

	if (!place || !instructions)
		return;
	if (place->stretch != counter->stretch) {
		touched = grown(counter, counter->touched, counter->nr_touched,
				&counter->touched_room, sizeof(*touched));
		if (!touched)
			return;
		counter->touched = touched;
		touched[counter->nr_touched++] = place->count.place;
		place->stretch = counter->stretch;
		place->count.instructions = place->count.executions = 0;
	}
	place->count.instructions += instructions;
	place->count.executions++;
}

static void mark(struct block_counter *counter, uint64_t executed)
{
	for (size_t i = 0; i < counter->nr_touched; i++)
		rounds_add(&counter->rounds, &counter->place_list[counter->touched[i]].count);
	counter->nr_touched = 0;
	counter->stretch++;
	rounds_mark(&counter->rounds, executed - counter->untrue + counter->idle, counter->idle);
}

/* ---- from block to block ---- */

/* The next block is not what the last one leads to: the kernel was entered there. */
static void enter(struct block_counter *counter, struct counter_block *next,
		  uint64_t interrupted_at)
{
	learn_entry(counter, next, false);
	paths_enter(&counter->paths, interrupted_at, next->address);
}

static void follow_return(struct block_counter *counter, struct counter_block *next)
{
	if (paths_return(&counter->paths, next->address))
		return;
	if (next->entry) {
		paths_return_once(&counter->paths);
		enter(counter, next, 0);
	} else {
		paths_lose(&counter->paths);
	}
}

static void follow_call(struct block_counter *counter, const struct counter_block *last,
			struct counter_block *next)
{
	if (last->flow == FLOW_CALL) {
		paths_call(&counter->paths, last->end, last->target);
		if (next->address != last->target)
			enter(counter, next, last->target);
	} else if (next->entry) {
		/* Interrupted before its first instruction: which function it is, nobody knows. */
		paths_call(&counter->paths, last->end, 0);
		enter(counter, next, 0);
	} else {
		paths_call(&counter->paths, last->end, next->address);
	}
}

static void follow_jump(struct block_counter *counter, const struct counter_block *last,
			struct counter_block *next)
{
	if (next->address == last->end)
		return;
	if ((last->flow == FLOW_JUMP && next->address == last->target) ||
	    (last->flow == FLOW_REPEAT && next->address >= last->address &&
	     next->address < last->end))
		return;
	enter(counter, next, last->end);
}

/* The last block ran to its end, and the kernel runs next. */
static void follow(struct block_counter *counter, const struct counter_block *last,
		   struct counter_block *next)
{
	switch (last->flow) {
	case FLOW_CALL:
	case FLOW_CALL_ANYWHERE:
		follow_call(counter, last, next);
		break;
	case FLOW_RETURN:
		follow_return(counter, next);
		break;
	case FLOW_LEAVE:
		paths_leave(&counter->paths);
		break;
	case FLOW_SYSTEM_CALL:
	case FLOW_TRAP:
		paths_enter(&counter->paths, last->end, next->address);
		break;
	case FLOW_SLEEP:
		enter(counter, next, last->end);
		break;
	case FLOW_JUMP_ANYWHERE:
		if (next->entry)
			enter(counter, next, 0);
		break;
	default:
		follow_jump(counter, last, next);
	}
}

/* The emulator may give up an instruction, and begin with it again. */
static bool begins_again(const struct counter_block *last, uint64_t began,
			 const struct counter_block *next)
{
	return next->address == last->address + last->starts[began - 1] &&
	       (began < last->nr_instructions || last->flow == FLOW_ON);
}

/*
 * Whether the last of the instructions that began raised an exception. In the middle of a block it
 * did, unless the next block begins behind it, or at an address where interrupts lead.
 */
static bool raised_exception(struct block_counter *counter, const struct counter_block *last,
			     uint64_t began, struct counter_block *next)
{
	if (began == last->nr_instructions)
		return is_exception(next->entry) && last->flow != FLOW_TRAP &&
		       last->flow != FLOW_SYSTEM_CALL;
	if (next->address == last->address + last->starts[began])
		return false;
	learn_entry(counter, next, true);
	return is_exception(next->entry);
}

/* Where the last block went. */
static void go_on(struct block_counter *counter, const struct counter_block *last, uint64_t began,
		  struct counter_block *next, bool exception)
{
	uint64_t stopped = last->address + last->starts[began - 1];

	if (next->is_user)
		paths_to_user(&counter->paths);
	else if (exception)
		paths_enter(&counter->paths, stopped, next->address);
	else if (began == last->nr_instructions &&
		 (!last->is_user || last->flow == FLOW_SYSTEM_CALL))
		follow(counter, last, next);
	else if (last->is_user || next->address != last->address + last->starts[began])
		enter(counter, next, stopped);
}

/* The last block is over: counts it, and goes where it went. */
static void conclude(struct block_counter *counter, struct counter_block *last, uint64_t began,
		     struct counter_block *next)
{
	bool again, exception;

	if (!began || began > last->nr_instructions) {
		count(counter, last, began);
		return;
	}
	again = begins_again(last, began, next);
	exception = !again && raised_exception(counter, last, began, next);
	counter->untrue += again || exception;
	count(counter, last, began - (again || exception));
	if (!again)
		go_on(counter, last, began, next, exception);
	counter->slept = last->flow == FLOW_SLEEP;
}

void counter_enter(struct block_counter *counter, struct counter_block *block, uint64_t executed)
{
	struct counter_block *last = counter->last;

	if (last)
		conclude(counter, last, executed - counter->began, block);
	else if (block->is_user)
		paths_to_user(&counter->paths);
	if (last && last->reads_clock && executed - counter->began == last->nr_instructions)
		mark(counter, executed);
	counter->last = block;
	counter->began = executed;
}

bool counter_sleeps(const struct block_counter *counter)
{
	return counter->slept;
}

void counter_slept(struct block_counter *counter, uint64_t idle)
{
	counter->idle = idle;
	counter->slept = false;
}

void counter_switch_from(struct block_counter *counter, uint64_t task)
{
	paths_name_task(&counter->paths, task);
}

void counter_switch_to(struct block_counter *counter, uint64_t task)
{
	paths_switch(&counter->paths, task);
}

void counter_hear(struct block_counter *counter, const struct announcement *heard)
{
	if (heard->kind == ANNOUNCE_ROUND)
		rounds_begin(&counter->rounds);
	else if (heard->kind == ANNOUNCE_SAMPLE)
		rounds_claim(&counter->rounds, heard->metric, heard->number);
}

/* ---- the outcome ---- */

static void write_paths(struct block_counter *counter, FILE *file)
{
	for (size_t i = counter->paths_told; i < counter->paths.tree.count; i++) {
		const struct path *path = paths_get(&counter->paths, (uint32_t)i);

		if (i > PATHS_UNKNOWN)
			fprintf(file, "path %zu %llu %llx %llx\n", i,
				(unsigned long long)path->parent,
				(unsigned long long)path->returns_to,
				(unsigned long long)path->entry);
	}
	counter->paths_told = counter->paths.tree.count;
}

static void write_tally(const struct block_counter *counter, unsigned int metric, FILE *file)
{
	const struct round_tally *tally = &counter->rounds.tallies[metric];

	fprintf(file, "metric %u %llu %llu %llu %llu\n", metric,
		(unsigned long long)tally->operations, (unsigned long long)tally->ticks,
		(unsigned long long)tally->idle, (unsigned long long)tally->unclaimed);
	for (size_t i = 0; i < tally->room && i < counter->places.count; i++)
		if (tally->instructions[i])
			fprintf(file, "at %llu %llx %llu %llu\n",
				(unsigned long long)counter->places.keys[i].a,
				(unsigned long long)counter->places.keys[i].b,
				(unsigned long long)tally->instructions[i],
				(unsigned long long)tally->executions[i]);
}

int counter_write(struct block_counter *counter, FILE *file)
{
	fprintf(file, "trial %llu %llu %d\n", (unsigned long long)counter->trial,
		(unsigned long long)counter->rounds.nr_full, counter->out_of_memory);
	write_paths(counter, file);
	for (unsigned int i = 0; i < ROUNDS_METRICS; i++)
		if (counter->rounds.tallies[i].operations)
			write_tally(counter, i, file);
	fprintf(file, "end\n");
	return fflush(file) || ferror(file) ? -EIO : 0;
}
