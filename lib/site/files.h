/*
 * files - writes the files of a report for download: copies of the boots, and the comparison in
 * other formats.
 */
#ifndef SITE_FILES_H
#define SITE_FILES_H

#include "site/page.h"

/* Copies the result files and fills site->raws. Returns 0 or -errno with the reason. */
int site_files_copy(struct site *site, struct reason *reason);

/* Writes the comparison in other formats. Returns 0 or -errno with the reason. */
int site_files_write(struct site *site, struct reason *reason);
/* Frees site->raws. */
void site_files_release(struct site *site);

#endif
