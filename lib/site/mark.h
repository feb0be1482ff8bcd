/*
 * mark - the file by which a folder is known to be a report: the list of what is in it.
 *
 * Behind its first line stand checksums and names, as `sha256sum -c` reads them.
 */
#ifndef SITE_MARK_H
#define SITE_MARK_H

#include "base/reason.h"

#define SITE_MARK_HEAD "# dmabench report 1\n"

/*
 * 0 where @folder is a report and each file in it is listed; else -EEXIST, or another -errno, with
 * the reason.
 */
int site_mark_check(const char *folder, struct reason *reason);

/* Removes the files that are listed, and folders that are then empty. Links are not followed. */
int site_mark_remove(const char *folder);

#endif
