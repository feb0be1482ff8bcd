/*
 * pprof - writes profiles as a protocol buffer of pprof's profile.proto, not compressed, which pprof
 * reads as well.
 *
 * Only what is used of the format is encoded, by hand: a compiler of .proto files and its library
 * would be a dependency of every build, for two kinds of fields.
 */
#ifndef PROFILE_PPROF_H
#define PROFILE_PPROF_H

#include <stdio.h>

#include "profile/profile.h"

struct pprof;

/* The caller frees it by pprof_free(). Returns 0 or -ENOMEM. */
int pprof_new(struct pprof **ret_pprof);
/* Takes NULL. */
void pprof_free(struct pprof *pprof);

/*
 * Adds a profile; its samples have the labels "kernel" (@label), "cell" and "metric". Returns 0;
 * -EINVAL with the reason if it is in another unit or of another event than those before; -ENOMEM.
 */
int pprof_add(struct pprof *pprof, const struct profile *profile, const char *label,
	      struct reason *reason);

/* Writes all that was added. Returns 0 or -ENOMEM; the caller checks ferror(). */
int pprof_write(struct pprof *pprof, FILE *file);

#endif
