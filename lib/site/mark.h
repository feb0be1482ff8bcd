/*
 * mark - reads the file that marks a folder as a report and lists what is in it.
 *
 * Its first line is SITE_MARK_HEAD; checksums and names follow, as `sha256sum -c` reads them.
 */
#ifndef SITE_MARK_H
#define SITE_MARK_H

#include "base/reason.h"

#define SITE_MARK_HEAD "# dmabench report 1\n"

/*
 * Checks that @folder is a report and that each file in it is listed. Returns 0; else -EEXIST, or
 * another -errno, with the reason.
 */
int site_mark_check(const char *folder, struct reason *reason);

/*
 * Removes the listed files, and folders that are then empty. Does not follow links. Returns 0 or
 * -errno.
 */
int site_mark_remove(const char *folder);

#endif
