/*
 * draft - a file that appears whole, in the place of what was there, or not at all.
 *
 * It is written beside its place under another name, and renamed when it is on the disk.
 * Standard output, pipes and devices are written to as they are: there is nothing to take back.
 */
#ifndef BASE_DRAFT_H
#define BASE_DRAFT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/reason.h"

struct draft;

/*
 * @path NULL or "-" is standard output. A file that is there and not empty is -EEXIST, unless
 * it may be replaced (@replace).
 */
int draft_open(const char *path, bool replace, struct draft **ret_draft, struct reason *reason);

/* What to write to; it belongs to the draft. */
FILE *draft_file(const struct draft *draft);

/*
 * Puts it in its place, if all that was written did arrive. Frees it in any case. Whether
 * standard output arrives is known at the end of the program, and looked at there.
 */
int draft_finish(struct draft *draft, struct reason *reason);

/* Leaves no trace of it. Takes NULL. */
void draft_drop(struct draft *draft);

#endif
