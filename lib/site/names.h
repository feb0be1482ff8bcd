/*
 * names - makes names of a report's files from texts in the data.
 *
 * They have letters, digits, '.', '_' and '-' only, and are never hidden, empty, or a way out of
 * the folder.
 */
#ifndef SITE_NAMES_H
#define SITE_NAMES_H

#include <stddef.h>

#define SITE_NAME 64

struct site_names {
	char (*list)[SITE_NAME]; /* names that are taken */
	size_t count;
};

/*
 * Makes a name that differs from all before, also if upper and lower case count as equal. Returns 0
 * or -ENOMEM.
 */
int site_names_make(struct site_names *names, const char *text, char ret_name[SITE_NAME]);
/* Frees the list, but not the struct itself. */
void site_names_release(struct site_names *names);

#endif
