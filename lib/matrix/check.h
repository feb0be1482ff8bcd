/*
 * check - which cells of a plan cannot run on this host, and why.
 */
#ifndef MATRIX_CHECK_H
#define MATRIX_CHECK_H

#include "host/topology.h"
#include "matrix/plan.h"

/* Sets skip and memory_bytes of every cell. */
int check_cells(struct plan *plan, const struct topology *topology);

#endif
