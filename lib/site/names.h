/*
 * names - names for files of a report, made of what is in the data.
 *
 * Of letters, digits, '.', '_' and '-' alone, and never hidden, empty, or a way out of the folder.
 */
#ifndef SITE_NAMES_H
#define SITE_NAMES_H

#include <stddef.h>

#define SITE_NAME 64

struct site_names {
	char (*list)[SITE_NAME]; /* those that are taken */
	size_t count;
};

/* What none was given before, also where upper and lower case are one. 0 or -ENOMEM. */
int site_names_make(struct site_names *names, const char *text, char ret_name[SITE_NAME]);
void site_names_release(struct site_names *names);

#endif
