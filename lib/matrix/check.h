/*
 * check - finds the cells that cannot run on this host, and why.
 */
#ifndef MATRIX_CHECK_H
#define MATRIX_CHECK_H

#include "base/interned.h"
#include "host/topology.h"
#include "matrix/cell.h"

/*
 * Sets skip and memory_bytes of every cell; skip points into @reasons, which must outlive the
 * cells. 0 or -ENOMEM.
 */
int check_cells(struct cell *cells, size_t nr_cells, const struct topology *topology,
		struct interned *reasons);

#endif
