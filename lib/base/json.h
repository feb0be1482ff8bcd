/*
 * json - jansson, with memory that runs out noticed.
 *
 * Building an object takes dozens of calls, each of which may fail alone and leave a member out.
 * Instead of a check behind each one, jansson's allocator here remembers that it failed, and
 * who built something asks once at the end.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>

#include <jansson.h>

/* Whether an allocation of jansson's failed in this thread since the last call. */
bool json_ran_out(void);

/* @built as it is, or NULL (and nothing left of it) where something is missing from it. */
json_t *json_whole(json_t *built);

#endif
