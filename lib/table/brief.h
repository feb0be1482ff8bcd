/*
 * brief - prints a result file in some twenty lines: the host, the range of each metric, what is
 * conspicuous, what was skipped.
 *
 * The figures are those of one boot. They show how its cells differ, but not how another boot or
 * kernel would differ.
 */
#ifndef TABLE_BRIEF_H
#define TABLE_BRIEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/reason.h"

struct brief;

/* Reads a result file; the caller calls brief_free(). Returns 0 or -errno with the reason. */
int brief_open(const char *path, struct brief **ret_brief, struct reason *reason);

/* Returns how many rows the table of all cells has. */
size_t brief_nr_rows(const struct brief *brief);

/* Prints the brief, and the command that prints the table. Returns 0 or -ENOMEM. */
int brief_print(const struct brief *brief, FILE *file, bool colour);

/* Frees a brief. Takes NULL. */
void brief_free(struct brief *brief);

#endif
