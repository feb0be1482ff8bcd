/* digest - prints a result file as a table, cell by cell. */
#ifndef TABLE_DIGEST_H
#define TABLE_DIGEST_H

#include <stdbool.h>
#include <stdio.h>

#include "base/reason.h"

/*
 * Prints median, quartiles, cost per page and GiB/s of every cell and metric; then what trials
 * noted, and what failed, was invalid or skipped, with the reasons. Returns 0 or -errno with the
 * reason.
 */
int digest_print(const char *path, FILE *file, bool colour, struct reason *reason);

#endif
