/*
 * folded - writes a profile as folded stacks: a line a stack, "caller;…;function NUMBER", which
 * flame graph tools and speedscope read.
 */
#ifndef PROFILE_FOLDED_H
#define PROFILE_FOLDED_H

#include <stdio.h>

#include "profile/profile.h"

/*
 * Writes all stacks below the frames @label (NULL: without one), cell and metric, so that several
 * profiles make one graph. What interrupts took is a frame of its own. Returns 0 or -ENOMEM; the
 * caller checks ferror() for failed writes.
 */
int folded_write(const struct profile *profile, const char *label, FILE *file);

#endif
