/*
 * advice - what a user could change: cells that differ in one parameter, and what that saves.
 */
#ifndef TABLE_ADVICE_H
#define TABLE_ADVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct advice_row {
	const char *cell;
	double median_ns;
};

/* Whether a benchmark's metric is one that advice is given on. */
bool advice_wants(const char *cell, const char *metric);

/*
 * Prints, for each row, the change of each parameter that saves most, where that is 5 % or more.
 * Only parameters that a user is free to change are looked at: not how much there is of anything.
 */
void advice_print(const struct advice_row *rows, size_t count, FILE *file);

#endif
