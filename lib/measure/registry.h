/*
 * registry - lists all benchmarks, and finds one by its name.
 *
 * The list itself is bench/benches.c, made from bench/benches.def. Benchmarks stand on the other
 * files of this room; none of those uses the registry.
 */
#ifndef MEASURE_REGISTRY_H
#define MEASURE_REGISTRY_H

#include "measure/bench.h"

/* All benchmarks, in the order of bench/benches.def; ends with NULL. */
extern const struct bench *const benches[];

/* Returns NULL where no benchmark has that name. */
const struct bench *bench_find(const char *name);

/* Returns the names of all benchmarks, for suggestions; the list ends with NULL. */
const char *const *bench_names(void);

#endif
