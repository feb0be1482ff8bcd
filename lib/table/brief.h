/*
 * brief - one result file in some twenty lines: the host, the range of each metric, what stands
 * out, what was skipped.
 *
 * The figures are those of one boot. They tell how its cells differ, and nothing of how another
 * boot or kernel would.
 */
#ifndef TABLE_BRIEF_H
#define TABLE_BRIEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/reason.h"

struct brief;

/* Reads a result file; the caller frees the brief. 0 or -errno with the reason. */
int brief_open(const char *path, struct brief **ret_brief, struct reason *reason);

/* Returns how many rows the table of all cells has. */
size_t brief_nr_rows(const struct brief *brief);

/* Prints it, with the command that prints the table. 0 or -ENOMEM. */
int brief_print(const struct brief *brief, FILE *file, bool colour);

/* Takes NULL, too. */
void brief_free(struct brief *brief);

#endif
