/* digest - prints a result file as a table, cell by cell. */
#ifndef TABLE_DIGEST_H
#define TABLE_DIGEST_H

#include <stdbool.h>
#include <stdio.h>

#include "base/reason.h"
#include "compare/selection.h"

/* By which column rows are sorted; the largest comes first. */
enum digest_sort { DIGEST_BY_CELL, DIGEST_BY_MEDIAN, DIGEST_BY_SPREAD };

struct digest_options {
	struct selection selection;
	enum digest_sort sort;
};

/*
 * Prints median, quartiles, cost per page and GiB/s of every cell and metric; then what trials
 * noted, and what failed, was invalid or skipped, with the reasons. Returns 0 or -errno with the
 * reason.
 */
int digest_print(const char *path, FILE *file, bool colour, struct reason *reason);

/* Prints the same of some cells and metrics; -EINVAL with the reason where none is left. */
int digest_print_some(const char *path, const struct digest_options *options, FILE *file,
		      bool colour, struct reason *reason);

#endif
