/*
 * json - notices where memory ran out while jansson built something.
 *
 * Building an object takes dozens of calls, each of which may fail alone and leave a member out.
 * Instead of checking each call, the allocator that jansson is given here remembers that it failed,
 * and the builder asks once at the end.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>

#include <jansson.h>

/* Tells whether an allocation of jansson failed in this thread since the last call. */
bool json_ran_out(void);

/* Returns @built; or frees it and returns NULL, where memory ran out while it was built. */
json_t *json_whole(json_t *built);

#endif
