/*
 * shipped - finds the folders of files that come with the program: configs, scripts of plots.
 */
#ifndef BASE_SHIPPED_H
#define BASE_SHIPPED_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Tells the @i'th place to look for the folder @name. Where the environment has @variable, it is the
 * only one. Otherwise they are beside the program as built (tests are a folder deeper), then where it
 * is installed. False past the last one.
 */
bool shipped_folder(const char *variable, const char *name, size_t i, char *folder, size_t room);

#endif
