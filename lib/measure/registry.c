#include <string.h>

#include "measure/registry.h"

const struct bench *bench_find(const char *name)
{
	for (const struct bench *const *bench = benches; *bench; bench++)
		if (!strcmp((*bench)->name, name))
			return *bench;
	return NULL;
}

const char *const *bench_names(void)
{
	static const char *names[64];
	size_t count = 0;

	for (const struct bench *const *bench = benches; *bench && count < 63; bench++)
		names[count++] = (*bench)->name;
	return names;
}
