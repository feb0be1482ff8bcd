#include <stdlib.h>

#include "base/json.h"

/* One a thread: several may build something at the same time. */
static _Thread_local bool ran_out;

static void *allocate(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		ran_out = true;
	return memory;
}

/* Runs before main(): jansson's allocator may not be changed once it was used. */
__attribute__((constructor)) static void watch_allocator(void)
{
	json_set_alloc_funcs(allocate, free);
}

bool json_ran_out(void)
{
	bool before = ran_out;

	ran_out = false;
	return before;
}

json_t *json_whole(json_t *built)
{
	if (!json_ran_out())
		return built;
	json_decref(built);
	return NULL;
}
