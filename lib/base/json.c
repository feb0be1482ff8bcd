#include <stdatomic.h>
#include <stdlib.h>

#include "base/json.h"

static atomic_bool ran_out;

static void *allocate(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		atomic_store(&ran_out, true);
	return memory;
}

/* Before main(): jansson's allocator may not be changed once it was used. */
__attribute__((constructor)) static void watch_allocator(void)
{
	json_set_alloc_funcs(allocate, free);
}

bool json_ran_out(void)
{
	return atomic_exchange(&ran_out, false);
}

json_t *json_whole(json_t *built)
{
	if (!json_ran_out())
		return built;
	json_decref(built);
	return NULL;
}
