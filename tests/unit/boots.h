/*
 * boots - small result files, made for tests of what reads them.
 */
#ifndef UNIT_BOOTS_H
#define UNIT_BOOTS_H

#include "boot_writer.h"
#include "unit.h"

/* A path of temp_path() that stays for the rest of the test program. */
static inline const char *kept(const char *path)
{
	static char paths[128][128];
	static size_t count;

	for (size_t i = 0; i < count; i++)
		if (!strcmp(paths[i], path))
			return paths[i];
	if (count == 128)
		abort();
	snprintf(paths[count], sizeof(paths[0]), "%s", path);
	return paths[count++];
}

static inline const char *make_folder(const char *name)
{
	const char *path = kept(temp_path(name));

	if (mkdir(path, 0700) && errno != EEXIST)
		abort();
	return path;
}

#endif
