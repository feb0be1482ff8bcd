/* side_name - shortens the labels of sides: 6.18 where that is the only kernel of that series. */
#ifndef TABLE_SIDE_NAME_H
#define TABLE_SIDE_NAME_H

#include "result/sides.h"

#define SIDE_NAME 160

/*
 * Writes the label of a side, as short as tells it from all others: "6.18", "7.3-rc2", "6.18.15",
 * else the label. Only releases of kernels are shortened, and cut only where all are cut in the
 * same way. Characters that move a cursor are replaced. Returns @name.
 */
const char *side_name(const struct sides *sides, size_t side, char name[SIDE_NAME]);

#endif
