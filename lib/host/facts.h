/*
 * facts - collects what about this host could explain a difference between two results.
 */
#ifndef HOST_FACTS_H
#define HOST_FACTS_H

#include <jansson.h>

#include "host/topology.h"

/* The "host" object of the result file; the caller owns it. NULL when memory ran out. */
json_t *facts_collect(const struct topology *topology);

/* "none", "kvm", "qemu-tcg", "qemu" (where it does not tell which), …: what this kernel runs on. */
const char *facts_virtual(void);

/* The same of a machine that a device tree describes, by its root's first "compatible" word. */
const char *facts_virtual_by_tree(const char *compatible);

/* "wall", or "icount" where the lab says that guest time is counted instructions. */
const char *facts_timing(void);

#endif
