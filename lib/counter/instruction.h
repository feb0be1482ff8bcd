/*
 * instruction - tells what an instruction does to the flow of a program, from its bytes.
 */
#ifndef COUNTER_INSTRUCTION_H
#define COUNTER_INSTRUCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INSTRUCTION_BYTES 16

enum flow {
	FLOW_ON, /* to the next instruction */
	FLOW_JUMP, /* to its target, or to the next one */
	FLOW_JUMP_ANYWHERE, /* where a register or memory says */
	FLOW_CALL,
	FLOW_CALL_ANYWHERE,
	FLOW_RETURN,
	FLOW_SYSTEM_CALL, /* into the kernel */
	FLOW_LEAVE, /* the kernel, an interrupt or an exception */
	FLOW_TRAP, /* an exception that is meant */
	FLOW_SLEEP, /* until an interrupt comes */
	FLOW_REPEAT, /* to itself, or to the next one */
};

/* What an instruction is besides. */
enum instruction_use {
	USE_OTHER,
	USE_CLOCK, /* reads the clock of the brackets */
	USE_ANNOUNCE, /* says a word of an announcement by the address that it reads */
	USE_SWITCH_FROM, /* keeps the stack of the task whose structure it writes to */
	USE_SWITCH_TO, /* takes the stack of the task whose structure it reads from */
};

struct instruction {
	uint64_t address;
	size_t size;
	uint8_t bytes[INSTRUCTION_BYTES];
};

struct machine {
	const char *name; /* as QEMU has it */
	enum flow (*flow)(const struct instruction *instruction, uint64_t *ret_target);
	enum instruction_use (*use)(const struct instruction *instruction);
};

/* Returns NULL for a machine that is not known. */
const struct machine *machine_find(const char *name);

#endif
