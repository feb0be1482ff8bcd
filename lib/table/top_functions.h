/* top_functions - prints which functions took most of what was profiled, cell by cell. */
#ifndef TABLE_TOP_FUNCTIONS_H
#define TABLE_TOP_FUNCTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/reason.h"

/*
 * Prints a list for each cell and metric that has a profile in the file; nothing where there is
 * none. Returns 0 or -errno with the reason.
 */
int top_functions_print(const char *path, FILE *file, bool colour, struct reason *reason);

#endif
