/*
 * draft - writes a file that appears complete under its name, or not at all.
 *
 * It is written under another name in the same folder, and renamed when it is on the disk.
 * Standard output, pipes and devices are written to directly: nothing could be taken back.
 */
#ifndef BASE_DRAFT_H
#define BASE_DRAFT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/reason.h"

struct draft;

/*
 * Begins the file @path; NULL or "-" is standard output. Returns -EEXIST where a file that is not
 * empty has that name, unless @replace.
 */
int draft_open(const char *path, bool replace, struct draft **ret_draft, struct reason *reason);

/* Returns the stream to write to; it belongs to the draft. */
FILE *draft_file(const struct draft *draft);

/*
 * Gives the file its name, if all that was written is on the disk. Frees the draft in any case.
 * Errors of standard output are looked for at the end of the program.
 */
int draft_finish(struct draft *draft, struct reason *reason);

/* Removes what was written, and frees the draft. Takes NULL. */
void draft_drop(struct draft *draft);

#endif
