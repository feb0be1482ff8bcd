/*
 * counter - counts the instructions of timed brackets by call path and block.
 *
 * It is told of each block of instructions when it is translated and when it begins to run, with
 * the number of instructions that began so far. From that it knows how far the block before came,
 * and how it ended: a block may end early, by an exception, or because the emulator begins anew in
 * its middle. The instruction that raised an exception did not run: it counts when it is tried again.
 */
#ifndef COUNTER_COUNTER_H
#define COUNTER_COUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "counter/announcement.h"
#include "counter/instruction.h"
#include "counter/numbering.h"
#include "counter/paths.h"
#include "counter/rounds.h"

/*
 * An address at which the kernel was entered other than by a system call. Interrupts come between two
 * blocks, exceptions mostly in the middle of one: the two counts tell which of them enter here.
 */
struct entry_point {
	uint64_t address;
	uint64_t between, within; /* how often between two blocks, and within one */
};

/* A translated block. */
struct counter_block {
	uint64_t address, end, target;
	enum flow flow;
	bool is_user, reads_clock;
	struct entry_point *entry; /* NULL: the kernel is not entered there, as far as is known */
	uint32_t nr_instructions;
	uint32_t path, place; /* where it ran last; NUMBERING_NONE: nowhere yet */
	uint32_t starts[]; /* of its instructions, from its address */
};

/* How often a block ran on a call path since the last clock read. */
struct code_place {
	uint64_t stretch; /* the one between two clock reads in which it ran last */
	struct place_count count;
};

#define COUNTER_ENTRIES 256

struct block_counter {
	const struct machine *machine;
	struct paths paths;
	struct numbering places; /* a place is a block on a call path */
	struct code_place *place_list;
	size_t places_room;
	uint32_t *touched; /* places that ran in this stretch */
	size_t nr_touched, touched_room;
	uint64_t stretch;
	struct rounds rounds;
	struct entry_point entries[COUNTER_ENTRIES];
	size_t nr_entries;
	struct counter_block **blocks; /* all, to be released */
	size_t nr_blocks, blocks_room;
	struct counter_block *last; /* the one that runs; NULL: not known */
	uint64_t began; /* how many instructions had begun before it */
	uint64_t untrue; /* instructions that began and did not run: they raised an exception */
	uint64_t idle; /* time that the CPU slept */
	bool slept; /* the CPU did, since the last block */
	size_t paths_told; /* how many paths are written already */
	uint64_t trial;
	bool out_of_memory;
};

/*
 * Makes a counter for a kind of machine, as QEMU names it. 0, -ENOMEM, or -ENOTSUP if the name is not
 * known.
 */
int counter_init(struct block_counter *counter, const char *machine);
void counter_release(struct block_counter *counter);

/* Begins to count a trial. Where the CPU is, and in which task, is not known yet. */
void counter_start(struct block_counter *counter, uint64_t trial);

/* Describes a block; it lives as long as the counter. NULL without memory. */
struct counter_block *counter_describe(struct block_counter *counter,
				       const struct instruction *instructions, size_t count);

/* Notes that a block begins to run, before which @executed instructions had begun. */
void counter_enter(struct block_counter *counter, struct counter_block *block, uint64_t executed);

/* Notes for how long the CPU has slept in all, since the counter was made. */
void counter_slept(struct block_counter *counter, uint64_t idle);

/* Tells whether the block that is about to run is the first one after a sleep. */
bool counter_sleeps(const struct block_counter *counter);

/*
 * Note a switch of tasks: the kernel leaves the current task, whose call path is kept under @task, or
 * goes on with @task, whose path is taken up again. A task is named by its address in the kernel.
 */
void counter_switch_from(struct block_counter *counter, uint64_t task);
void counter_switch_to(struct block_counter *counter, uint64_t task);

/* Takes an announcement of an iteration or a sample. */
void counter_hear(struct block_counter *counter, const struct announcement *heard);

/* Writes the counts of the trial, in the format of lib/profile/counts.h. 0 or -errno. */
int counter_write(struct block_counter *counter, FILE *file);

#endif
