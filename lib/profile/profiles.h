/*
 * profiles - holds all profiles of a boot's result files, by cell and metric.
 */
#ifndef PROFILE_PROFILES_H
#define PROFILE_PROFILES_H

#include <stddef.h>

#include "base/reason.h"
#include "profile/profile.h"

struct profiles {
	struct profile **list; /* in the order of the files */
	size_t count;
	json_t *index; /* "metric cell" -> its number */
};

/*
 * Loads the profiles of all files of one boot; those of several trials of a cell are merged. The
 * caller frees them by profiles_free(). Returns 0, also where there are none; -errno with the
 * reason (file and line): a record that is damaged, or a profile that belongs to another boot,
 * another kernel, or a trial that is not in the file.
 */
int profiles_load(const char *const *paths, size_t nr_paths, struct profiles **ret_profiles,
		  struct reason *reason);
/* Takes NULL. */
void profiles_free(struct profiles *profiles);

/* Returns NULL if there is none; it lives as long as @profiles. */
struct profile *profiles_find(const struct profiles *profiles, const char *cell,
			      const char *metric);

#endif
