/* file_fact - takes facts about this host from files that hold one each. */
#ifndef HOST_FILE_FACT_H
#define HOST_FILE_FACT_H

#include <jansson.h>

/* A fact's name, and the file that holds it. */
struct file_fact {
	const char *name, *path;
};

/* Adds a text to @object, unless it is NULL or empty. */
void file_fact_add_text(json_t *object, const char *name, const char *text);

/* Adds what the file holds, without the space around it. A missing file adds nothing. */
void file_fact_add(json_t *object, const struct file_fact *fact);

/* Adds all facts of a list that ends with a NULL name. */
void file_fact_add_all(json_t *object, const struct file_fact *facts);

#endif
