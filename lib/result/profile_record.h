/*
 * profile_record - writes and reads the record "profile": where an operation of a trial spent what
 * it took, by function and by stack.
 *
 * It stands behind its trial in the same file, one for each metric that was profiled. A stack is
 * written as its frames, outermost caller first, between ';'. Beside what each stack executed itself
 * ("stacks") stands how often it was entered ("stack_calls", where calls were counted), so that a
 * reader gets the tree of calls and not only the sums by function.
 */
#ifndef RESULT_PROFILE_RECORD_H
#define RESULT_PROFILE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/reason.h"

/* What the record says of all of the profile. Texts that were read belong to the record. */
struct profile_facts {
	const char *cell, *metric; /* of the trial */
	const char *boot_id, *kernel; /* of the boot that was profiled; "" or NULL: not told */
	const char *source, *event, *unit;
	int64_t block, order; /* of the trial */
	uint64_t operations; /* samples of the metric that were profiled */
	uint64_t total; /* of all operations together, without interrupts */
	uint64_t interrupts; /* in the unit; in no function */
	uint64_t idle_ns;
	uint64_t lost; /* samples for which there was no room */
};

/* A function of the profile, over all stacks in which it stands. */
struct profile_function {
	const char *name;
	const char *module; /* "": the kernel itself; "[user]": the program */
	uint64_t self, inclusive;
	uint64_t calls; /* 0: not counted */
};

/* ---- writing: begin, functions by self (largest first), stacks, end ---- */

/* Makes a record without functions, which the caller owns; NULL: memory ran out. */
json_t *profile_record_begin(const struct profile_facts *facts);
void profile_record_add_function(json_t *record, const struct profile_function *function);
/* @frames: "outermost;…;innermost". A @self or @calls of 0 is left out. */
void profile_record_add_stack(json_t *record, const char *frames, uint64_t self, uint64_t calls);
/* Returns the record; or frees it and returns NULL, where memory ran out on the way. */
json_t *profile_record_end(json_t *record);

/* ---- reading ---- */

bool profile_record_is(const json_t *record);

/* Returns 0; -EINVAL with the reason if a member is missing or is not what it must be. */
int profile_record_read(const json_t *record, struct profile_facts *ret_facts,
			struct reason *reason);

size_t profile_record_nr_functions(const json_t *record);
/* What is missing reads as "" or 0. */
struct profile_function profile_record_function(const json_t *record, size_t i);

/* Return objects for json_object_foreach(), frames -> a number; NULL where there are none. */
json_t *profile_record_stacks(const json_t *record);
json_t *profile_record_stack_calls(const json_t *record);

#endif
