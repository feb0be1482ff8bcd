/* advice - suggests parameters to change, from cells that differ in one parameter. */
#ifndef TABLE_ADVICE_H
#define TABLE_ADVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct advice_row {
	const char *cell;
	double median_ns;
};

/* Tells whether advice is given on this metric of the benchmark. */
bool advice_wants(const char *cell, const char *metric);

/*
 * Prints for each row the change of each parameter that saves most, if it saves 5 % or more.
 * Considers only parameters that a user may change without doing less: no amounts.
 */
void advice_print(const struct advice_row *rows, size_t count, FILE *file);

#endif
