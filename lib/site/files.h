/*
 * files - what a report has for downloading: copies of the boots, the comparison in other
 * forms.
 */
#ifndef SITE_FILES_H
#define SITE_FILES_H

#include "site/page.h"

/* Fills site->raws. 0 or -errno with the reason. */
int site_files_copy(struct site *site, struct reason *reason);

int site_files_write(struct site *site, struct reason *reason);
void site_files_release(struct site *site);

#endif
