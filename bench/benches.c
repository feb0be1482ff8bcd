#include <stddef.h>

#include "measure/registry.h"

#define BENCH(name) extern const struct bench name;
#include "benches.def"
#undef BENCH

#define BENCH(name) &name,
const struct bench *const benches[] = {
#include "benches.def"
	NULL,
};
#undef BENCH
