/*
 * digest - one result file, cell by cell, as a table to read.
 */
#ifndef TABLE_DIGEST_H
#define TABLE_DIGEST_H

#include <stdbool.h>
#include <stdio.h>

#include "base/reason.h"

/*
 * Prints median, quartiles, cost per page and GiB/s of every cell and metric; then what trials
 * noted, and what was failed, invalid or skipped, with the reasons.
 */
int digest_print(const char *path, FILE *file, bool colour, struct reason *reason);

#endif
